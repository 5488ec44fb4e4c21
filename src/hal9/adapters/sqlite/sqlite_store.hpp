// SqliteStore: the embedded store, one SQLite file and one writer thread that commits in groups.
//
// submit() queues; the writer takes what is there (at most Limits::group_*), commits it as one
// SQLite transaction synced to disk, publishes the receipts and wakes whoever asked. While the disk
// is full it refuses new work and tries the rest again, pausing 100 ms to 1 s. Any other failure of
// the file ends it: failed() is set and nothing more is decided.
#pragma once

#include "hal9/adapters/sqlite/group_writer.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/ports/signal_store.hpp"

#include <memory>
#include <string>

namespace hal9::sqlite {

class SqliteStore final : public SignalStore {
public:
    /// As GroupWriter::open. `waker` may be null, else outlives the store.
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>>
    open(const std::string& directory, const SqliteOptions& options, Waker* waker);
    /// Without close() first: what is queued is lost, the next owner finds an unclean end.
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    [[nodiscard]] const Recovery& recovery() const;

    void submit(Transaction transaction) override;
    [[nodiscard]] Receipts take_receipts() override;
    [[nodiscard]] std::size_t queued_transactions() const override;
    [[nodiscard]] std::size_t queued_rows() const override;
    [[nodiscard]] std::size_t queued_bytes() const override;
    [[nodiscard]] std::optional<Error> failed() const override;
    [[nodiscard]] bool is_full() const override;
    [[nodiscard]] WriterStats stats() const override;
    /// resource_exhausted, and no clean end, when the disk is full and transactions wait for room.
    [[nodiscard]] Result<void> close() override;

private:
    struct Inside;
    explicit SqliteStore(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::sqlite
