#include "hal9/adapters/sqlite/group_writer.hpp"

#include "hal9/adapters/sqlite/detail/testing.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/base/random.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hal9::sqlite {
namespace {

constexpr RunId run{1};

OpenKey key(std::uint32_t number, std::uint8_t depth) {
    return {default_organization, 5, depth, make_signal_id(run, number)};
}

/// The root of the run waits for two children.
Transaction fan_out(std::uint64_t ticket) {
    EmitChunk chunk{.parent = key(0, 0), .first = make_signal_id(run, 1), .created = {1}};
    chunk.children.assign(2, ChildRow{{1}, 5, {}, make_body("{}")});
    const Await wait{.signal = key(0, 0), .opened = true, .pending = 2};
    return {ticket, {chunk, wait}};
}

Transaction finish_child(std::uint64_t ticket, std::uint32_t number) {
    const Finish end{.signal = key(number, 1), .result = make_body("{}"), .finished = {2}};
    return {ticket, {end, CountDown{key(0, 0), 1}}};
}

/// An end of the root that believes in an attempt which never was. It has no result, so nothing was
/// written when its compare fails.
Transaction finish_root_wrongly(std::uint64_t ticket) {
    const Finish end{
        .signal = key(0, 0),
        .status = SignalStatus::failed,
        .attempt = 7,
        .opened = true,
        .had_children = true,
        .error = Error(ErrorCode::not_found, "it failed"),
        .finished = {2},
    };
    return {ticket, {end}};
}

TEST(GroupWriter, AFailedEndOfAParentKeepsWhatOthersOfItsGroupCounted) {
    const detail::TemporaryDirectory directory;
    const detail::FixedClock clock;
    SeededRandom random(7);
    auto writer = GroupWriter::open(directory.path(), {clock, random});
    ASSERT_TRUE(writer.has_value()) << writer.error().full_message();
    const std::vector<Transaction> group{
        detail::accept_run(1),
        fan_out(2),
        finish_child(3, 1),
        finish_root_wrongly(4),
    };
    const auto receipts = (*writer)->apply(group);
    ASSERT_TRUE(receipts.has_value()) << receipts.error().full_message();
    ASSERT_EQ(receipts->size(), 1U);
    EXPECT_EQ(receipts->front().ticket, 4U);
    EXPECT_EQ(receipts->front().error->code, ErrorCode::conflict);

    auto reader = SqliteReader::open(directory.path());
    ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
    const auto root = (*reader)->find_signal(root_of(run), false);
    ASSERT_TRUE(root.has_value() && root->has_value());
    EXPECT_EQ((*root)->status, SignalStatus::waiting);
    EXPECT_EQ((*root)->pending, 1U);
}

}  // namespace
}  // namespace hal9::sqlite
