// A reader that hands everything on and counts what is expensive; for tests of the services.
#pragma once

#include "hal9/ports/signal_reader.hpp"

#include <cstddef>

namespace hal9::services {

class CountingReader final : public SignalReader {
public:
    explicit CountingReader(SignalReader& real) : real_(real) {}

    std::size_t versions_read = 0;
    std::size_t bodies_read = 0;
    std::size_t rows_read = 0;  ///< of signals, by lists of them or one by one

    Result<std::vector<OpenRow>> open_rows(
        OrganizationId organization,
        std::optional<OpenKey> after,
        std::uint32_t rows_max
    ) override {
        return real_.open_rows(organization, after, rows_max);
    }

    Result<std::vector<ChunkRow>> released_chunks(
        OrganizationId organization,
        std::optional<ChunkRow> after,
        std::uint32_t rows_max
    ) override {
        return real_.released_chunks(organization, after, rows_max);
    }

    Result<std::vector<SignalRecord>> untouched_children(
        SignalId first,
        std::uint32_t count,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) override {
        return real_.untouched_children(first, count, rows_max, body_bytes_max);
    }

    Result<std::vector<ChildResult>> child_results(
        OpenKey parent,
        std::uint16_t phase,
        std::uint32_t first_ordinal,
        std::uint32_t rows_max,
        std::size_t body_bytes_max
    ) override {
        return real_.child_results(parent, phase, first_ordinal, rows_max, body_bytes_max);
    }

    Result<std::vector<OpenRow>> due_rows(
        OrganizationId organization,
        WallTime until,
        std::optional<OpenRow> after,
        std::uint32_t rows_max
    ) override {
        return real_.due_rows(organization, until, after, rows_max);
    }

    Result<std::optional<KeyState>> find_key_state(const KeyName& name) override {
        return real_.find_key_state(name);
    }

    Result<std::optional<SignalId>> find_receiver(RunId run, std::string_view message) override {
        return real_.find_receiver(run, message);
    }

    Result<std::vector<MessageRecord>> list_messages(RunId run) override {
        return real_.list_messages(run);
    }

    Result<std::optional<WallTime>> next_schedule_time() override {
        return real_.next_schedule_time();
    }

    Result<std::vector<Schedule>> due_schedules(WallTime until, std::uint32_t rows_max) override {
        return real_.due_schedules(until, rows_max);
    }

    Result<std::vector<OrganizationId>> list_organizations() override {
        return real_.list_organizations();
    }

    Result<std::vector<SignalRecord>> list_asking(
        OrganizationId organization,
        WaitsFor what,
        SignalId after,
        std::uint32_t rows_max
    ) override {
        return counted(real_.list_asking(organization, what, after, rows_max));
    }

    Result<std::vector<OpenCount>> count_open(RunId run) override { return real_.count_open(run); }

    Result<std::vector<Schedule>> list_schedules(
        OrganizationId organization,
        std::string_view after,
        std::uint32_t rows_max
    ) override {
        return real_.list_schedules(organization, after, rows_max);
    }

    Result<std::optional<Schedule>>
    find_schedule(OrganizationId organization, std::string_view name) override {
        return real_.find_schedule(organization, name);
    }

    Result<std::uint32_t> last_number(RunId run) override { return real_.last_number(run); }

    Result<std::vector<NeuronCount>> count_signals(RunId run) override {
        return real_.count_signals(run);
    }

    Result<std::optional<RunRecord>> find_run(RunId run) override { return real_.find_run(run); }

    Result<std::optional<RunRecord>>
    find_run_by_key(OrganizationId organization, std::string_view key) override {
        return real_.find_run_by_key(organization, key);
    }

    Result<std::vector<RunRecord>> list_runs(const RunFilter& filter) override {
        return real_.list_runs(filter);
    }

    Result<std::vector<RunRecord>> unfinished_child_runs(RunId parent) override {
        return real_.unfinished_child_runs(parent);
    }

    Result<std::vector<RunRecord>> unfinished_runs(OrganizationId organization) override {
        return real_.unfinished_runs(organization);
    }

    Result<std::optional<SignalRecord>> find_signal(SignalId id, bool bodies) override {
        bodies_read += bodies ? 1 : 0;
        ++rows_read;
        return real_.find_signal(id, bodies);
    }

    Result<std::vector<SignalRecord>>
    list_signals(RunId run, SignalId first, std::uint32_t rows_max) override {
        return counted(real_.list_signals(run, first, rows_max));
    }

    Result<std::vector<SignalRecord>>
    list_parked(OrganizationId organization, SignalId after, std::uint32_t rows_max) override {
        return counted(real_.list_parked(organization, after, rows_max));
    }

    Result<std::optional<NetworkVersion>> find_network_version(NetworkVersionId id) override {
        ++versions_read;
        return real_.find_network_version(id);
    }

    Result<std::optional<NetworkVersion>> find_network(
        OrganizationId organization,
        std::string_view name,
        std::optional<std::string_view> hash
    ) override {
        return real_.find_network(organization, name, hash);
    }

    Result<std::vector<NetworkSummary>> list_networks(const NetworkFilter& filter) override {
        return real_.list_networks(filter);
    }

    Result<std::optional<NetworkSummary>>
    find_network_summary(OrganizationId organization, std::string_view name) override {
        return real_.find_network_summary(organization, name);
    }

    Result<std::vector<NetworkVersion>> list_network_versions(
        OrganizationId organization,
        std::string_view name,
        NetworkVersionId after,
        std::uint32_t rows_max
    ) override {
        return real_.list_network_versions(organization, name, after, rows_max);
    }

private:
    Result<std::vector<SignalRecord>> counted(Result<std::vector<SignalRecord>> rows) {
        rows_read += rows ? rows->size() : 0;
        return rows;
    }

    SignalReader& real_;
};

}  // namespace hal9::services
