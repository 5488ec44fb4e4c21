#include "hal9/adapters/sqlite/detail/fault_vfs.hpp"

#include "hal9/base/check.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// SQLite allocates szOsFile bytes: this, and behind it the file of the system's VFS.
struct FaultFile {
    sqlite3_file base;
    FaultVfs* faults;
    bool is_database;
    char padding[15];
};

static_assert(sizeof(FaultFile) % alignof(std::max_align_t) == 0);

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultFile*>(file) + 1);
}

FaultFile& own(sqlite3_file* file) {
    return *reinterpret_cast<FaultFile*>(file);
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), out, size, at);
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    const int fault = own(file).faults->on_write();
    return fault != SQLITE_OK ? fault : real(file)->pMethods->xWrite(real(file), bytes, size, at);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
    const int fault = own(file).faults->on_sync(own(file).is_database);
    return fault != SQLITE_OK ? fault : real(file)->pMethods->xSync(real(file), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_lock(sqlite3_file* file, int* reserved) {
    return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void shared_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

int unmap_shared(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = shared_barrier,
    .xShmUnmap = unmap_shared,
};

}  // namespace

struct FaultVfs::Registration {
    sqlite3_vfs vfs;
    sqlite3_vfs* system;
    FaultVfs* faults;

    static int
    open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
        const auto& self = *static_cast<Registration*>(vfs->pAppData);
        FaultFile& opened = own(file);
        opened.faults = self.faults;
        opened.is_database = (static_cast<unsigned>(flags) & SQLITE_OPEN_MAIN_DB) != 0;
        // Without methods SQLite does not close what could not be opened.
        opened.base.pMethods = nullptr;
        const int code = self.system->xOpen(self.system, path, real(file), flags, out_flags);
        if (code == SQLITE_OK) {
            opened.base.pMethods = &methods;
        }
        return code;
    }
};

FaultVfs::FaultVfs(std::string name)
    : name_(std::move(name)), registration_(std::make_unique<Registration>()) {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    HAL9_ASSERT(system != nullptr);
    registration_->system = system;
    registration_->faults = this;
    sqlite3_vfs& vfs = registration_->vfs;
    // Everything but opening is the system's own; its methods do not look at the VFS they get.
    vfs = *system;
    vfs.pNext = nullptr;
    vfs.zName = name_.c_str();
    vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + system->szOsFile;
    vfs.pAppData = registration_.get();
    vfs.xOpen = &Registration::open;
    const int code = sqlite3_vfs_register(&vfs, 0);
    HAL9_ASSERT(code == SQLITE_OK);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&registration_->vfs);
}

void FaultVfs::fail(Fault fault, int after) {
    left_ = after;
    fault_ = fault;
}

bool FaultVfs::is_due() {
    if (left_ > 0) {
        --left_;
        return false;
    }
    ++failures_;
    return true;
}

int FaultVfs::on_write() {
    const Fault fault = fault_;
    if ((fault != Fault::full && fault != Fault::write) || !is_due()) {
        return SQLITE_OK;
    }
    return fault == Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int FaultVfs::on_sync(bool database_file) {
    const Fault fault = fault_;
    const bool concerned =
        fault == Fault::sync || (fault == Fault::checkpoint_sync && database_file);
    return concerned && is_due() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

}  // namespace hal9::sqlite::detail
