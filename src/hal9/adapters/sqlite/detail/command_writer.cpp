#include "hal9/adapters/sqlite/detail/command_writer.hpp"

#include "hal9/adapters/sqlite/detail/levels.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// Runs named in one row of the commit log; beyond that it says that anything may have changed.
constexpr std::size_t touched_max = 64;

}  // namespace

Result<CommandWriter>
CommandWriter::create(Database& database, std::uint64_t epoch, const Limits& limits) {
    CommandWriter writer;
    writer.database_ = &database;
    writer.commit_log_rows_max_ = limits.commit_log_rows_max;
    HAL9_TRY(writer.statements_, Statements::create(database));
    HAL9_TRY(writer.chunks_, ChunkRows::create(database, epoch));
    HAL9_TRY(writer.bodies_, BodyWriter::create(database));
    HAL9_TRY(writer.next_open_level_, prepare_next_level(database, "open"));
    HAL9_TRY(
        writer.open_of_run_,
        database.prepare(
            "select id from open where organization = ? and urgency = ? and height = ? "
            "and id between ? and ? limit ?"
        )
    );
    HAL9_TRY(
        writer.erase_open_,
        database.prepare("delete from open where organization = ? and urgency = ? and height = ? "
                         "and id = ?")
    );
    HAL9_TRY(
        writer.cancel_signal_,
        database.prepare("update signal set status = 5, opened = 0, finished = ? where id = ?")
    );
    return writer;
}

Result<void> CommandWriter::apply(const Command& command, Receipt& receipt) {
    return std::visit([this, &receipt](const auto& one) { return write(one, receipt); }, command);
}

std::uint64_t CommandWriter::effects() const {
    return static_cast<std::uint64_t>(sqlite3_total_changes64(database_->raw())) + counts_;
}

void CommandWriter::forget() {
    owed_.clear();
    touched_.clear();
    touched_many_ = false;
}

void CommandWriter::touch(RunId run) {
    if (touched_many_ || (!touched_.empty() && touched_.back() == run) ||
        std::ranges::find(touched_, run) != touched_.end()) {
        return;
    }
    touched_many_ = touched_.size() == touched_max;
    touched_.push_back(run);
}

Result<void> CommandWriter::log_commit(WallTime at) {
    std::string runs = "[";
    for (const RunId run : touched_) {
        runs += str(runs.size() > 1 ? "," : "", run.value);
    }
    runs += "]";
    HAL9_TRY_VOID(statements_.insert_commit.run(
        at,
        touched_many_ ? std::nullopt : std::optional(std::string_view(runs))
    ));
    const std::int64_t seq = sqlite3_last_insert_rowid(database_->raw());
    if (seq > commit_log_rows_max_) {
        HAL9_TRY_VOID(statements_.trim_commits.run(seq - commit_log_rows_max_));
    }
    return {};
}

Result<void> CommandWriter::put_meta(std::string_view key, std::optional<std::int64_t> value) {
    HAL9_TRY_VOID(statements_.put_meta.run(key, value));
    return {};
}

// --- networks and runs

Result<void> CommandWriter::write(const PutNetworkVersion& command, Receipt&) {
    const NetworkVersion& version = command.version;
    return unless_taken(
        statements_.insert_version.run(
            version.id,
            version.organization,
            version.name,
            version.hash,
            version.definition,
            version.created
        ),
        [&version] {
            return str(
                "network version ",
                version.id.value,
                ": expected a new number and a new hash of ",
                version.name,
                ", found one of them"
            );
        }
    );
}

Result<void> CommandWriter::write(const AcceptRun& command, Receipt& receipt) {
    const RunRecord& run = command.run;
    if (run.idempotency) {
        const std::string_view key = run.idempotency->key;
        Statement& select = statements_.select_idem;
        HAL9_TRY(const bool taken, select.query(run.organization, key));
        if (taken) {
            const RunId first{select.integer(0)};
            const bool same = select.text(1) == run.idempotency->digest;
            select.reset();
            receipt.existing = first;
            return fail(
                ErrorCode::conflict,
                str("idempotency key \"",
                    key,
                    "\" belongs to run ",
                    first.value,
                    same ? ", the same request" : ", another request")
            );
        }
        HAL9_TRY_VOID(statements_.insert_idem
                          .run(run.organization, key, run.idempotency->digest, run.id, run.created)
        );
    }
    HAL9_TRY_VOID(insert_run(run));
    return insert_root(command);
}

