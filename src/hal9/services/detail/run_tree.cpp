#include "hal9/services/detail/run_tree.hpp"

#include "hal9/services/detail/ancestors.hpp"
#include "hal9/services/stored_networks.hpp"
#include "hal9/services/views.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hal9::services::detail {
namespace {

constexpr std::uint32_t page_rows = 1'000;

class RunTree {
public:
    RunTree(SignalReader& reader, const RunRecord& run, const definition::Network* network)
        : reader_(reader), run_(run), network_(network), ancestors_(reader) {
        if (network_ != nullptr) {
            for (const definition::Neuron& neuron : network_->neurons) {
                summaries_.emplace_back(neuron.retry.attempts);
            }
        }
    }

    /// All signals of the run, a page at a time.
    Result<void> read() {
        SignalId first = root_of(run_.id);
        while (true) {
            HAL9_TRY(const auto page, reader_.list_signals(run_.id, first, page_rows));
            for (const SignalRecord& signal : page) {
                HAL9_TRY_VOID(add(signal));
                first = {signal.id.value + 1};
            }
            if (page.size() < page_rows) {
                return {};
            }
        }
    }

    void add_to(json::object& view) const {
        view["start"] = name_of(network_ != nullptr ? network_->start : start_);
        json::array neurons;
        for (std::size_t i = 0; i < summaries_.size(); ++i) {
            neurons.push_back(neuron_view({static_cast<NeuronIndex::rep>(i)}));
        }
        view["neurons"] = std::move(neurons);
    }

private:
    Result<void> add(const SignalRecord& signal) {
        if (signal.neuron.value >= summaries_.size()) {
            if (network_ != nullptr) {
                return fail(
                    ErrorCode::data_loss,
                    "a signal names a neuron that is not in its network"
                );
            }
            summaries_.resize(signal.neuron.value + std::size_t{1});
        }
        HAL9_TRY(const SignalStatus shown, ancestors_.shown_status(signal, run_));
        summaries_[signal.neuron.value].add(signal, shown);
        return network_ != nullptr ? Result<void>{} : note_way(signal);
    }

    /// Siblings follow each other, so a family costs one look.
    Result<void> note_way(const SignalRecord& signal) {
        if (signal.parent.value == 0) {
            start_ = signal.neuron;
            return {};
        }
        if (signal.parent != parent_) {
            HAL9_TRY(const auto parent, reader_.find_signal(signal.parent, false));
            if (!parent) {
                return fail(ErrorCode::data_loss, "a signal's parent is missing");
            }
            parent_ = signal.parent;
            neuron_of_parent_ = parent->neuron;
        }
        ways_.emplace(neuron_of_parent_, signal.neuron);
        return {};
    }

    [[nodiscard]] std::string name_of(NeuronIndex neuron) const {
        return network_ != nullptr ? network_->neuron(neuron).name : neuron_number(neuron);
    }

    [[nodiscard]] json::object neuron_view(NeuronIndex index) const {
        json::object view{{"neuron", name_of(index)}, {"layer", nullptr}, {"kind", nullptr}};
        json::array forward;
        if (network_ != nullptr) {
            const definition::Neuron& neuron = network_->neuron(index);
            view["layer"] = neuron.layer;
            view["kind"] = neuron.kind;
            for (const definition::Connection& connection : neuron.forward) {
                for (const NeuronIndex child : connection.candidates) {
                    forward.push_back(json::value(name_of(child)));
                }
            }
            if (neuron.then) {
                view["then"] = name_of(neuron.then->to);
            }
        } else {
            for (auto way = ways_.lower_bound({index, NeuronIndex{}});
                 way != ways_.end() && way->first == index;
                 ++way) {
                forward.push_back(json::value(name_of(way->second)));
            }
        }
        summaries_[index.value].add_to(view);
        view["forward"] = std::move(forward);
        return view;
    }

    SignalReader& reader_;
    const RunRecord& run_;
    const definition::Network* network_;
    Ancestors ancestors_;
    std::vector<NeuronSummary> summaries_;  ///< by NeuronIndex

    // Without a network
    NeuronIndex start_;
    SignalId parent_;
    NeuronIndex neuron_of_parent_;
    std::set<std::pair<NeuronIndex, NeuronIndex>> ways_;
};

}  // namespace

Result<void> add_run_tree(
    SignalReader& reader,
    const RunRecord& run,
    const definition::Network* network,
    json::object& view
) {
    RunTree tree(reader, run, network);
    HAL9_TRY_VOID(tree.read());
    tree.add_to(view);
    return {};
}

}  // namespace hal9::services::detail
