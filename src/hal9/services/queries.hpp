// Queries: what people ask about runs, signals and dead letters, answered from a reader.
//
// A method and its parameters in, JSON out: the same for a verb that reads the store itself and for
// one that asks the process which holds it. The shapes are promised in docs/reference/cli.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/public_id.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/services/networks.hpp"
#include "hal9/services/stored_networks.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

/// Which dead letters are meant.
struct LetterFilter {
    std::optional<RunId> run;
    std::string network;  ///< "": whichever
    std::string neuron;
    std::optional<ErrorCode> code;

    [[nodiscard]] bool is_empty() const {
        return !run && network.empty() && neuron.empty() && !code;
    }
};

class Queries {
public:
    /// The reader, the kinds and the limits outlive it. Thread: that of the reader.
    Queries(SignalReader& reader, PublicIds ids, KindCatalog kinds, const Limits& limits)
        : reader_(reader), ids_(ids), limits_(limits), networks_(reader, kinds), named_(reader) {}

    /// run.get {run}, run.list {state?, network?, tag?, from?, until?, limit?, before?}, run.tree
    /// {run}, signal.get {signal, run?}, signal.list {run, neuron?, status?, limit?, after?},
    /// dead.list {where?, limit?, after?}, question.list {limit?, after?}, schedule.list {limit?,
    /// after?}, and those of Networks. Those of signals look at no more than answer_rows_max rows
    /// and answer with {items, next}: `next` is the `after` of what follows, null at the end.
    /// not_found for an unknown method.
    [[nodiscard]] Result<json::value> answer(std::string_view method, const json::object& params);
    [[nodiscard]] static bool knows(std::string_view method);

    /// A run by its public id, or by `last`: the newest that no signal started.
    [[nodiscard]] Result<RunRecord> find_run(std::string_view id);
    /// A signal by its public id.
    [[nodiscard]] Result<SignalRecord> find_signal(std::string_view id, bool bodies);
    [[nodiscard]] std::string public_id(const RunRecord& run) const;

    struct SignalLook {
        std::string id;  ///< the public one
        SignalRecord signal;
        SignalStatus shown = SignalStatus::ready;  ///< the status people see
    };

    /// not_found.
    [[nodiscard]] Result<SignalLook> look_at(SignalId id);

    [[nodiscard]] Networks& networks() { return named_; }

    /// The parameter `where`: {run?, network?, neuron?, code?}. invalid_argument.
    [[nodiscard]] Result<LetterFilter> letter_filter(const json::object& params);

    struct LetterPage {
        std::vector<SignalId> letters;
        SignalId last;      ///< that was looked at
        bool more = false;  ///< there may be letters behind it
    };

    /// Of `rows_max` parked signals, by id, strictly after `after`: the letters that fit.
    [[nodiscard]] Result<LetterPage>
    find_letters(const LetterFilter& filter, SignalId after, std::uint32_t rows_max);

    [[nodiscard]] json::object schedule_view(const Schedule& schedule);

private:
    /// What becomes of a signal that was looked at.
    enum class Seen : std::uint8_t {
        taken,    ///< or passed over
        no_room,  ///< it is the first of what follows
        over,     ///< it is behind the last one of interest
    };
    using Look = std::function<Result<Seen>(const SignalRecord&, const RunRecord&)>;
    /// Signals by id, strictly after, at most so many.
    using ListAfter = std::function<Result<std::vector<SignalRecord>>(SignalId, std::uint32_t)>;

    /// Where a look through rows ended.
    struct Looked {
        SignalId last;
        bool more = false;
        std::string next;  ///< the public id of `last`
    };

    struct Reach {
        std::uint32_t rows_max = 0;   ///< looked at in all
        std::uint32_t page_rows = 0;  ///< and at once
    };

    /// Hands those to `look` that somebody still waits for.
    [[nodiscard]] Result<Looked>
    look_through(const ListAfter& list, SignalId after, Reach reach, const Look& look);
    [[nodiscard]] Result<Looked> look_through_letters(
        const LetterFilter& filter,
        SignalId after,
        std::uint32_t rows_max,
        const Look& look
    );
    [[nodiscard]] Result<RunRecord> last_run();
    [[nodiscard]] Result<json::object> view_of(const RunRecord& run);
    [[nodiscard]] Result<json::value> run_get(const json::object& params);
    [[nodiscard]] Result<json::value> run_list(const json::object& params);
    [[nodiscard]] Result<json::value> run_tree(const json::object& params);
    [[nodiscard]] Result<json::value> signal_get(const json::object& params);
    [[nodiscard]] Result<json::value> dead_list(const json::object& params);
    [[nodiscard]] Result<json::object>
    letter_view(const SignalRecord& letter, const RunRecord& run);
    /// `shown`: the status people see.
    [[nodiscard]] json::object signal_row(
        const SignalRecord& signal,
        const RunRecord& run,
        std::string_view neuron,
        SignalStatus shown
    ) const;
    [[nodiscard]] Result<json::object>
    question_view(const SignalRecord& signal, const RunRecord& run);
    [[nodiscard]] Result<json::value> signal_list(const json::object& params);
    [[nodiscard]] Result<json::value> question_list(const json::object& params);
    [[nodiscard]] Result<json::value> schedule_list(const json::object& params);
    [[nodiscard]] Result<bool>
    fits(const SignalRecord& letter, const RunRecord& run, const LetterFilter& filter);
    /// `after`, a signal's id; zero where it is left out.
    [[nodiscard]] Result<SignalId> after_parameter(const json::object& params);
    /// Adds `waits`; of what `signals` counts, that which nobody waits for is cancelled.
    [[nodiscard]] Result<void> add_waits(const RunRecord& run, json::object& view);
    /// What the signal is scheduled with.
    [[nodiscard]] Result<std::uint8_t>
    priority_of(const SignalRecord& signal, const RunRecord& run);
    /// Adds `usage` and `signals`.
    [[nodiscard]] Result<void> add_signal_counts(const RunRecord& run, json::object& view);

    SignalReader& reader_;
    PublicIds ids_;
    const Limits& limits_;
    StoredNetworks networks_;
    Networks named_;
};

}  // namespace hal9::services
