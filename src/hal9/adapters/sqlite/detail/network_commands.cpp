// The part of CommandWriter about the states of networks.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/base/text.hpp"

namespace hal9::sqlite::detail {

Result<void> CommandWriter::write(const SetNetworkState& command, Receipt&) {
    const std::string_view name = command.name;
    Statement& select = statements_.select_network;
    NetworkState state = NetworkState::active;
    HAL9_TRY(const bool found, select.query(command.organization, name));
    if (found) {
        HAL9_TRY(state, read_network_state(select, 0));
        select.reset();
    }
    if (state != command.from) {
        return fail(
            ErrorCode::conflict,
            str("network ",
                name,
                ": expected ",
                to_string(command.from),
                ", found ",
                to_string(state))
        );
    }
    if (command.to == NetworkState::active) {
        HAL9_TRY_VOID(statements_.delete_network.run(command.organization, name));
        return {};
    }
    if (command.to == NetworkState::deleted) {
        Statement& count = statements_.count_unfinished;
        HAL9_TRY_VOID(count.query(command.organization, name));
        const std::int64_t runs = count.integer(0);
        count.reset();
        if (runs > 0) {
            return fail(
                ErrorCode::conflict,
                str("network ", name, ": expected no unfinished runs, found ", runs)
            );
        }
    }
    HAL9_TRY_VOID(statements_.put_network.run(command.organization, name, command.to, command.at));
    return {};
}

}  // namespace hal9::sqlite::detail
