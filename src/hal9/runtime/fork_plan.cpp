#include "hal9/runtime/fork_plan.hpp"

#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace hal9::runtime {
namespace {

using definition::Network;
using definition::Neuron;

std::vector<std::optional<NeuronIndex>> map_neurons(const Network& source, const Network& target) {
    std::vector<std::optional<NeuronIndex>> mapped;
    mapped.reserve(source.neurons.size());
    for (const Neuron& neuron : source.neurons) {
        mapped.push_back(target.find(neuron.name));
    }
    return mapped;
}

/// The definition of each neuron as canonical text, and what all of them share.
struct Texts {
    std::map<std::string, std::string, std::less<>> neurons;
    std::string defaults;
};

Texts texts_of(const Network& network) {
    Texts texts;
    const auto parsed = parse_json(network.canonical);
    const json::object* const definition = parsed ? parsed->if_object() : nullptr;
    if (definition == nullptr) {
        return texts;
    }
    if (const json::value* const defaults = definition->if_contains("defaults")) {
        texts.defaults = canonical_json(*defaults);
    }
    if (const json::value* const neurons = definition->if_contains("neurons")) {
        for (const auto& [name, neuron] : neurons->as_object()) {
            texts.neurons.emplace(name, canonical_json(neuron));
        }
    }
    return texts;
}

void add_below(const Neuron& neuron, std::vector<NeuronIndex>& below) {
    for (const definition::Connection& connection : neuron.forward) {
        below.insert(below.end(), connection.candidates.begin(), connection.candidates.end());
    }
    if (neuron.then) {
        below.push_back(neuron.then->to);
    }
}

/// Whose own definition, and that of all it hands work to, is the same in both.
std::vector<bool> unchanged_neurons(const Network& source, const Network& target) {
    if (source.hash == target.hash) {
        return std::vector<bool>(source.neurons.size(), true);
    }
    const Texts before = texts_of(source);
    const Texts after = texts_of(target);
    std::vector<bool> unchanged;
    for (const Neuron& neuron : source.neurons) {
        const auto was = before.neurons.find(neuron.name);
        const auto is = after.neurons.find(neuron.name);
        unchanged.push_back(
            before.defaults == after.defaults && was != before.neurons.end() &&
            is != after.neurons.end() && was->second == is->second
        );
    }
    for (bool spread = true; spread;) {
        spread = false;
        for (std::size_t i = 0; i < source.neurons.size(); ++i) {
            std::vector<NeuronIndex> below;
            add_below(source.neurons[i], below);
            const bool changes = std::ranges::any_of(below, [&](NeuronIndex each) {
                return !unchanged[each.value];
            });
            if (unchanged[i] && changes) {
                unchanged[i] = false;
                spread = true;
            }
        }
    }
    return unchanged;
}

bool has_result_or_error(const SignalRecord& signal) {
    return signal.status == SignalStatus::completed || signal.status == SignalStatus::failed;
}

}  // namespace

Result<ForkPlan> ForkPlan::make(
    const Asked& asked,
    std::vector<SignalRecord> path,
    const Network& source,
    const Network& target
) {
    ForkPlan plan(asked, std::vector<bool>(std::size_t{asked.last_number} + 1));
    plan.target_ = &target;
    plan.mapped_ = map_neurons(source, target);
    plan.unchanged_ = unchanged_neurons(source, target);
    plan.chosen_ = number_of(path.back().id);
    WallTime above{};
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::size_t index = path[i].neuron.value;
        if (index >= plan.mapped_.size() || !plan.mapped_[index]) {
            return fail(
                ErrorCode::invalid_argument,
                str("the neuron \"",
                    index < source.neurons.size() ? source.neurons[index].name : std::string("?"),
                    "\" is not in that version of \"",
                    target.name,
                    "\"; choose a signal above it, or another version")
            );
        }
        if (i + 1 == path.size()) {
            break;
        }
        Ancestor ancestor;
        ancestor.neuron = *plan.mapped_[index];
        ancestor.deadline = above = plan.deadline_of(ancestor.neuron, above);
        ancestor.phase = path[i + 1].parent_phase;
        ancestor.record = std::move(path[i]);
        plan.ancestors_.emplace(number_of(ancestor.record.id), std::move(ancestor));
    }
    return plan;
}

WallTime ForkPlan::deadline_of(NeuronIndex index, WallTime above) const {
    const auto& own = neuron(index).deadline;
    if (!own) {
        return above;
    }
    const WallTime at = asked_.now + *own;
    return above.us == 0 ? at : std::min(at, above);
}

