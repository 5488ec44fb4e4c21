// Queries: what people ask about runs, signals and dead letters, answered from a reader.
//
// A method and its parameters in, JSON out: the same for a verb that reads the store itself and for
// one that asks the process which holds it. The shapes are promised in docs/reference/cli.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/public_id.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/services/networks.hpp"
#include "hal9/services/stored_networks.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

class Queries {
public:
    /// The reader and the kinds outlive it. Thread: that of the reader.
    Queries(SignalReader& reader, PublicIds ids, KindCatalog kinds)
        : reader_(reader), ids_(ids), networks_(reader, kinds), named_(reader) {}

    /// run.get {run, result?}, run.list {state?, limit?, before?}, run.tree {run}, signal.get
    /// {signal, run?}, dead.list {limit?, after?}, and those of Networks. not_found for an unknown
    /// method.
    [[nodiscard]] Result<json::value> answer(std::string_view method, const json::object& params);
    [[nodiscard]] static bool knows(std::string_view method);

    /// A run by its public id, or by `last`: the newest.
    [[nodiscard]] Result<RunRecord> find_run(std::string_view id);
    /// A signal by its public id.
    [[nodiscard]] Result<SignalRecord> find_signal(std::string_view id, bool bodies);
    [[nodiscard]] std::string public_id(const RunRecord& run) const;

    [[nodiscard]] Networks& networks() { return named_; }

    /// A page of dead letters: by id, strictly after `after`, at most `rows_max`.
    [[nodiscard]] Result<std::vector<SignalId>>
    dead_letters(SignalId after, std::uint32_t rows_max);

private:
    [[nodiscard]] Result<json::value> run_get(const json::object& params);
    [[nodiscard]] Result<json::value> run_list(const json::object& params);
    [[nodiscard]] Result<json::value> run_tree(const json::object& params);
    [[nodiscard]] Result<json::value> signal_get(const json::object& params);
    [[nodiscard]] Result<json::value> dead_list(const json::object& params);
    [[nodiscard]] Result<json::object>
    letter_view(const SignalRecord& letter, const RunRecord& run);
    /// Adds `usage` and `signals`.
    [[nodiscard]] Result<void> add_signal_counts(const RunRecord& run, json::object& view);

    SignalReader& reader_;
    PublicIds ids_;
    StoredNetworks networks_;
    Networks named_;
};

}  // namespace hal9::services
