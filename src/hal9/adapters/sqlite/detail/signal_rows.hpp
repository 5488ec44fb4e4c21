// Signals as a reader takes them out of the tables.
#pragma once

#include "hal9/adapters/sqlite/detail/bodies.hpp"
#include "hal9/adapters/sqlite/detail/read_connection.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/ports/transaction.hpp"

#include <cstdint>
#include <optional>

namespace hal9::sqlite::detail {

/// The columns of SignalRow, in its order; what follows `from signal s` is the caller's.
#define HAL9_SIGNAL_COLUMNS                                                                     \
    "select s.id, s.parent, s.ordinal, s.neuron, s.depth, s.priority, s.status, s.phase, "      \
    "s.attempt, s.created, s.deadline, s.started, s.finished, s.wall_us, s.cpu_us, s.skipped, " \
    "s.error, s.opened, s.payload, s.result, s.parent_phase, s.copied, "                        \
    "s.interim is not null from signal s "

struct SignalRow {
    SignalRecord record;
    std::optional<std::int64_t> payload;  ///< blob.seq
    std::optional<std::int64_t> result;
};

/// data_loss when a column holds what no store writes.
[[nodiscard]] Result<SignalRow> read_signal(const Statement& row);

/// Completes rows of `signal` from the other tables, inside the caller's transaction.
class SignalRows {
public:
    explicit SignalRows(ReadConnection& connection) : connection_(connection) {}

    /// pending, not_before and attempts_allowed of a signal that has an open row.
    [[nodiscard]] Result<void> add_open(SignalRow& row, OrganizationId organization);
    [[nodiscard]] Result<void> add_bodies(SignalRow& row, BodyReader& bodies);
    /// True for a child whose chunk was not released.
    [[nodiscard]] Result<bool> is_held(const SignalRow& row, OrganizationId organization);
    /// The organisation of the signal's run; nothing when there is no such run.
    [[nodiscard]] Result<std::optional<OrganizationId>> organization_of(RunId run);

private:
    struct Range {
        IdRange ids{1, 0};
        bool held = false;
    };

    ReadConnection& connection_;
    Range last_;  ///< neighbours share their chunk
};

}  // namespace hal9::sqlite::detail
