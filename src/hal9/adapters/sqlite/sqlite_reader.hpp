// SqliteReader: reads a store's file, beside its owner or without one.
//
// Never writes to the file and never makes one: while nobody owns the store and its log is empty,
// the file is read as it lies (and no owner can begin meanwhile). Each call is one short read
// transaction. Thread: one at a time for each object.
#pragma once

#include "hal9/ports/signal_reader.hpp"

#include <memory>
#include <string>

namespace hal9::sqlite {

class SqliteReader final : public SignalReader {
public:
    /// not_found when the directory holds no store; conflict when its schema is newer; data_loss
    /// when the file is damaged.
    [[nodiscard]] static Result<std::unique_ptr<SqliteReader>>
    open(const std::string& directory, const std::string& vfs = {});
    /// Whether there is one to open or to own.
    [[nodiscard]] static bool holds_store(const std::string& directory);
    ~SqliteReader() override;
    SqliteReader(const SqliteReader&) = delete;
    SqliteReader& operator=(const SqliteReader&) = delete;

    /// The store's, for PublicIds; not_found while its first owner is making it.
    [[nodiscard]] Result<std::uint64_t> secret();

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
    explicit SqliteReader(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::sqlite
