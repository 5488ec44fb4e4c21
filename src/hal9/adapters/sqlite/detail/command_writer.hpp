// CommandWriter: the commands of a Transaction as statements, inside a group that others began.
//
// CountDowns are added up per parent and written once a group, or earlier when another command
// needs the parent's open row; the compare of that write still finds every wrong count. A command
// that fails with conflict fails its transaction; any other error is the file's.
#pragma once

#include "hal9/adapters/sqlite/detail/bodies.hpp"
#include "hal9/adapters/sqlite/detail/chunk_rows.hpp"
#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/adapters/sqlite/detail/statements.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hal9::sqlite::detail {

class CommandWriter {
public:
    [[nodiscard]] static Result<CommandWriter>
    create(Database& database, std::uint64_t epoch, const Limits& limits);

    /// `receipt` takes what there is to say besides the error.
    [[nodiscard]] Result<void> apply(const Command& command, Receipt& receipt);
    /// Writes the counts that were put off.
    [[nodiscard]] Result<void> flush_counts();

    /// Forgets them: their transaction was rolled back.
    void forget_counts() { owed_.clear(); }

    /// Forgets them, and which runs were touched: the group was rolled back or is done.
    void forget();
    /// Rises with everything a command does: equal before and after, it did nothing.
    [[nodiscard]] std::uint64_t effects() const;
    /// The row of a group in the commit log: the runs it touched as JSON, null when they are many.
    /// Rows beyond Limits::commit_log_rows_max go.
    [[nodiscard]] Result<void> log_commit(WallTime at);
    [[nodiscard]] Result<void> put_meta(std::string_view key, std::optional<std::int64_t> value);

private:
    struct Owed {
        OpenKey parent;
        std::uint32_t by = 0;
    };

    Result<void> write(const PutNetworkVersion& command, Receipt& receipt);
    Result<void> write(const AcceptRun& command, Receipt& receipt);
    Result<void> write(const EmitChunk& command, Receipt& receipt);
    Result<void> write(const Await& command, Receipt& receipt);
    Result<void> write(const Decide& command, Receipt& receipt);
    Result<void> write(const CountDown& command, Receipt& receipt);
    Result<void> write(const PutKeyState& command, Receipt& receipt);
    Result<void> write(const Finish& command, Receipt& receipt);
    Result<void> write(const Reopen& command, Receipt& receipt);
    Result<void> write(const SetRunState& command, Receipt& receipt);
    Result<void> write(const SweepRun& command, Receipt& receipt);
    Result<void> write(const MarkProcessing& command, Receipt& receipt);
    Result<void> write(const MarkHealthy& command, Receipt& receipt);
    Result<void> write(const SetNetworkState& command, Receipt& receipt);
    Result<void> write(const SetRunPriority& command, Receipt& receipt);
    Result<void> write(const PutMessage& command, Receipt& receipt);
    Result<void> write(const PutSchedule& command, Receipt& receipt);
    Result<void> write(const RemoveSchedule& command, Receipt& receipt);
    Result<void> write(const AdvanceSchedule& command, Receipt& receipt);
    Result<void> write(const BeginFork& command, Receipt& receipt);
    Result<void> write(const CopySignals& command, Receipt& receipt);

    Result<void> insert_run(const RunRecord& run);
    Result<void> insert_root(const AcceptRun& command);
    Result<std::uint32_t> sweep_open(const SweepRun& command);
    Result<void> await_untouched(const Await& command, std::optional<std::int64_t> body);
    Result<void> await_opened(const Await& command, std::optional<std::int64_t> body);
    Result<std::optional<std::int64_t>> body_of(
        const char* command,
        const OpenKey& key,
        const Body& body,
        std::optional<SignalId> result_of
    );
    Result<std::optional<std::int64_t>> take_message(const Reopen& command);
    Result<void> copy(const CopySignals& command, const CopiedSignal& signal);
    Result<void> open_copy(const CopySignals& command, const CopiedSignal& signal);
    Result<void> finish_untouched(const Finish& command, std::optional<std::int64_t> result);
    Result<void> finish_opened(const Finish& command, std::optional<std::int64_t> result);
    Result<void> reopen_untouched(const Reopen& command, std::optional<std::int64_t> body);
    Result<void> reopen_opened(const Reopen& command, std::optional<std::int64_t> body);

    /// Takes what is owed to the parent's count: whoever changes its open row settles it.
    std::uint32_t take_owed(SignalId parent);
    Result<void> write_count(const Owed& owed);
    void touch(RunId run);

    struct Belief {
        const char* command;
        const OpenKey& key;
        std::string expected;
    };

    /// The error of a compare that failed: reads what is there, for the message.
    [[nodiscard]] std::unexpected<Error> mismatch(const Belief& belief);
    [[nodiscard]] Result<std::string> describe_found(const OpenKey& key);

    Database* database_ = nullptr;
    std::int64_t commit_log_rows_max_ = 0;
    Statements statements_;
    ChunkRows chunks_;
    BodyWriter bodies_;
    Statement open_of_run_;
    Statement next_open_level_;
    Statement erase_open_;
    Statement cancel_signal_;
    std::unordered_map<SignalId, Owed> owed_;
    std::uint64_t counts_ = 0;
    std::vector<RunId> touched_;
    bool touched_many_ = false;
};

}  // namespace hal9::sqlite::detail
