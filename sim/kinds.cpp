#include "sim/kinds.hpp"

#include "hal9/base/text.hpp"
#include "sim/workload.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace hal9::sim {
namespace {

struct Member {
    const char* name;
    std::uint32_t Behaviour::* member;
};

constexpr std::array<Member, 9> members{{
    {"fan", &Behaviour::fan},
    {"transient", &Behaviour::transient},
    {"permanent", &Behaviour::permanent},
    {"throws", &Behaviour::throws},
    {"hangs", &Behaviour::hangs},
    {"waits", &Behaviour::waits},
    {"poison", &Behaviour::poison},
    {"asks", &Behaviour::asks},
    {"receives", &Behaviour::receives},
}};

Behaviour from_settings(const json::object& settings) {
    Behaviour behaviour;
    behaviour.salt = settings.at("salt").to_number<std::uint64_t>();
    for (const Member& member : members) {
        behaviour.*member.member = settings.at(member.name).to_number<std::uint32_t>();
    }
    return behaviour;
}

std::uint64_t x_of(const Call& call) {
    return call.payload->as_object().at("x").to_number<std::uint64_t>();
}

/// The number that emissions are made from: that of the payload, or what a person answered.
std::uint64_t source_of(const Call& call, World& world) {
    if (!call.answer) {
        return x_of(call);
    }
    const json::object& answer = call.answer->as_object();
    if (answer.at("by") == "operator") {
        return answer.at("message").to_number<std::uint64_t>();
    }
    if (answer.at("by") != "somebody") {
        world.violations.push_back(str("an answer by ", json::serialize(answer.at("by"))));
    }
    return answer.at("answer").to_number<std::uint64_t>();
}

/// What happens before anything is emitted; `done` when the step may go on.
Result<StepEnd> begin(const Behaviour& behaviour, const Call& call, World& world) {
    const std::uint64_t x = x_of(call);
    if (behaviour.is_poison(x)) {
        world.crash_wanted = true;
    }
    if (behaviour.throws_on(x)) {
        ++world.handler_throws;
        throw std::runtime_error("a handler threw");
    }
    if (behaviour.fails_for_good(x)) {
        ++world.handler_failures;
        return fail(ErrorCode::invalid_argument, "fails for good");
    }
    if (behaviour.asks_on(x)) {
        if (call.phase == 0) {
            const json::object form{{"type", "integer"}};
            return StepAsk{.question = json::object{{"x", x}}, .form = form, .until = {}};
        }
        if (!call.answer) {
            world.violations.push_back("a person was asked, and the answer is lost");
        }
    } else if (behaviour.receives_on(x)) {
        if (call.phase == 0) {
            return StepReceive{.name = Behaviour::message_name(x), .until = {}};
        }
        if (!call.answer) {
            world.violations.push_back("a message was waited for, and is lost");
        }
    } else if (behaviour.waits_on(x) && call.phase == 0) {
        return StepWait{call.now + std::chrono::milliseconds(behaviour.wait_ms(x))};
    }
    if (call.attempt < behaviour.failing_attempts(x)) {
        ++world.handler_failures;
        return fail(ErrorCode::unavailable, str("fails at attempt ", call.attempt));
    }
    return StepDone{};
}

json::value payload(std::uint64_t x) {
    return json::object{{"x", x}, {"n", x % 1000}, {"id", x}, {"k", x % 4}};
}

class PureSim final : public PureHandler {
public:
    PureSim(Behaviour behaviour, bool many, World& world)
        : behaviour_(behaviour), many_(many), world_(world) {}

    Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink) const override {
        if (cursor.index == 0) {
            world_.step_started(call.signal, call.attempt);
            HAL9_TRY(StepEnd first, begin(behaviour_, call, world_));
            if (!std::holds_alternative<StepDone>(first)) {
                return first;
            }
        }
        const std::uint64_t source = source_of(call, world_);
        const std::uint32_t count = many_ ? behaviour_.emissions(source) : 1;
        while (cursor.index < count) {
            if (sink.full()) {
                return StepMore{};
            }
            sink.emit(payload(behaviour_.emitted(source, static_cast<std::uint32_t>(cursor.index)))
            );
            ++cursor.index;
        }
        return StepDone{};
    }

private:
    Behaviour behaviour_;
    bool many_;
    World& world_;
};

/// Steps of one neuron at the same moment; gone with the coroutine that counts.
class UnderWay {
public:
    UnderWay(std::shared_ptr<std::uint32_t> count, std::uint32_t at_once, World& world)
        : count_(std::move(count)), world_(world) {
        ++*count_;
        ++world_.asynchronous_steps;
        if (*count_ > at_once) {
            world.violations.push_back(
                str("a neuron has ", *count_, " steps under way, its concurrency is ", at_once)
            );
        }
    }

    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

    ~UnderWay() {
        --*count_;
        --world_.asynchronous_steps;
    }

private:
    std::shared_ptr<std::uint32_t> count_;  ///< shared: a step may outlive its handler
    World& world_;
};

class AsyncSim final : public AsyncHandler {
public:
    AsyncSim(Behaviour behaviour, std::uint32_t at_once, bool many, World& world)
        : behaviour_(behaviour), at_once_(at_once), many_(many), world_(world) {}

