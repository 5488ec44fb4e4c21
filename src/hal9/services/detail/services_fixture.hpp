// A node on a store in memory, with queries and commands, for tests of the services.
//
// Time stands still and nothing runs by itself: until() turns the node and commits what it queued.
// Kinds of neurons: `test.split` emits each of the payload's `items`, `test.work` emits its
// payload, or fails with the code that the payload's `fails` names, while `broken`; `test.call`
// runs the network "called" on its payload, `test.remember` makes it the state of its key,
// `test.ask` asks a person what its payload is, `test.receive` waits for a message of the name
// that its payload is; both emit what came.
#pragma once

#include "hal9/adapters/memory/memory_spill_tables.hpp"
#include "hal9/adapters/memory/memory_store.hpp"
#include "hal9/base/manual_executor.hpp"
#include "hal9/base/text.hpp"
#include "hal9/base/zone_file.hpp"
#include "hal9/ports/kind.hpp"
#include "hal9/runtime/node.hpp"
#include "hal9/services/commands.hpp"
#include "hal9/services/detail/counting_reader_fixture.hpp"
#include "hal9/services/queries.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace hal9::services {

class SplitHandler final : public PureHandler {
public:
    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink)
        const override {
        const json::array& items = call.payload->at("items").as_array();
        while (cursor.index < items.size()) {
            sink.emit(items[cursor.index++]);
            if (sink.full() && cursor.index < items.size()) {
                return StepMore{};
            }
        }
        return StepDone{};
    }
};

class WorkHandler final : public PureHandler {
public:
    explicit WorkHandler(const bool& broken) : broken_(broken) {}

    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink)
        const override {
        const json::object* const payload = call.payload->if_object();
        const json::value* const fails = payload ? payload->if_contains("fails") : nullptr;
        if (fails != nullptr && broken_) {
            return fail(*error_code_from(fails->get_string()), "it was told to fail");
        }
        sink.emit(*call.payload);
        return StepDone{};
    }

private:
    const bool& broken_;
};

class CallHandler final : public PureHandler {
public:
    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink)
        const override {
        if (call.phase == 0) {
            return StepRunNetwork{"called", *call.payload};
        }
        sink.emit(*call.answer);
        return StepDone{};
    }
};

class RememberHandler final : public PureHandler {
public:
    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink)
        const override {
        sink.emit(call.state ? *call.state : json::value(nullptr));
        return StepDone{StateChange{*call.payload}};
    }
};

class AskHandler final : public PureHandler {
public:
    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink)
        const override {
        if (call.phase == 0) {
            return StepAsk{.question = *call.payload, .form = nullptr, .until = {}};
        }
        sink.emit(*call.answer);
        return StepDone{};
    }
};

class ReceiveHandler final : public PureHandler {
public:
    [[nodiscard]] Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink)
        const override {
        if (call.phase == 0) {
            return StepReceive{.name = std::string(call.payload->get_string()), .until = {}};
        }
        sink.emit(call.answer->at("message"));
        return StepDone{};
    }
};

template <class Handler, class... Arguments>
class TestKind final : public Kind {
public:
    TestKind(std::string name, Emits emits, const Arguments&... arguments)
        : arguments_(arguments...) {
        description_ = {
            .name = std::move(name),
            .summary = "for tests",
            .settings_schema = R"({"type": "object", "additionalProperties": false})",
            .output_schema = "{}",
            .emits = emits,
        };
    }

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<hal9::Handler> make(const json::object& /*constant*/) const override {
        return std::apply(
            [](const auto&... each) -> hal9::Handler { return std::make_unique<Handler>(each...); },
            arguments_
        );
    }

private:
    KindDescription description_;
    std::tuple<const Arguments&...> arguments_;
};

struct StandingClock final : Clock {
    Now time{{1'700'000'000'000'000}, {1'000'000}};

    [[nodiscard]] Now now() const override { return time; }
};

/// Runs what is posted when it is told to, and notes how many rows a reader gave in one go at most.
class MeasuringExecutor final : public Executor {
public:
    explicit MeasuringExecutor(const CountingReader& reader) : reader_(reader) {}

    void post(std::move_only_function<void()> work) override {
        posted_.post([this, work = std::move(work)]() mutable {
            const std::size_t before = reader_.rows_read;
            work();
            ++ran;
            rows_at_once_max = std::max(rows_at_once_max, reader_.rows_read - before);
        });
    }

    void run_all() { posted_.run_all(); }

    std::size_t ran = 0;
    std::size_t rows_at_once_max = 0;

private:
    const CountingReader& reader_;
    ManualExecutor posted_;
};

/// Knows "Europe/Berlin" by the rule that holds there.
class TestZones final : public TimeZones {
public:
    [[nodiscard]] Result<TimeZonePtr> find(std::string_view name) override {
        if (gone || name != "Europe/Berlin") {
            return fail(ErrorCode::invalid_argument, str("there is no time zone \"", name, "\""));
        }
        return std::make_shared<const TimeZone>(
            TimeZone::parse(zone_file("CET-1CEST,M3.5.0,M10.5.0/3")).value()
        );
    }

    bool gone = false;
};

/// Keeps what is written, a line each.
class KeptLog final : public Log {
public:
    void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
        std::string& line = lines.emplace_back(event);
        for (const LogField& field : fields) {
            line += str(" ", field.key, "=", field.value);
        }
    }

    std::vector<std::string> lines;
};

class Services {
    // First, so that they go last.
    Limits limits_;
    memory::MemorySpillTables spill_;
    SeededRandom random_{7};
    std::vector<std::unique_ptr<Kind>> kinds_;

public:
    bool broken = true;
    memory::MemoryStore store{0x5EED};
    CountingReader reader{store};  ///< of the queries; the node has its own
    MeasuringExecutor strand{reader};

