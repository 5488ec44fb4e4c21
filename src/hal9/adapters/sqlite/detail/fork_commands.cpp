// The commands of CommandWriter that copy a run.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/words.hpp"
#include "hal9/base/text.hpp"

namespace hal9::sqlite::detail {

Result<void> CommandWriter::write(const BeginFork& command, Receipt&) {
    return insert_run(command.run);
}

Result<void> CommandWriter::write(const CopySignals& command, Receipt&) {
    for (const CopiedChunk& chunk : command.chunks) {
        HAL9_TRY_VOID(unless_taken(chunks_.insert(chunk), [&chunk] {
            return str(
                "copied children of ",
                name_of(chunk.parent.signal),
                ": expected none from ordinal ",
                chunk.first_ordinal,
                ", found a chunk"
            );
        }));
    }
    for (const CopiedSignal& signal : command.signals) {
        HAL9_TRY_VOID(copy(command, signal));
    }
    touch(command.to);
    return {};
}

Result<void> CommandWriter::copy(const CopySignals& command, const CopiedSignal& signal) {
    const SignalId source = make_signal_id(command.from, signal.number);
    const SignalId target = make_signal_id(command.to, signal.number);
    const bool ready = signal.as == CopiedSignal::As::ready;
    const bool opened = signal.as == CopiedSignal::As::waiting || (ready && signal.number == 0);
    Result<int> copied =
        signal.as == CopiedSignal::As::ended
            ? statements_.copy_ended.run(root_of(command.to), signal.neuron, source)
            : statements_.copy_unended.run(
                  root_of(command.to),
                  signal.neuron,
                  source,
                  ready ? SignalStatus::ready : SignalStatus::waiting,
                  static_cast<int>(opened),
                  signal.phase,
                  signal.created,
                  signal.deadline,
                  static_cast<int>(signal.waits_for == WaitsFor::next)
              );
    const bool missing = copied && *copied != 1;
    HAL9_TRY_VOID(unless_taken(std::move(copied), [target] {
        return str("copy to ", name_of(target), ": expected a new number, found a signal");
    }));
    if (missing) {
        return fail(
            ErrorCode::conflict,
            str("copy of ", name_of(source), ": expected a signal in that state, found none")
        );
    }
    return opened ? open_copy(command, signal) : Result<void>{};
}

Result<void> CommandWriter::open_copy(const CopySignals& command, const CopiedSignal& signal) {
    const SignalId id = make_signal_id(command.to, signal.number);
    Statement& place = statements_.select_place;
    HAL9_TRY([[maybe_unused]] const bool found, place.query(id));
    const OpenKey key{
        command.organization,
        place.number<std::uint8_t>(0),
        place.number<std::uint8_t>(1),
        id
    };
    place.reset();
    HAL9_TRY_VOID(statements_.insert_open.run(
        key.organization,
        urgency(key),
        height(key),
        key.signal,
        signal.as == CopiedSignal::As::ready ? SignalStatus::ready : SignalStatus::waiting,
        signal.phase,
        0,
        signal.attempts_allowed,
        0,
        signal.pending,
        signal.waits_for,
        signal.children_from,
        signal.released,
        std::string_view()
    ));
    return {};
}

}  // namespace hal9::sqlite::detail