    Task<Result<StepEnd>> step(Call call, AsyncSink& sink) const override {
        return run(*this, std::move(call), sink);
    }

private:
    /// `self` is copied: a step may outlive its handler.
    static Task<Result<StepEnd>> run(AsyncSim self, Call call, AsyncSink& sink) {
        const UnderWay counted(self.under_way_, self.at_once_, self.world_);
        const Behaviour& behaviour = self.behaviour_;
        World& world = self.world_;
        const std::uint64_t x = x_of(call);
        world.step_started(call.signal, call.attempt);
        co_await world.sleep(std::chrono::milliseconds(behaviour.work_ms(x)));
        if (behaviour.hangs_on(x) && call.attempt == 0 && call.phase == 0) {
            ++world.handler_hangs;
            co_await world.sleep(std::chrono::hours(24 * 365));
            world.violations.push_back("a handler hung for a year");
        }
        auto first = begin(behaviour, call, world);
        if (!first || !std::holds_alternative<StepDone>(*first)) {
            co_return first;
        }
        const std::uint64_t source = source_of(call, world);
        const std::uint32_t count = self.many_ ? behaviour.emissions(source) : 1;
        for (std::uint32_t i = 0; i < count; ++i) {
            HAL9_CO_TRY_VOID(co_await sink.emit(payload(behaviour.emitted(source, i))));
            if (i % 7 == 3) {
                co_await world.sleep(std::chrono::milliseconds(behaviour.emit_ms()));
            }
        }
        co_return StepDone{};
    }

    Behaviour behaviour_;
    std::uint32_t at_once_;
    bool many_;
    World& world_;
    std::shared_ptr<std::uint32_t> under_way_ = std::make_shared<std::uint32_t>(0);
};

/// Of a keyed neuron: counts the steps of its key, and emits its own place among them.
class Counter final : public PureHandler {
public:
    Counter(Behaviour behaviour, World& world) : behaviour_(behaviour), world_(world) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        world_.step_started(call.signal, call.attempt);
        HAL9_TRY(StepEnd first, begin(behaviour_, call, world_));
        if (!std::holds_alternative<StepDone>(first)) {
            return first;
        }
        const std::int64_t place = 1 + (call.state ? call.state->as_int64() : 0);
        json::value emitted = payload(behaviour_.emitted(source_of(call, world_), 0));
        emitted.as_object()[place_member] = place;
        sink.emit(std::move(emitted));
        return StepDone{StateChange{place}};
    }

private:
    Behaviour behaviour_;
    World& world_;
};

class CounterKind final : public Kind {
public:
    explicit CounterKind(World& world) : world_(world) {
        description_.name = "sim.counter";
        description_.summary = "a simulated keyed neuron";
        description_.settings_schema = R"({"type":"object"})";
        description_.output_schema = "{}";
        description_.keyed = true;
    }

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<Handler> make(const json::object& constant) const override {
        return std::make_unique<Counter>(from_settings(constant), world_);
    }

private:
    KindDescription description_;
    World& world_;
};

/// Runs another network on its payload, and emits what comes of it.
class Caller final : public PureHandler {
public:
    Caller(Behaviour behaviour, World& world) : behaviour_(behaviour), world_(world) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        const std::uint64_t x = x_of(call);
        world_.step_started(call.signal, call.attempt);
        if (behaviour_.is_poison(x)) {
            world_.crash_wanted = true;
        }
        if (call.phase == 0) {
            return StepRunNetwork{called_network, json::object{{"x", x}}};
        }
        if (!call.answer) {
            world_.violations.push_back("another network ran, and its result is lost");
            return fail(ErrorCode::internal, "no answer");
        }
        sink.emit(payload(behaviour_.emitted(x, 0)));
        return StepDone{};
    }

private:
    Behaviour behaviour_;
    World& world_;
};

class CallerKind final : public Kind {
public:
    explicit CallerKind(World& world) : world_(world) {
        description_.name = "sim.call";
        description_.summary = "a simulated neuron that runs another network";
        description_.settings_schema = R"({"type":"object"})";
        description_.output_schema = "{}";
    }

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<Handler> make(const json::object& constant) const override {
        return std::make_unique<Caller>(from_settings(constant), world_);
    }

private:
    KindDescription description_;
    World& world_;
};

class SimKind final : public Kind {
public:
    SimKind(std::string name, bool many, bool asynchronous, World& world)
        : many_(many), world_(world) {
        description_.name = std::move(name);
        description_.summary = "a simulated neuron";
        description_.settings_schema = R"({"type":"object"})";
        description_.output_schema = "{}";
        description_.emits = many ? Emits::many : Emits::one;
        description_.form = asynchronous ? HandlerForm::asynchronous : HandlerForm::pure;
    }

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<Handler> make(const json::object& constant) const override {
        const Behaviour behaviour = from_settings(constant);
        if (description_.form == HandlerForm::pure) {
            return std::make_unique<PureSim>(behaviour, many_, world_);
        }
        const auto at_once = constant.at("at_once").to_number<std::uint32_t>();
        return std::make_unique<AsyncSim>(behaviour, at_once, many_, world_);
    }

private:
    KindDescription description_;
    bool many_;
    World& world_;
};

}  // namespace

std::vector<std::unique_ptr<Kind>> make_kinds(World& world) {
    std::vector<std::unique_ptr<Kind>> kinds;
    kinds.push_back(std::make_unique<SimKind>("sim.async_many", true, true, world));
    kinds.push_back(std::make_unique<SimKind>("sim.async_one", false, true, world));
    kinds.push_back(std::make_unique<CallerKind>(world));
    kinds.push_back(std::make_unique<CounterKind>(world));
    kinds.push_back(std::make_unique<SimKind>("sim.many", true, false, world));
    kinds.push_back(std::make_unique<SimKind>("sim.one", false, false, world));
    return kinds;
}

json::object to_settings(const Behaviour& behaviour) {
    json::object settings{{"salt", behaviour.salt}};
    for (const Member& member : members) {
        settings[member.name] = behaviour.*member.member;
    }
    return settings;
}

}  // namespace hal9::sim
