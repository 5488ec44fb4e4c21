// MemoryStore: the store in plain containers, for tests, the simulator and ephemeral networks.
//
// It means what the SQLite store means, and passes the same contract suite; nothing survives the
// object. No thread of its own: what was submitted becomes durable when the owner of the object
// calls commit_group, so a simulated crash loses exactly what was still queued.
// Thread: one, for everything.
#pragma once

#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/ports/signal_store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace hal9::memory {

class MemoryStore final : public SignalStore, public SignalReader {
public:
    /// Opened once already. `waker` may be null, else outlives the store.
    explicit MemoryStore(std::uint64_t secret, Waker* waker = nullptr, Limits limits = {});
    ~MemoryStore() override;
    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;

    /// What the owner of the present opening has to know.
    [[nodiscard]] Recovery recovery() const;
    /// Commits the oldest queued transactions, at most `transactions_max` and at most what the
    /// limits let into one group, and publishes their receipts. Returns how many were decided.
    std::size_t commit_group(std::size_t transactions_max);
    /// The process died: what is queued and what was not yet taken as a receipt is lost, the next
    /// owner begins. Faults end.
    Recovery crash_and_reopen();

    /// The next owner begins; after close() it finds a clean end.
    Recovery reopen() { return crash_and_reopen(); }

    /// The disk is full, or has room again.
    void set_disk_full(bool full);
    /// EIO: from now on nothing is decided.
    void fail_for_good(Error error);
    /// A failed sync: of the next commit_group nobody learns what became of it. Its transactions
    /// are durable if `applied`, else lost; failed() is set.
    void fail_next_group(Error error, bool applied);

    /// Chunks there are, held ones included: none outlives its parent's step.
    [[nodiscard]] std::size_t chunks() const;

    // SignalStore
    void submit(Transaction transaction) override;
    [[nodiscard]] Receipts take_receipts() override;
    [[nodiscard]] std::size_t queued_transactions() const override;
    [[nodiscard]] std::size_t queued_rows() const override;
    [[nodiscard]] std::size_t queued_bytes() const override;
    [[nodiscard]] std::optional<Error> failed() const override;
    [[nodiscard]] bool is_full() const override;
    [[nodiscard]] WriterStats stats() const override;
    [[nodiscard]] Result<void> close() override;

    // SignalReader
    [[nodiscard]] Result<std::vector<OpenRow>> open_rows(
        OrganizationId organization,
        std::optional<OpenKey> after,
        std::uint32_t rows_max
    ) override;
    [[nodiscard]] Result<std::vector<ChunkRow>> released_chunks(
        OrganizationId organization,
        std::optional<ChunkRow> after,
        std::uint32_t rows_max
    ) override;
    [[nodiscard]] Result<std::vector<SignalRecord>> untouched_children(
        SignalId first,
        std::uint32_t count,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) override;
    [[nodiscard]] Result<std::vector<ChildResult>> child_results(
        OpenKey parent,
        std::uint16_t phase,
        std::uint32_t first_ordinal,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) override;
    [[nodiscard]] Result<std::vector<OpenRow>> due_rows(
        OrganizationId organization,
        WallTime until,
        std::optional<OpenRow> after,
        std::uint32_t rows_max
    ) override;
    [[nodiscard]] Result<std::uint32_t> last_number(RunId run) override;
    [[nodiscard]] Result<std::optional<KeyState>> find_key_state(const KeyName& name) override;
    [[nodiscard]] Result<std::optional<SignalId>> find_receiver(RunId run, std::string_view message)
        override;
    [[nodiscard]] Result<std::vector<MessageRecord>> list_messages(RunId run) override;
    [[nodiscard]] Result<std::optional<WallTime>> next_schedule_time() override;
    [[nodiscard]] Result<std::vector<Schedule>>
    due_schedules(WallTime until, std::uint32_t rows_max) override;
    [[nodiscard]] Result<std::vector<OrganizationId>> list_organizations() override;
    [[nodiscard]] Result<std::optional<RunRecord>> find_run(RunId run) override;
    [[nodiscard]] Result<std::optional<RunRecord>>
    find_run_by_key(OrganizationId organization, std::string_view idempotency_key) override;
    [[nodiscard]] Result<std::vector<RunRecord>> list_runs(const RunFilter& filter) override;
    [[nodiscard]] Result<std::vector<RunRecord>> unfinished_runs(OrganizationId organization
    ) override;
    [[nodiscard]] Result<std::vector<RunRecord>> unfinished_child_runs(RunId parent) override;
    [[nodiscard]] Result<std::optional<SignalRecord>> find_signal(SignalId id, bool bodies)
        override;
    [[nodiscard]] Result<std::vector<SignalRecord>>
    list_signals(RunId run, SignalId first, std::uint32_t rows_max) override;
    [[nodiscard]] Result<std::vector<NeuronCount>> count_signals(RunId run) override;
    [[nodiscard]] Result<std::vector<SignalRecord>>
    list_parked(OrganizationId organization, SignalId after, std::uint32_t rows_max) override;
    [[nodiscard]] Result<std::vector<SignalRecord>> list_asking(
        OrganizationId organization,
        WaitsFor what,
        SignalId after,
        std::uint32_t rows_max
    ) override;
    [[nodiscard]] Result<std::vector<OpenCount>> count_open(RunId run) override;
    [[nodiscard]] Result<std::vector<Schedule>> list_schedules(
        OrganizationId organization,
        std::string_view after,
        std::uint32_t rows_max
    ) override;
    [[nodiscard]] Result<std::optional<Schedule>>
    find_schedule(OrganizationId organization, std::string_view name) override;
    [[nodiscard]] Result<std::optional<NetworkVersion>> find_network_version(NetworkVersionId id
    ) override;
    [[nodiscard]] Result<std::optional<NetworkVersion>> find_network(
        OrganizationId organization,
        std::string_view name,
        std::optional<std::string_view> hash
    ) override;
    [[nodiscard]] Result<std::vector<NetworkSummary>> list_networks(const NetworkFilter& filter
    ) override;
    [[nodiscard]] Result<std::optional<NetworkSummary>>
    find_network_summary(OrganizationId organization, std::string_view name) override;
    [[nodiscard]] Result<std::vector<NetworkVersion>> list_network_versions(
        OrganizationId organization,
        std::string_view name,
        NetworkVersionId after,
        std::uint32_t rows_max
    ) override;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::memory
