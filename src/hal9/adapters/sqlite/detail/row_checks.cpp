#include "hal9/adapters/sqlite/detail/row_checks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/model/ids.hpp"

namespace hal9::sqlite::detail {

Result<SignalStatus> read_status(const Statement& row, int column) {
    const std::int64_t status = row.integer(column);
    if (status < 0 || status > static_cast<std::int64_t>(SignalStatus::cancelled)) {
        return fail(ErrorCode::data_loss, str("a signal has the status ", status));
    }
    return static_cast<SignalStatus>(status);
}

Result<WaitsFor> read_waits_for(const Statement& row, int column) {
    const std::int64_t what = row.integer(column);
    if (what < 0 || what > static_cast<std::int64_t>(WaitsFor::message)) {
        return fail(ErrorCode::data_loss, str("a signal waits for ", what));
    }
    return static_cast<WaitsFor>(what);
}

Result<RunState> read_state(const Statement& row, int column) {
    const std::int64_t state = row.integer(column);
    if (state < 0 || state > static_cast<std::int64_t>(RunState::cancelled)) {
        return fail(ErrorCode::data_loss, str("a run has the state ", state));
    }
    return static_cast<RunState>(state);
}

Result<NetworkState> read_network_state(const Statement& row, int column) {
    const std::int64_t state = row.integer(column);
    if (state < 0 || state >= network_states) {
        return fail(ErrorCode::data_loss, str("a network has the state ", state));
    }
    return static_cast<NetworkState>(state);
}

Result<MissedTimes> read_missed_times(const Statement& row, int column) {
    const std::int64_t missed = row.integer(column);
    if (missed < 0 || missed >= missed_times) {
        return fail(ErrorCode::data_loss, str("a schedule treats missed times as ", missed));
    }
    return static_cast<MissedTimes>(missed);
}

Result<IdRange> read_range(const Statement& row, int first_column, int count_column) {
    const std::int64_t first = row.integer(first_column);
    const std::int64_t count = row.integer(count_column);
    if (first <= 0 || count <= 0 || count > signals_per_run_max ||
        number_of({first}) + count - 1 > signals_per_run_max) {
        return fail(
            ErrorCode::data_loss,
            str("a chunk has ", count, " signals from ", first, " on")
        );
    }
    return IdRange{first, first + count - 1};
}

}  // namespace hal9::sqlite::detail