void ForkPlan::add(const SignalRecord& signal, CopySignals& copy) {
    const std::uint32_t number = number_of(signal.id);
    if (number == 0) {
        if (chosen_ == 0) {
            add_anew(signal, {}, copy);
        }
        return;
    }
    const std::uint32_t parent_number = number_of(signal.parent);
    const auto parent = ancestors_.find(parent_number);
    if (parent != ancestors_.end()) {
        add_child(parent->second, signal, copy);
    } else if (kept_[parent_number] && has_result_or_error(signal)) {
        add_ended(signal, copy);
    }
}

void ForkPlan::add_child(Ancestor& parent, const SignalRecord& signal, CopySignals& copy) {
    parent.highest_phase = std::max(parent.highest_phase, signal.parent_phase);
    if (signal.parent_phase > parent.phase) {
        return;
    }
    if (signal.parent_phase < parent.phase) {
        if (has_result_or_error(signal)) {
            add_ended(signal, copy);
        }
        return;
    }
    const std::uint32_t number = number_of(signal.id);
    if (parent.first_child == 0) {
        parent.first_child = number;
    }
    const bool waits = ancestors_.contains(number);
    const bool stays = !waits && number != chosen_ && counts_as_it_ended(parent, signal) &&
                       unchanged_[signal.neuron.value];
    if (!waits && !stays && !mapped_[signal.neuron.value]) {
        return;  // nothing of that version can run it
    }
    put_in_chunk(parent, signal, copy);
    parent.pending += stays ? 0 : 1;
    if (stays) {
        add_ended(signal, copy);
    } else if (!waits) {
        add_anew(signal, parent.deadline, copy);
    }
}

/// A failure that would fail the parent again is tried again.
bool ForkPlan::counts_as_it_ended(const Ancestor& parent, const SignalRecord& signal) const {
    const definition::Neuron& definition = neuron(parent.neuron);
    const bool forgives = definition.join.rule == definition::Join::Rule::all &&
                          definition.on_child_error.rule != definition::OnChildError::Rule::fail;
    return signal.status == SignalStatus::completed ||
           (signal.status == SignalStatus::failed && forgives);
}

void ForkPlan::add_anew(const SignalRecord& signal, WallTime above, CopySignals& copy) {
    const NeuronIndex index = *mapped_[signal.neuron.value];
    copy.signals.push_back({
        .number = number_of(signal.id),
        .neuron = index,
        .as = CopiedSignal::As::ready,
        .created = asked_.now,
        .deadline = deadline_of(index, above),
        .attempts_allowed = neuron(index).retry.attempts,
        .released = asked_.released,
    });
}

void ForkPlan::add_ended(const SignalRecord& signal, CopySignals& copy) {
    const auto& index = mapped_[signal.neuron.value];
    if (!index) {
        return;
    }
    kept_[number_of(signal.id)] = true;
    copy.signals.push_back(
        {.number = number_of(signal.id), .neuron = *index, .as = CopiedSignal::As::ended}
    );
}

void ForkPlan::put_in_chunk(const Ancestor& parent, const SignalRecord& signal, CopySignals& copy) {
    const SignalId parent_id = make_signal_id(asked_.to, number_of(parent.record.id));
    const std::uint32_t number = number_of(signal.id);
    const bool follows = chunk_ && chunk_->parent.signal == parent_id &&
                         chunk_->first_number + chunk_->count == number &&
                         chunk_->first_ordinal + chunk_->count == signal.ordinal &&
                         chunk_->count < asked_.chunk_signals_max;
    if (!follows) {
        close_chunk(copy);
        chunk_ = CopiedChunk{
            .parent = {asked_.organization, parent.record.priority, parent.record.depth, parent_id},
            .phase = parent.phase,
            .first_ordinal = signal.ordinal,
            .first_number = number,
            .count = 0,
            .released = asked_.released,
        };
    }
    ++chunk_->count;
}

void ForkPlan::close_chunk(CopySignals& copy) {
    if (chunk_) {
        copy.chunks.push_back(*chunk_);
        chunk_.reset();
    }
}

void ForkPlan::finish(CopySignals& copy) {
    close_chunk(copy);
    for (const auto& [number, ancestor] : ancestors_) {
        const bool goes_on = ancestor.record.went_on && ancestor.phase == ancestor.highest_phase;
        copy.signals.push_back({
            .number = number,
            .neuron = ancestor.neuron,
            .as = CopiedSignal::As::waiting,
            .created = asked_.now,
            .deadline = ancestor.deadline,
            .phase = ancestor.phase,
            .attempts_allowed = neuron(ancestor.neuron).retry.attempts,
            .waits_for = goes_on ? WaitsFor::next : WaitsFor::children,
            .pending = ancestor.pending,
            .children_from = ancestor.first_child,
            .released = asked_.released,
        });
    }
}

}  // namespace hal9::runtime
