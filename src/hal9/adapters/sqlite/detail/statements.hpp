// The statements that write signals and open rows, prepared once for a connection.
//
// Compares are part of the statements: one that changes no row has found another state than the
// command believed in.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"

namespace hal9::sqlite::detail {

struct Statements {
    [[nodiscard]] static Result<Statements> create(Database& database);

    Statement insert_version;
    Statement select_network;
    Statement put_network;
    Statement delete_network;
    Statement count_unfinished;
    Statement insert_run;
    Statement insert_tag;
    Statement update_priority;
    Statement insert_idem;
    Statement select_idem;
    Statement update_run;
    Statement select_run_state;

    Statement insert_root;
    Statement insert_child;
    Statement select_signal;
    Statement select_result;
    Statement finish_untouched;
    Statement finish_opened;
    Statement await_untouched;
    Statement await_opened;
    Statement reopen_untouched;
    Statement reopen_opened;

    Statement insert_open;
    Statement select_open;
    Statement await_open;
    Statement reopen_open;
    Statement delete_open;
    Statement count_down;
    Statement decide;

    Statement put_key_state;
    Statement delete_key_state;

    Statement insert_message;
    Statement select_message;
    Statement delete_message;
    Statement delete_messages;

    Statement insert_schedule;
    Statement delete_schedule;
    Statement advance_schedule;

    Statement copy_ended;
    Statement copy_unended;
    Statement select_place;

    Statement put_meta;
    Statement insert_commit;
    Statement trim_commits;
};

}  // namespace hal9::sqlite::detail
