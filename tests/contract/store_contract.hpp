// What every store must do, as one GoogleTest suite: the fixture and the commands it is fed with.
//
// A Harness owns a store, its reader, and a way to let its process die or end. Tests speak of runs
// and numbers; every signal is at priority 5 unless a test says otherwise. The tests themselves are
// in store_*_test.cpp, and run for each adapter in harnesses().
#pragma once

#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/ports/signal_store.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace hal9::contract {

class Harness {
public:
    virtual ~Harness() = default;
    virtual SignalStore& store() = 0;
    virtual SignalReader& reader() = 0;
    [[nodiscard]] virtual Recovery recovery() = 0;
    /// Until everything submitted is decided.
    virtual void settle() = 0;
    /// The process dies and another one opens the store. What is queued may or may not survive.
    virtual void crash() = 0;
    /// The process closes the store and another one opens it.
    virtual void restart() = 0;
};

struct HarnessKind {
    std::string name;
    std::unique_ptr<Harness> (*make)(const Limits& limits);
};

/// For GoogleTest's messages.
inline void PrintTo(const HarnessKind& kind, std::ostream* out) {
    *out << kind.name;
}

/// One of each adapter.
[[nodiscard]] std::vector<HarnessKind> harnesses();

inline constexpr OrganizationId organization = default_organization;
inline constexpr WallTime early{1'600'000'000'000'000};
inline constexpr WallTime late{1'600'000'001'000'000};

[[nodiscard]] OpenKey key(std::int64_t run, std::uint32_t number, std::uint8_t depth);
[[nodiscard]] OpenKey root(std::int64_t run);
/// A child of a root.
[[nodiscard]] OpenKey child(std::int64_t run, std::uint32_t number);

[[nodiscard]] AcceptRun accept(std::int64_t run);

/// `count` children of the root with numbers and ordinals from those of `first` on; payloads
/// "p<number>".
struct Numbers {
    std::uint32_t number = 1;
    std::uint32_t ordinal = 0;
};

[[nodiscard]] EmitChunk emit(const OpenKey& parent, Numbers first, std::uint32_t count);
[[nodiscard]] Await await(const OpenKey& signal, std::uint32_t pending);
/// Of a signal without an open row; result "r<number>".
[[nodiscard]] Finish finish(const OpenKey& signal);
/// Of a signal with one.
[[nodiscard]] Finish finish_opened(const OpenKey& signal);
/// Attempt 1 of a signal that has no open row yet.
[[nodiscard]] Reopen retry(const OpenKey& signal, WallTime not_before);

class StoreContract : public testing::TestWithParam<HarnessKind> {
protected:
    void SetUp() override { open({}); }

    /// Begins anew, with other limits.
    void open(const Limits& limits) { harness_ = GetParam().make(limits); }

    [[nodiscard]] Harness& harness() { return *harness_; }

    [[nodiscard]] SignalStore& store() { return harness_->store(); }

    [[nodiscard]] SignalReader& reader() { return harness_->reader(); }

    std::uint64_t submit(std::vector<Command> commands);
    /// Submits one transaction, waits, and returns its receipt (a plain one when there is none).
    Receipt transact(std::vector<Command> commands);
    void expect_done(std::vector<Command> commands);
    /// It is refused with that code, and the message says `words`.
    void expect_refused(std::vector<Command> commands, ErrorCode code, const std::string& words);

    void expect_conflict(std::vector<Command> commands, const std::string& words) {
        expect_refused(std::move(commands), ErrorCode::conflict, words);
    }

    [[nodiscard]] SignalRecord signal(SignalId id);
    [[nodiscard]] bool exists(SignalId id);
    [[nodiscard]] RunRecord run(std::int64_t number);
    [[nodiscard]] std::vector<ChunkRow> chunks();
    [[nodiscard]] std::vector<OpenRow> open_rows();
    /// Their numbers.
    [[nodiscard]] std::vector<std::uint32_t> untouched(SignalId first, std::uint32_t count);

    /// A run whose root waits for `count` children, numbers from 1.
    void start_family(std::int64_t run, std::uint32_t count);

private:
    std::unique_ptr<Harness> harness_;
    std::uint64_t ticket_ = 0;
};

}  // namespace hal9::contract

/// Instantiates the tests that one file defined for `suite`.
#define HAL9_FOR_EVERY_STORE(suite)                                               \
    INSTANTIATE_TEST_SUITE_P(                                                     \
        Every,                                                                    \
        suite,                                                                    \
        testing::ValuesIn(::hal9::contract::harnesses()),                         \
        [](const testing::TestParamInfo<::hal9::contract::HarnessKind>& tested) { \
            return tested.param.name;                                             \
        }                                                                         \
    )
