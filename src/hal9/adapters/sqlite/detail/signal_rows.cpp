#include "hal9/adapters/sqlite/detail/signal_rows.hpp"

#include "hal9/adapters/sqlite/detail/place.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sqlite::detail {
namespace {

constexpr const char* open_row =
    "select attempts_allowed, not_before, pending, waits_for, children_from, counted, released "
    "from open "
    "where organization = ? and urgency = ? and height = ? and id = ?";
constexpr const char* parent_place = "select priority, depth from signal where id = ?";
constexpr const char* chunk_around =
    "select first, count, state from chunk "
    "where organization = ? and urgency = ? and height = ? and parent = ? "
    "and first <= ? and first + count > ?";
constexpr const char* run_organization = "select organization from run where id = ?";

std::optional<std::int64_t> optional_integer(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

}  // namespace

Result<SignalRow> read_signal(const Statement& row) {
    SignalRow out;
    SignalRecord& record = out.record;
    record.id = {row.integer(0)};
    HAL9_TRY(record.status, read_status(row, 6));
    if (!row.is_null(1)) {
        record.parent = make_signal_id(run_of(record.id), row.number<std::uint32_t>(1));
    }
    record.ordinal = row.number<std::uint32_t>(2);
    record.neuron = {row.number<std::uint16_t>(3)};
    record.depth = row.number<std::uint8_t>(4);
    record.priority = row.number<std::uint8_t>(5);
    record.phase = row.number<std::uint16_t>(7);
    record.attempt = row.number<std::uint16_t>(8);
    record.created = {row.integer(9)};
    record.deadline = {row.integer(10)};
    record.started = {row.integer(11)};
    record.finished = {row.integer(12)};
    record.usage = {row.integer(13), row.integer(14)};
    record.skipped = row.number<std::uint32_t>(15);
    if (!row.is_null(16)) {
        HAL9_TRY(record.error, read_error(row.text(16)));
    }
    record.opened = row.integer(17) != 0;
    out.payload = optional_integer(row, 18);
    out.result = optional_integer(row, 19);
    record.parent_phase = row.number<std::uint16_t>(20);
    record.copied = row.integer(21) != 0;
    record.went_on = row.integer(22) != 0;
    return out;
}

Result<void> SignalRows::add_open(SignalRow& row, OrganizationId organization) {
    if (!row.record.opened) {
        return {};
    }
    const OpenKey key{organization, row.record.priority, row.record.depth, row.record.id};
    HAL9_TRY(Statement* const select, connection_.statement(open_row));
    HAL9_TRY(
        const bool found,
        select->query(key.organization, urgency(key), height(key), key.signal)
    );
    if (!found) {
        return fail(
            ErrorCode::data_loss,
            str("the open row of signal ", key.signal.value, " is missing")
        );
    }
    row.record.attempts_allowed = select->number<std::uint16_t>(0);
    row.record.not_before = {select->integer(1)};
    row.record.pending = select->number<std::uint32_t>(2);
    HAL9_TRY(row.record.waits_for, read_waits_for(*select, 3));
    row.record.children_from = select->number<std::uint32_t>(4);
    if (!select->is_null(5)) {
        HAL9_TRY(row.record.counted, read_counted(select->text(5)));
    }
    row.record.released = select->number<std::uint64_t>(6);
    select->reset();
    return {};
}

Result<void> SignalRows::add_bodies(SignalRow& row, BodyReader& bodies) {
    if (row.payload) {
        HAL9_TRY(row.record.payload, bodies.read(*row.payload));
    }
    if (row.result) {
        HAL9_TRY(row.record.result, bodies.read(*row.result));
    }
    return {};
}

Result<bool> SignalRows::is_held(const SignalRow& row, OrganizationId organization) {
    const SignalRecord& record = row.record;
    if (record.parent.value == 0 || record.status != SignalStatus::ready || record.opened) {
        return false;
    }
    const std::int64_t id = record.id.value;
    if (id >= last_.ids.first && id <= last_.ids.last) {
        return last_.held;
    }
    HAL9_TRY(Statement* const parent, connection_.statement(parent_place));
    HAL9_TRY(const bool has_parent, parent->query(record.parent));
    if (!has_parent) {
        return false;
    }
    const OpenKey key{
        organization,
        parent->number<std::uint8_t>(0),
        parent->number<std::uint8_t>(1),
        record.parent
    };
    parent->reset();
    HAL9_TRY(Statement* const chunk, connection_.statement(chunk_around));
    HAL9_TRY(
        const bool found,
        chunk->query(key.organization, urgency(key), height(key), key.signal, id, id)
    );
    if (!found) {
        return false;
    }
    HAL9_TRY(const IdRange range, read_range(*chunk, 0, 1));
    last_ = {range, chunk->number<ChunkState>(2) == ChunkState::held};
    chunk->reset();
    return last_.held;
}

Result<std::optional<OrganizationId>> SignalRows::organization_of(RunId run) {
    HAL9_TRY(Statement* const select, connection_.statement(run_organization));
    HAL9_TRY(const bool found, select->query(run));
    if (!found) {
        return std::nullopt;
    }
    const OrganizationId organization{select->number<std::uint32_t>(0)};
    select->reset();
    return organization;
}

}  // namespace hal9::sqlite::detail
