// Readers of the store: what the runtime needs to go on, and what people ask about.
//
// A reader sees what was committed before the call. Every page is one short read transaction, so a
// reader never stops the store from reusing its log.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

/// What a new owner of the store learns at its start.
struct Recovery {
    std::uint64_t epoch = 0;                 ///< one more than the last owner's
    std::uint32_t unclean_starts = 0;        ///< in a row, this one included; 0 after a clean end
    std::optional<SignalId> was_processing;  ///< in careful mode, when it died
    std::uint16_t processing_deaths = 0;
    RunId next_run{1};
    NetworkVersionId next_version{1};
    std::uint64_t secret = 0;  ///< for PublicIds
};

/// A row of the open table: a root not yet run, or a signal that waits, is to be tried again, or is
/// parked.
struct OpenRow {
    OpenKey key;
    SignalStatus status = SignalStatus::ready;
    WallTime not_before;
    std::uint32_t pending = 0;
    WaitsFor waits_for = WaitsFor::children;
    bool decided = false;  ///< its join is: SignalRecord::counted says what is folded
    std::uint64_t released = 0;
};

/// Children released and not yet all ended.
struct ChunkRow {
    OpenKey parent;
    std::uint16_t phase = 0;
    std::uint32_t first_ordinal = 0;
    SignalId first;
    std::uint32_t count = 0;
    std::uint64_t released = 0;
};

/// A child's end, as a join reads it.
struct ChildResult {
    SignalId id;
    std::uint32_t ordinal = 0;
    NeuronIndex neuron;
    SignalStatus status = SignalStatus::ready;
    Body result;  ///< null unless completed
    std::optional<Error> error;
};

class SignalReader {
public:
    virtual ~SignalReader() = default;

    // For the runtime. Thread: its strand.
    /// Rows of the open table in its order (priority falling, depth falling, id rising), strictly
    /// after `after`; at most `rows_max`.
    [[nodiscard]] virtual Result<std::vector<OpenRow>> open_rows(
        OrganizationId organization,
        std::optional<OpenKey> after,
        std::uint32_t rows_max
    ) = 0;
    /// Released chunks in the same order of their parents, then by ordinal, strictly after.
    [[nodiscard]] virtual Result<std::vector<ChunkRow>> released_chunks(
        OrganizationId organization,
        std::optional<ChunkRow> after,
        std::uint32_t rows_max
    ) = 0;
    /// Of the ids [first, first + count): those that never ran (ready and without an open row), in
    /// order, at most `rows_max`; payloads until so many bytes of them were read, null after that.
    [[nodiscard]] virtual Result<std::vector<SignalRecord>> untouched_children(
        SignalId first,
        std::uint32_t count,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) = 0;
    /// Ended children of the parent's phase with ordinals from `first_ordinal`, in order; at most
    /// `rows_max`, and none after so many bytes of results were read (0: without results, rows
    /// alone count). Empty: there are no more.
    [[nodiscard]] virtual Result<std::vector<ChildResult>> child_results(
        OpenKey parent,
        std::uint16_t phase,
        std::uint32_t first_ordinal,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) = 0;
    /// Timers due up to `until`: open rows with 0 < not_before <= until, by time (ties in an order
    /// of the store's own), strictly after `after`.
    [[nodiscard]] virtual Result<std::vector<OpenRow>> due_rows(
        OrganizationId organization,
        WallTime until,
        std::optional<OpenRow> after,
        std::uint32_t rows_max
    ) = 0;
    /// The highest number used in the run, held children included.
    [[nodiscard]] virtual Result<std::uint32_t> last_number(RunId run) = 0;
    /// The state of a key, whether or not its time is over; nothing where it has none.
    [[nodiscard]] virtual Result<std::optional<KeyState>> find_key_state(const KeyName& name) = 0;
    /// The first signal of the run, by number, that waits for a message of this name.
    [[nodiscard]] virtual Result<std::optional<SignalId>>
    find_receiver(RunId run, std::string_view message) = 0;
    /// Sent to the run and not received, in order.
    [[nodiscard]] virtual Result<std::vector<MessageRecord>> list_messages(RunId run) = 0;
    /// The earliest next time of all schedules.
    [[nodiscard]] virtual Result<std::optional<WallTime>> next_schedule_time() = 0;
    /// Schedules of every organisation whose next time is at most `until`, by time, then
    /// organisation and name.
    [[nodiscard]] virtual Result<std::vector<Schedule>>
    due_schedules(WallTime until, std::uint32_t rows_max) = 0;
    /// Those that ever applied a network: nobody else has a run. Ascending.
    [[nodiscard]] virtual Result<std::vector<OrganizationId>> list_organizations() = 0;

