// Kind and its handlers: the code of a neuron, as the runtime calls it.
//
// A handler turns one signal into emissions. Pure handlers are functions of signal and settings,
// run in place, without a coroutine frame; asynchronous ones are coroutines that use ports. Both
// hand what they emit to a bounded sink, so a fan-out of a million never lies in memory. A handler
// knows nothing of children, joins, retries or storage.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/task.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/run.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hal9 {

/// The settings of one call: members with ${} were resolved for this signal, the others were
/// handed to make_pure / make_asynchronous once and are not repeated here.
struct Call {
    SignalId signal;
    std::uint32_t ordinal = 0;
    std::uint16_t phase = 0;  ///< 0 at first; 1 after the wait that the handler asked for
    std::uint16_t attempt = 0;
    WallTime now;
    json::object settings;                       ///< only those that hold ${}
    std::shared_ptr<const json::value> payload;  ///< shared with the window of ready work
    std::shared_ptr<const Grants> grants;        ///< of the run
    /// Of a keyed neuron: what its key's last step left behind; null: nothing.
    std::shared_ptr<const json::value> state;
    /// What ended the wait for a person, a message or another network's run; null without one.
    std::shared_ptr<const json::value> answer;

    /// The resolved value, else the constant one, else nullptr.
    [[nodiscard]] const json::value* find(const json::object& constant, std::string_view name)
        const {
        const json::value* resolved = settings.if_contains(name);
        return resolved != nullptr ? resolved : constant.if_contains(name);
    }
};

/// What becomes of the state of a keyed neuron's key, together with the step's other effects.
struct StateChange {
    std::optional<json::value> value;  ///< none: it is deleted
};

/// How a step ended when it did not fail.
struct StepDone {
    std::optional<StateChange> state;  ///< none: as it was; of a keyed neuron only
};

/// The sink was full: call again with the same cursor once there is room.
struct StepMore {};

/// Nothing was emitted; call again in the next phase, not before this time.
struct StepWait {
    WallTime until;
};

/// Nothing was emitted; call again in the next phase with what somebody answered.
struct StepAsk {
    json::value question;           ///< what people are shown: a string, or any JSON
    json::value form;               ///< JSON Schema (draft 7) that an answer satisfies; null: any
    std::optional<WallTime> until;  ///< deadline_exceeded then
};

/// Nothing was emitted; call again in the next phase with the next message of that name to the run.
struct StepReceive {
    std::string name;
    std::optional<WallTime> until;  ///< deadline_exceeded then
};

/// Nothing was emitted; another network runs, and its result is the answer of the next phase. The
/// step fails with the error of that run.
struct StepRunNetwork {
    std::string network;  ///< its newest version; the caller's own name: the caller's version
    json::value input;
};

using StepEnd = std::variant<StepDone, StepMore, StepWait, StepAsk, StepReceive, StepRunNetwork>;

/// Where a pure handler goes on after StepMore. Zero at the first call; the handler's own meaning.
/// After a crash the step starts again from zero.
struct Cursor {
    std::uint64_t position = 0;
    std::uint64_t index = 0;
};

/// Takes emissions of a pure step in order.
class Sink {
public:
    virtual ~Sink() = default;
    /// A value that is no object is emitted as it is (`{value: X}` is json.split's business).
    virtual void emit(json::value value) = 0;
    /// The same for one of the neurons of `forward` alone, by its name; invalid_argument ends the
    /// step when it is none of them.
    virtual void emit_to(std::string_view neuron, json::value value) = 0;
    /// True once a chunk is complete: return StepMore. What is emitted nevertheless is kept.
    [[nodiscard]] virtual bool full() const = 0;
};

/// Takes emissions of an asynchronous step in order.
class AsyncSink {
public:
    virtual ~AsyncSink() = default;
    /// Suspends while the writer is behind. Fails with cancelled when the step is no longer wanted,
    /// limit_exceeded when a payload is too large; the handler returns the error as its own.
    [[nodiscard]] virtual Task<Result<void>> emit(json::value value) = 0;
};

class PureHandler {
public:
    virtual ~PureHandler() = default;
    /// Thread: any, several at once. Must not block. An exception becomes the error `internal`.
    [[nodiscard]] virtual Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink)
        const = 0;
};

class AsyncHandler {
public:
    virtual ~AsyncHandler() = default;
    /// Thread: the runtime's strand; `sink` outlives the coroutine. Cancelled by destruction.
    [[nodiscard]] virtual Task<Result<StepEnd>> step(Call call, AsyncSink& sink) const = 0;
};

using Handler = std::variant<std::unique_ptr<PureHandler>, std::unique_ptr<AsyncHandler>>;

/// One kind of neuron. Holds references to the ports it uses; lives as long as the process.
class Kind {
public:
    virtual ~Kind() = default;
    [[nodiscard]] virtual const KindDescription& description() const = 0;
    /// A handler for one neuron. `constant` are its settings without ${}, already checked against
    /// the schema; what a schema cannot say (a pattern RE2 refuses) fails with invalid_argument.
    [[nodiscard]] virtual Result<Handler> make(const json::object& constant) const = 0;
};

}  // namespace hal9