Result<void> CommandWriter::insert_run(const RunRecord& run) {
    const std::string grants = grants_text(run.grants);
    const auto key =
        run.idempotency ? std::optional<std::string_view>(run.idempotency->key) : std::nullopt;
    HAL9_TRY_VOID(unless_taken(
        statements_.insert_run.run(
            run.id,
            run.organization,
            run.version,
            run.network,
            run.principal,
            run.state,
            run.decided,
            run.priority,
            run.created,
            run.finished,
            grants,
            key,
            run.parent.value == 0 ? std::nullopt : std::optional(run.parent.value),
            run.depth,
            tags_text(run.tags),
            run.origin.value == 0 ? std::nullopt : std::optional(run.origin.value)
        ),
        [&run] { return str("run ", run.id.value, ": expected a new number, found a run"); }
    ));
    for (const std::string& tag : run.tags) {
        HAL9_TRY_VOID(statements_.insert_tag.run(run.organization, tag, run.id));
    }
    touch(run.id);
    return {};
}

Result<void> CommandWriter::insert_root(const AcceptRun& command) {
    const RunRecord& run = command.run;
    const OpenKey key{run.organization, run.priority, run.depth, root_of(run.id)};
    HAL9_TRY(const std::optional<std::int64_t> payload, bodies_.append(command.payload));
    HAL9_TRY_VOID(statements_.insert_root.run(
        key.signal,
        command.start,
        run.depth,
        run.priority,
        run.created,
        command.deadline,
        payload
    ));
    HAL9_TRY_VOID(statements_.insert_open.run(
        key.organization,
        urgency(key),
        height(key),
        key.signal,
        SignalStatus::ready,
        0,
        0,
        0,
        0,
        0,
        WaitsFor::children,
        0,
        command.released,
        std::string_view()
    ));
    return {};
}

Result<void> CommandWriter::write(const SetRunState& command, Receipt&) {
    HAL9_TRY(
        const int changed,
        statements_.update_run.run(
            command.to,
            command.decided,
            static_cast<int>(has_ended(command.to)),
            command.at,
            command.run,
            command.from
        )
    );
    touch(command.run);
    if (changed == 1) {
        if (has_ended(command.to)) {
            HAL9_TRY_VOID(statements_.delete_messages.run(command.run));
        }
        return {};
    }
    Statement& select = statements_.select_run_state;
    HAL9_TRY(const bool found, select.query(command.run));
    std::string state = "none";
    if (found) {
        HAL9_TRY(const RunState is, read_state(select, 0));
        state = to_string(is);
        select.reset();
    }
    return fail(
        ErrorCode::conflict,
        str("run ", command.run.value, ": expected ", to_string(command.from), ", found ", state)
    );
}

Result<void> CommandWriter::write(const SweepRun& command, Receipt& receipt) {
    Statement& select = statements_.select_run_state;
    HAL9_TRY(const bool found, select.query(command.run));
    const bool running = found && select.number<RunState>(0) == RunState::running;
    select.reset();
    if (!found || running) {
        return fail(
            ErrorCode::conflict,
            str("sweep of run ",
                command.run.value,
                ": expected a run whose end is decided, found ",
                found ? "it running" : "none")
        );
    }
    HAL9_TRY_VOID(flush_counts());
    touch(command.run);
    HAL9_TRY(std::uint32_t swept, sweep_open(command));
    if (swept < command.rows_max) {
        HAL9_TRY(
            const std::uint32_t more,
            chunks_.sweep(command, command.rows_max - swept, bodies_)
        );
        swept += more;
    }
    receipt.swept += swept;
    return {};
}

Result<std::uint32_t> CommandWriter::sweep_open(const SweepRun& command) {
    std::vector<OpenKey> keys;
    std::optional<Level> level;
    while (keys.size() < command.rows_max) {
        HAL9_TRY(level, next_level(next_open_level_, command.organization, level));
        if (!level) {
            break;
        }
        HAL9_TRY(
            bool more,
            open_of_run_.query(
                command.organization,
                level->urgency,
                level->height,
                root_of(command.run),
                make_signal_id(command.run, signals_per_run_max),
                command.rows_max - keys.size()
            )
        );
        while (more) {
            keys.push_back(key_of(
                command.organization,
                level->urgency,
                level->height,
                {open_of_run_.integer(0)}
            ));
            HAL9_TRY(more, open_of_run_.step());
        }
    }
    for (const OpenKey& key : keys) {
        HAL9_TRY_VOID(erase_open_.run(key.organization, urgency(key), height(key), key.signal));
        HAL9_TRY_VOID(cancel_signal_.run(command.at, key.signal));
    }
    return static_cast<std::uint32_t>(keys.size());
}

Result<void> CommandWriter::write(const MarkProcessing& command, Receipt&) {
    HAL9_TRY_VOID(
        put_meta("processing", command.signal ? std::optional(command.signal->value) : std::nullopt)
    );
    return put_meta("processing_deaths", command.deaths);
}

Result<void> CommandWriter::write(const MarkHealthy&, Receipt&) {
    HAL9_TRY_VOID(put_meta("unclean_starts", 0));
    HAL9_TRY_VOID(put_meta("processing", std::nullopt));
    return put_meta("processing_deaths", 0);
}

}  // namespace hal9::sqlite::detail
