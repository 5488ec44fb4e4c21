// The adapters under the contract: what it takes to open, kill and close each of them.
#include "hal9/adapters/memory/memory_store.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/sqlite/sqlite_store.hpp"
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/base/check.hpp"
#include "tests/contract/store_contract.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>

namespace hal9::contract {
namespace {

class MemoryHarness final : public Harness {
public:
    explicit MemoryHarness(const Limits& limits) : store_(42, nullptr, limits) {}

    SignalStore& store() override { return store_; }

    SignalReader& reader() override { return store_; }

    Recovery recovery() override { return store_.recovery(); }

    void settle() override {
        while (store_.commit_group(1'000) > 0) {
        }
    }

    void crash() override { store_.crash_and_reopen(); }

    void restart() override {
        const Result<void> closed = store_.close();
        EXPECT_TRUE(closed.has_value());
        store_.reopen();
    }

private:
    memory::MemoryStore store_;
};

class Signal final : public Waker {
public:
    void wake() override {
        const std::lock_guard lock(mutex_);
        woken_.notify_all();
    }

    template <class Done>
    bool wait(const Done& done) {
        std::unique_lock lock(mutex_);
        return woken_.wait_for(lock, std::chrono::seconds(30), done);
    }

private:
    std::mutex mutex_;
    std::condition_variable woken_;
};

class SqliteHarness final : public Harness {
public:
    explicit SqliteHarness(const Limits& limits) : limits_(limits) {
        std::string pattern = std::filesystem::temp_directory_path() / "hal9-contract-XXXXXX";
        const char* made = ::mkdtemp(pattern.data());
        HAL9_ASSERT(made != nullptr);
        directory_ = pattern;
        open();
    }

    SqliteHarness(const SqliteHarness&) = delete;
    SqliteHarness& operator=(const SqliteHarness&) = delete;

    ~SqliteHarness() override {
        reader_.reset();
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    SignalStore& store() override { return *store_; }

    SignalReader& reader() override { return *reader_; }

    Recovery recovery() override { return store_->recovery(); }

    void settle() override {
        EXPECT_TRUE(waker_.wait([this] {
            return store_->queued_transactions() == 0 || store_->failed();
        }));
        EXPECT_FALSE(store_->failed().has_value()) << store_->failed()->full_message();
    }

    void crash() override {
        store_.reset();
        open();
    }

    void restart() override {
        const Result<void> closed = store_->close();
        EXPECT_TRUE(closed.has_value()) << closed.error().full_message();
        store_.reset();
        open();
    }

private:
    void open() {
        reader_.reset();
        SeededRandom random(42);
        auto store = sqlite::SqliteStore::open(directory_, {clock_, random, limits_}, &waker_);
        ASSERT_TRUE(store.has_value()) << store.error().full_message();
        store_ = *std::move(store);
        auto reader = sqlite::SqliteReader::open(directory_);
        ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
        reader_ = *std::move(reader);
    }

    Limits limits_;
    std::string directory_;
    adapters::SystemClock clock_;
    Signal waker_;
    std::unique_ptr<sqlite::SqliteStore> store_;
    std::unique_ptr<sqlite::SqliteReader> reader_;
};

template <class Made>
std::unique_ptr<Harness> make(const Limits& limits) {
    return std::make_unique<Made>(limits);
}

}  // namespace

std::vector<HarnessKind> harnesses() {
    return {{"Memory", make<MemoryHarness>}, {"Sqlite", make<SqliteHarness>}};
}

}  // namespace hal9::contract