    explicit Services(Limits limits = {}) : limits_(limits) {
        kinds_.push_back(std::make_unique<TestKind<SplitHandler>>("test.split", Emits::many));
        kinds_.push_back(
            std::make_unique<TestKind<WorkHandler, bool>>("test.work", Emits::one, broken)
        );
        kinds_.push_back(std::make_unique<TestKind<CallHandler>>("test.call", Emits::one));
        kinds_.push_back(std::make_unique<TestKind<RememberHandler>>("test.remember", Emits::one));
        kinds_.push_back(std::make_unique<TestKind<AskHandler>>("test.ask", Emits::one));
        kinds_.push_back(std::make_unique<TestKind<ReceiveHandler>>("test.receive", Emits::one));
        for (const auto& kind : kinds_) {
            catalog.push_back(kind->description());
        }
        runtime::NodeOptions options;
        options.limits = limits_;
        node.emplace(
            runtime::NodePorts{
                .store = store,
                .reader = store,
                .spill = spill_,
                .clock = clock,
                .random = random_,
                .log = log,
                .strand = strand,
                .compute = nullptr,
                .time_zones = &time_zones,
            },
            kinds_,
            options
        );
        started = node->start(store.recovery());
        queries.emplace(reader, ids(), catalog, limits_);
        commands.emplace(*node, *queries, catalog, limits_, strand, offer);
    }

    [[nodiscard]] PublicIds ids() const { return PublicIds(store.recovery().secret); }

    [[nodiscard]] const Limits& limits() const { return limits_; }

    /// Turns and commits until `done`, or until nothing more happens by itself. Groups of commits
    /// that it took are counted.
    void until(const std::function<bool()>& done) {
        for (int idle = 0; idle < 3 && !done() && started;) {
            strand.run_all();
            auto turned = node->turn();
            if (!turned) {
                started = std::unexpected(turned.error());
                return;
            }
            const std::size_t decided = store.commit_group(1'000);
            commits += decided > 0 ? 1 : 0;
            const bool more = decided > 0 || std::holds_alternative<runtime::TurnAgain>(*turned);
            idle = more ? 0 : idle + 1;
        }
    }

    struct Request {
        std::string method;
        json::object params;
    };

    /// The answers of commands and queries that come at once, one after the other; unavailable
    /// where none came.
    std::vector<Result<json::value>> ask_together(std::vector<Request> requests) {
        std::vector<Result<json::value>> answers(
            requests.size(),
            fail(ErrorCode::unavailable, "no answer came")
        );
        std::size_t open = requests.size();
        std::vector<StartedTask> tasks;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            Request& request = requests[i];
            tasks.push_back(StartedTask::start<Result<json::value>>(
                commands->answer(std::move(request.method), std::move(request.params)),
                [&answers, &open, i](Result<json::value> value) {
                    answers[i] = std::move(value);
                    --open;
                }
            ));
        }
        until([&open] { return open == 0; });
        return answers;
    }

    Result<json::value> ask(std::string method, json::object params) {
        return ask_together({{std::move(method), std::move(params)}}).front();
    }

    /// Starts a run of the definition and works until nothing more can be done; its public id.
    std::string run(std::string_view definition, json::value input) {
        const auto accepted =
            ask("run.start", {{"definition", definition}, {"input", std::move(input)}});
        if (!accepted) {
            return str("not started: ", accepted.error().full_message());
        }
        until([] { return false; });
        return std::string(accepted->at("id").as_string());
    }

    StandingClock clock;
    KeptLog log;
    TestZones time_zones;
    definition::Offer offer;
    std::vector<KindDescription> catalog;
    std::optional<runtime::Node> node;
    std::optional<Queries> queries;
    std::optional<Commands> commands;
    Result<void> started;     ///< or why the node gave up
    std::size_t commits = 0;  ///< groups
};

/// `split` hands its items to `work`, which parks what fails.
inline constexpr std::string_view parking_network = R"(
hal9: 1
name: parking
start: split
neurons:
  split:
    layer: L2
    kind: test.split
    forward: [work]
    combine: {done: {count: children}}
    on_child_error: skip
  work:
    layer: L1
    kind: test.work
    retry: {attempts: 1}
    on_exhausted: park
)";

/// So many items, all of which fail.
inline json::value failing_items(std::size_t count) {
    json::array items;
    for (std::size_t i = 0; i < count; ++i) {
        items.push_back(json::object{{"n", i}, {"fails", "invalid_argument"}});
    }
    return json::object{{"items", std::move(items)}};
}

}  // namespace hal9::services
