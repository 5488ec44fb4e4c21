#include "hal9/adapters/sqlite/sqlite_store.hpp"

#include "hal9/adapters/sqlite/detail/writer_thread.hpp"

#include <utility>

namespace hal9::sqlite {

struct SqliteStore::Inside {
    detail::WriterThread thread;
};

SqliteStore::SqliteStore(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>>
SqliteStore::open(const std::string& directory, const SqliteOptions& options, Waker* waker) {
    HAL9_TRY(std::unique_ptr<GroupWriter> writer, GroupWriter::open(directory, options));
    std::unique_ptr<Inside> inside(
        new Inside{detail::WriterThread(std::move(writer), options, waker)}
    );
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(inside)));
}

const Recovery& SqliteStore::recovery() const {
    return inside_->thread.recovery();
}

void SqliteStore::submit(Transaction transaction) {
    inside_->thread.submit(std::move(transaction));
}

Receipts SqliteStore::take_receipts() {
    return inside_->thread.take_receipts();
}

std::size_t SqliteStore::queued_rows() const {
    return inside_->thread.queued_rows();
}

std::size_t SqliteStore::queued_transactions() const {
    return inside_->thread.queued_transactions();
}

std::size_t SqliteStore::queued_bytes() const {
    return inside_->thread.queued_bytes();
}

std::optional<Error> SqliteStore::failed() const {
    return inside_->thread.failed();
}

bool SqliteStore::is_full() const {
    return inside_->thread.is_full();
}

WriterStats SqliteStore::stats() const {
    return inside_->thread.stats();
}

Result<void> SqliteStore::close() {
    return inside_->thread.close();
}

}  // namespace hal9::sqlite
