#include "hal9/adapters/sqlite/detail/statements.hpp"

namespace hal9::sqlite::detail {
namespace {

constexpr const char* insert_version =
    "insert into network_version(id, organization, name, hash, definition, created) "
    "values(?, ?, ?, ?, ?, ?)";
constexpr const char* select_network =
    "select state from network where organization = ? and name = ?";
constexpr const char* put_network =
    "insert into network(organization, name, state, changed) values(?, ?, ?, ?) "
    "on conflict(organization, name) do update set state = excluded.state, "
    "changed = excluded.changed";
constexpr const char* delete_network = "delete from network where organization = ? and name = ?";
constexpr const char* count_unfinished =
    "select count(*) from run where organization = ? and network = ? and state < 2";
constexpr const char* insert_run =
    "insert into run(id, organization, version, network, principal, state, decided, priority, "
    "created, finished, grants, idempotency_key, parent, depth, tags, origin) "
    "values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* insert_tag = "insert into tag values(?, ?, ?)";
constexpr const char* update_priority = "update run set priority = ? where id = ?";
constexpr const char* insert_idem =
    "insert into idem(organization, key, digest, run, at) values(?, ?, ?, ?, ?)";
constexpr const char* select_idem =
    "select run, digest from idem where organization = ? and key = ?";
constexpr const char* update_run =
    "update run set state = ?, decided = ?, finished = iif(?, ?, finished) "
    "where id = ? and state = ?";
constexpr const char* select_run_state = "select state from run where id = ?";

constexpr const char* insert_root =
    "insert into signal values(?, null, 0, ?, ?, ?, 0, 1, 0, 0, ?, ?, 0, 0, 0, 0, 0, ?, null, "
    "null, 0, null, 0)";
constexpr const char* insert_child =
    "insert into signal values(?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, 0, 0, 0, 0, 0, ?, null, null, "
    "?, "
    "null, 0)";
constexpr const char* select_signal =
    "select status, phase, attempt, opened from signal where id = ?";
constexpr const char* select_result = "select result from signal where id = ? and status = 3";

// A signal that never ran: no start yet, nothing used yet, phase and attempt 0.
constexpr const char* finish_untouched =
    "update signal set status = ?, result = ?, error = ?, skipped = ?, started = ?, finished = ?, "
    "wall_us = ?, cpu_us = ? "
    "where id = ? and status = 0 and opened = 0 and phase = ? and attempt = ?";
constexpr const char* await_untouched =
    "update signal set status = 1, opened = 1, result = coalesce(?, result), "
    "interim = coalesce(?, interim), deadline = ?, started = ?, wall_us = ?, cpu_us = ? where id = "
    "? and status = 0 and opened = 0 and phase = ? "
    "and attempt = ?";
constexpr const char* reopen_untouched =
    "update signal set status = ?, opened = 1, phase = ?, attempt = ?, deadline = ?, error = ?, "
    "result = coalesce(?, result), started = ?, wall_us = ?, cpu_us = ? "
    "where id = ? and status = 0 and opened = 0 and phase = ? and attempt = ?";

constexpr const char* finish_opened =
    "update signal set status = ?, opened = 0, result = ?, error = ?, skipped = ?, "
    "started = iif(started = 0, ?, started), finished = ?, wall_us = wall_us + ?, "
    "cpu_us = cpu_us + ? where id = ? and opened = 1";
constexpr const char* await_opened =
    "update signal set status = 1, result = coalesce(?, result), "
    "interim = coalesce(?, interim), deadline = ?, started = iif(started = 0, ?, started), wall_us "
    "= wall_us + ?, cpu_us = cpu_us + ? where id = "
    "? and opened = 1";
constexpr const char* reopen_opened =
    "update signal set status = ?, phase = ?, attempt = ?, deadline = ?, error = ?, "
    "result = coalesce(?, result), started = iif(started = 0, ?, started), wall_us = wall_us + ?, "
    "cpu_us = cpu_us + ? "
    "where id = ? and opened = 1";

constexpr const char* insert_open =
    "insert into open values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)";
constexpr const char* select_open =
    "select status, phase, attempt, pending from open "
    "where organization = ? and urgency = ? and height = ? and id = ?";
constexpr const char* await_open =
    "update open set status = 1, attempts_allowed = ?, not_before = ?, pending = ?, waits_for = ?, "
    "children_from = ?, asks = ? where organization = ? and urgency = ? and height = ? and id = ? "
    "and status = 0 and phase = ? and attempt = ?";
constexpr const char* reopen_open =
    "update open set status = ?, phase = ?, attempt = ?, attempts_allowed = ?, not_before = ?, "
    "released = ?, pending = 0, waits_for = 0, children_from = 0, counted = null, asks = '' where "
    "organization = ? and urgency = ? and height = ? and id = ? "
    "and status = ? and phase = ? and attempt = ? and pending >= ?";
constexpr const char* delete_open =
    "delete from open where organization = ? and urgency = ? and height = ? and id = ? "
    "and phase = ? and attempt = ? and status <= ? and pending >= ?";
constexpr const char* decide =
    "update open set pending = 0, counted = ? "
    "where organization = ? and urgency = ? and height = ? and id = ? "
    "and status = 1 and phase = ? and attempt = ?";
constexpr const char* count_down =
    "update open set pending = pending - ?1 "
    "where organization = ?2 and urgency = ?3 and height = ?4 and id = ?5 "
    "and status = 1 and pending >= ?1";

constexpr const char* put_key_state =
    "insert into key_state values(?, ?, ?, ?, ?, ?, ?) "
    "on conflict(organization, network, neuron, key) do update "
    "set state = excluded.state, changed = excluded.changed, expires = excluded.expires";
constexpr const char* delete_key_state =
    "delete from key_state where organization = ? and network = ? and neuron = ? and key = ?";

constexpr const char* insert_message = "insert into message values(?, ?, ?, ?, ?, ?)";
constexpr const char* select_message = "select body from message where run = ? and number = ?";
constexpr const char* delete_message = "delete from message where run = ? and number = ?";
constexpr const char* delete_messages = "delete from message where run = ?";
constexpr const char* insert_schedule =
    "insert into schedule values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null)";
constexpr const char* delete_schedule = "delete from schedule where organization = ? and name = ?";
constexpr const char* advance_schedule =
    "update schedule set next = ?1, last = iif(?2 is null, last, ?3), "
    "last_run = coalesce(?2, last_run), error = ?6 "
    "where organization = ?4 and name = ?5 and next = ?3";

// A copy has used nothing; where the fork maps neurons, the number is that of its own version.
constexpr const char* copy_ended =
    "insert into signal select ?1 | (id & 0xffffff), parent, ordinal, ?2, depth, priority, status, "
    "0, "
    "phase, attempt, created, deadline, started, finished, 0, 0, skipped, payload, result, error, "
    "parent_phase, interim, 1 from signal where id = ?3 and status in (3, 4)";
constexpr const char* copy_unended =
    "insert into signal select ?1 | (id & 0xffffff), parent, ordinal, ?2, depth, priority, ?4, ?5, "
    "?6, 0, ?7, ?8, 0, 0, 0, 0, 0, payload, iif(?9, nullif(interim, 0), null), null, parent_phase, "
    "iif(?9, interim, null), 0 from signal where id = ?3";
constexpr const char* select_place = "select priority, depth from signal where id = ?";

constexpr const char* put_meta =
    "insert into meta values(?, ?) on conflict(key) do update set value = excluded.value";
constexpr const char* insert_commit = "insert into commit_log(at, changes) values(?, ?)";
constexpr const char* trim_commits = "delete from commit_log where seq <= ?";

}  // namespace

Result<Statements> Statements::create(Database& database) {
    Statements s;
    const std::pair<Statement*, const char*> all[] = {
        {&s.insert_version, detail::insert_version},
        {&s.select_network, detail::select_network},
        {&s.put_network, detail::put_network},
        {&s.delete_network, detail::delete_network},
        {&s.count_unfinished, detail::count_unfinished},
        {&s.insert_run, detail::insert_run},
        {&s.insert_tag, detail::insert_tag},
        {&s.update_priority, detail::update_priority},
        {&s.insert_idem, detail::insert_idem},
        {&s.select_idem, detail::select_idem},
        {&s.update_run, detail::update_run},
        {&s.select_run_state, detail::select_run_state},
        {&s.insert_root, detail::insert_root},
        {&s.insert_child, detail::insert_child},
        {&s.select_signal, detail::select_signal},
        {&s.select_result, detail::select_result},
        {&s.finish_untouched, detail::finish_untouched},
        {&s.finish_opened, detail::finish_opened},
        {&s.await_untouched, detail::await_untouched},
        {&s.await_opened, detail::await_opened},
        {&s.reopen_untouched, detail::reopen_untouched},
        {&s.reopen_opened, detail::reopen_opened},
        {&s.insert_open, detail::insert_open},
        {&s.select_open, detail::select_open},
        {&s.await_open, detail::await_open},
        {&s.reopen_open, detail::reopen_open},
        {&s.delete_open, detail::delete_open},
        {&s.count_down, detail::count_down},
        {&s.decide, detail::decide},
        {&s.put_key_state, detail::put_key_state},
        {&s.delete_key_state, detail::delete_key_state},
        {&s.insert_message, detail::insert_message},
        {&s.select_message, detail::select_message},
        {&s.delete_message, detail::delete_message},
        {&s.delete_messages, detail::delete_messages},
        {&s.insert_schedule, detail::insert_schedule},
        {&s.delete_schedule, detail::delete_schedule},
        {&s.advance_schedule, detail::advance_schedule},
        {&s.copy_ended, detail::copy_ended},
        {&s.copy_unended, detail::copy_unended},
        {&s.select_place, detail::select_place},
        {&s.put_meta, detail::put_meta},
        {&s.insert_commit, detail::insert_commit},
        {&s.trim_commits, detail::trim_commits},
    };
    for (const auto& [statement, sql] : all) {
        HAL9_TRY(*statement, database.prepare(sql));
    }
    return s;
}

}  // namespace hal9::sqlite::detail