    // For everybody. Thread: one at a time for each reader object.
    struct NeuronCount {
        NeuronIndex neuron;
        SignalStatus status = SignalStatus::ready;  ///< the open table's where it has a row
        std::uint64_t count = 0;
        Usage usage;  ///< of all of them together
    };

    /// Signals of a run by neuron and status, held children left out.
    [[nodiscard]] virtual Result<std::vector<NeuronCount>> count_signals(RunId run) = 0;
    [[nodiscard]] virtual Result<std::optional<RunRecord>> find_run(RunId run) = 0;
    [[nodiscard]] virtual Result<std::optional<RunRecord>>
    find_run_by_key(OrganizationId organization, std::string_view idempotency_key) = 0;

    struct RunFilter {
        OrganizationId organization;
        std::optional<RunState> state;
        std::optional<std::string> network;
        std::optional<std::string> tag;
        WallTime from;                ///< created at this time or later
        WallTime until;               ///< created before this time; 0: whenever
        std::optional<RunId> before;  ///< newest first, strictly older than this
        std::uint32_t rows_max = 100;
    };

    [[nodiscard]] virtual Result<std::vector<RunRecord>> list_runs(const RunFilter& filter) = 0;
    /// Runs that are running or draining, oldest first.
    [[nodiscard]] virtual Result<std::vector<RunRecord>> unfinished_runs(OrganizationId organization
    ) = 0;
    /// Unfinished runs that signals of this run started, oldest first.
    [[nodiscard]] virtual Result<std::vector<RunRecord>> unfinished_child_runs(RunId parent) = 0;
    [[nodiscard]] virtual Result<std::optional<SignalRecord>>
    find_signal(SignalId id, bool bodies) = 0;
    /// Signals of a run by number, from `first` on, held children left out, without bodies.
    [[nodiscard]] virtual Result<std::vector<SignalRecord>>
    list_signals(RunId run, SignalId first, std::uint32_t rows_max) = 0;
    /// Parked signals of runs that have not ended, by id, strictly after.
    [[nodiscard]] virtual Result<std::vector<SignalRecord>>
    list_parked(OrganizationId organization, SignalId after, std::uint32_t rows_max) = 0;
    /// Signals that wait for a person or a message, of runs that have not ended, by id, strictly
    /// after; with what they ask as `result`.
    [[nodiscard]] virtual Result<std::vector<SignalRecord>> list_asking(
        OrganizationId organization,
        WaitsFor what,
        SignalId after,
        std::uint32_t rows_max
    ) = 0;

    /// Rows of the open table that are alike.
    struct OpenCount {
        SignalStatus status = SignalStatus::ready;
        WaitsFor waits_for = WaitsFor::children;
        bool timed = false;  ///< they have a time: for a ready one, not to begin before it
        std::uint64_t count = 0;
        WallTime earliest;  ///< of their times
    };

    /// Of a run, in no order.
    [[nodiscard]] virtual Result<std::vector<OpenCount>> count_open(RunId run) = 0;
    /// By name, strictly after.
    [[nodiscard]] virtual Result<std::vector<Schedule>>
    list_schedules(OrganizationId organization, std::string_view after, std::uint32_t rows_max) = 0;
    [[nodiscard]] virtual Result<std::optional<Schedule>>
    find_schedule(OrganizationId organization, std::string_view name) = 0;
    [[nodiscard]] virtual Result<std::optional<NetworkVersion>> find_network_version(
        NetworkVersionId id
    ) = 0;
    /// The newest version of that name unless it was deleted, or the one with that hash.
    [[nodiscard]] virtual Result<std::optional<NetworkVersion>> find_network(
        OrganizationId organization,
        std::string_view name,
        std::optional<std::string_view> hash
    ) = 0;

    struct NetworkSummary {
        std::string name;
        NetworkState state = NetworkState::active;
        std::uint32_t versions = 0;
        NetworkVersionId newest;
        std::string hash;  ///< of the newest
        WallTime created;  ///< of the newest
        std::uint64_t unfinished_runs = 0;
    };

    struct NetworkFilter {
        OrganizationId organization;
        std::optional<NetworkState> state;  ///< else all but those that were deleted
        std::string after;                  ///< by name, strictly after this
        std::uint32_t rows_max = 100;
    };

    [[nodiscard]] virtual Result<std::vector<NetworkSummary>> list_networks(
        const NetworkFilter& filter
    ) = 0;
    /// In any state.
    [[nodiscard]] virtual Result<std::optional<NetworkSummary>>
    find_network_summary(OrganizationId organization, std::string_view name) = 0;
    /// The versions of a network without their definitions, oldest first, strictly after: the n-th
    /// of all is what people call version n.
    [[nodiscard]] virtual Result<std::vector<NetworkVersion>> list_network_versions(
        OrganizationId organization,
        std::string_view name,
        NetworkVersionId after,
        std::uint32_t rows_max
    ) = 0;
};

}  // namespace hal9
