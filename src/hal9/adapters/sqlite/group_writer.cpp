#include "hal9/adapters/sqlite/group_writer.hpp"

#include "hal9/adapters/sqlite/detail/checkpointer.hpp"
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/directory_lock.hpp"
#include "hal9/adapters/sqlite/detail/schema.hpp"
#include "hal9/adapters/sqlite/detail/store_file.hpp"
#include "hal9/ports/transaction_facts.hpp"

#include <utility>

namespace hal9::sqlite {
namespace {

/// The transaction is at fault, not the file.
bool fails_alone(const Error& error) {
    return error.code == ErrorCode::conflict || error.code == ErrorCode::limit_exceeded;
}

bool is_special(const Receipt& receipt) {
    return receipt.error || receipt.existing || receipt.swept > 0;
}

}  // namespace

struct GroupWriter::Inside {
    detail::DirectoryLock lock;
    detail::Database database;
    Recovery recovery;
    const Clock& clock;
    Limits limits;
    std::string path;
    detail::CommandWriter writer;
    std::unique_ptr<detail::Checkpointer> checkpointer;  ///< ends before the connection

    using Receipts = std::vector<Receipt>;

    /// Nothing: a transaction failed after it had done something, the group was rolled back and
    /// must be applied with a savepoint for each.
    Result<std::optional<Receipts>> apply_straight(std::span<const Transaction> group);
    Result<Receipts> apply_one_by_one(std::span<const Transaction> group);
    Result<void> apply_commands(const Transaction& transaction, Receipt& receipt);
    Result<void> apply_alone(const Transaction& transaction, Receipt& receipt);
    Result<void> commit();
    Error roll_back(Error error);
};

Error GroupWriter::Inside::roll_back(Error error) {
    writer.forget();
    // SQLite has rolled back by itself after some errors.
    if (sqlite3_get_autocommit(database.raw()) == 0) {
        if (Result<void> undone = database.execute("rollback"); !undone) {
            return std::move(undone).error();
        }
    }
    return error;
}

Result<void> GroupWriter::Inside::apply_commands(const Transaction& transaction, Receipt& receipt) {
    receipt.ticket = transaction.ticket;
    HAL9_TRY_VOID(check_limits(transaction, limits));
    for (const Command& command : transaction.commands) {
        HAL9_TRY_VOID(writer.apply(command, receipt));
    }
    return {};
}

Result<void> GroupWriter::Inside::commit() {
    HAL9_TRY_VOID(writer.log_commit(clock.now().wall));
    HAL9_TRY_VOID(database.execute("commit"));
    writer.forget();
    return {};
}

Result<std::optional<GroupWriter::Inside::Receipts>> GroupWriter::Inside::apply_straight(
    std::span<const Transaction> group
) {
    Receipts special;
    HAL9_TRY_VOID(database.execute("begin immediate"));
    for (const Transaction& transaction : group) {
        const std::uint64_t before = writer.effects();
        Receipt receipt;
        Result<void> done = apply_commands(transaction, receipt);
        if (!done && (!fails_alone(done.error()) || writer.effects() != before)) {
            Error error = roll_back(std::move(done).error());
            return fails_alone(error) ? Result<std::optional<Receipts>>(std::nullopt)
                                      : fail(std::move(error));
        }
        if (!done) {
            receipt.error = std::move(done).error();
        }
        if (is_special(receipt)) {
            special.push_back(std::move(receipt));
        }
    }
    if (Result<void> counted = writer.flush_counts(); !counted) {
        Error error = roll_back(std::move(counted).error());
        return fails_alone(error) ? Result<std::optional<Receipts>>(std::nullopt)
                                  : fail(std::move(error));
    }
    if (Result<void> done = commit(); !done) {
        return fail(roll_back(std::move(done).error()));
    }
    return special;
}

Result<void> GroupWriter::Inside::apply_alone(const Transaction& transaction, Receipt& receipt) {
    HAL9_TRY_VOID(database.execute("savepoint one"));
    Result<void> done = apply_commands(transaction, receipt);
    if (done) {
        done = writer.flush_counts();
    }
    if (!done && !fails_alone(done.error())) {
        return done;
    }
    if (!done) {
        receipt.swept = 0;
        receipt.error = std::move(done).error();
        writer.forget_counts();
        HAL9_TRY_VOID(database.execute("rollback to one"));
    }
    return database.execute("release one");
}

Result<GroupWriter::Inside::Receipts> GroupWriter::Inside::apply_one_by_one(
    std::span<const Transaction> group
) {
    Receipts special;
    HAL9_TRY_VOID(database.execute("begin immediate"));
    for (const Transaction& transaction : group) {
        Receipt receipt;
        if (Result<void> done = apply_alone(transaction, receipt); !done) {
            return fail(roll_back(std::move(done).error()));
        }
        if (is_special(receipt)) {
            special.push_back(std::move(receipt));
        }
    }
    if (Result<void> done = commit(); !done) {
        return fail(roll_back(std::move(done).error()));
    }
    return special;
}

GroupWriter::GroupWriter(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

GroupWriter::~GroupWriter() = default;

Result<std::unique_ptr<GroupWriter>>
GroupWriter::open(const std::string& directory, const SqliteOptions& options) {
    HAL9_TRY(detail::DirectoryLock lock, detail::DirectoryLock::own(directory));
    const std::string path = directory + "/" + detail::database_name;
    const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
    HAL9_TRY(detail::StoreFile file, detail::open_store_file(path, vfs, options.random));
    auto inside = std::make_unique<Inside>(
        std::move(lock),
        std::move(file.database),
        file.recovery,
        options.clock,
        options.limits,
        path,
        detail::CommandWriter(),
        nullptr
    );
    HAL9_TRY(
        inside->writer,
        detail::CommandWriter::create(inside->database, inside->recovery.epoch, inside->limits)
    );
    HAL9_TRY(inside->checkpointer, detail::Checkpointer::start(inside->database, path, vfs));
    return std::unique_ptr<GroupWriter>(new GroupWriter(std::move(inside)));
}

const Recovery& GroupWriter::recovery() const {
    return inside_->recovery;
}

Result<std::vector<Receipt>> GroupWriter::apply(std::span<const Transaction> group) {
    Inside& in = *inside_;
    if (std::optional<Error> failure = in.checkpointer->failure()) {
        return fail(*std::move(failure));
    }
    HAL9_TRY_VOID(in.checkpointer->finish_if_asked());
    Result<std::optional<std::vector<Receipt>>> straight = in.apply_straight(group);
    if (!straight) {
        return fail(detail::explain(std::move(straight).error(), in.path));
    }
    if (*straight) {
        return **std::move(straight);
    }
    Result<std::vector<Receipt>> receipts = in.apply_one_by_one(group);
    if (!receipts) {
        return fail(detail::explain(std::move(receipts).error(), in.path));
    }
    return receipts;
}

Result<void> GroupWriter::close() {
    Inside& in = *inside_;
    in.checkpointer.reset();
    HAL9_TRY_VOID(in.database.execute("begin immediate"));
    for (const char* mark : {"clean", "processing", "processing_deaths"}) {
        const bool clean = std::string_view(mark) == "clean";
        HAL9_TRY_VOID(
            in.writer.put_meta(mark, clean ? std::optional<std::int64_t>(1) : std::nullopt)
        );
    }
    HAL9_TRY_VOID(in.database.execute("commit"));
    return {};
}

}  // namespace hal9::sqlite
