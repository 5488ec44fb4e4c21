// GroupWriter: applies groups of transactions to a store file, one SQLite transaction a group.
//
// It owns the file: the lock of its directory, the writing connection, the checkpoint thread.
// SqliteStore feeds it from its queue on a thread of its own; benchmarks call it directly.
// Thread: one at a time.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/random.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/ports/signal_store.hpp"
#include "hal9/ports/transaction.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hal9::sqlite {

struct SqliteOptions {
    const Clock& clock;  ///< stamps the commit log; outlives the store
    Random& random;      ///< makes the secret of a new store; used by open() only
    Limits limits = {};
    std::string vfs = {};  ///< name of the SQLite VFS, "" for the system's
};

class GroupWriter {
public:
    /// Opens the store of `directory` (made with mode 0700 where there is none), takes its schema
    /// forward, and raises its epoch. unavailable when another process holds it, conflict when its
    /// schema is newer, data_loss when it is damaged.
    [[nodiscard]] static Result<std::unique_ptr<GroupWriter>>
    open(const std::string& directory, const SqliteOptions& options);
    ~GroupWriter();
    GroupWriter(const GroupWriter&) = delete;
    GroupWriter& operator=(const GroupWriter&) = delete;

    [[nodiscard]] const Recovery& recovery() const;
    /// Durable on return; the receipts are those with something to say. resource_exhausted: the
    /// disk is full and nothing has happened. Any other error: nobody knows what became of the
    /// group, and the writer must not be used again.
    [[nodiscard]] Result<std::vector<Receipt>> apply(std::span<const Transaction> group);
    /// Marks a clean end. Call nothing after it.
    [[nodiscard]] Result<void> close();

private:
    struct Inside;
    explicit GroupWriter(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::sqlite
