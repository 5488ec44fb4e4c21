#include "bench/lateness.hpp"

#include "bench/node_in_process.hpp"
#include "bench/report.hpp"
#include "hal9/adapters/system/system_clock.hpp"

#include <fstream>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::bench {
namespace {

constexpr std::uint64_t timers = 1'000'000;
constexpr std::uint64_t seconds_of_dues = 20;
/// From the start of the run to the first time: all of them are to wait by then.
constexpr Duration head_start = std::chrono::seconds(45);
constexpr Duration the_rest = std::chrono::hours(1);

KindDescription describe(std::string name, Emits emits) {
    KindDescription description;
    description.name = std::move(name);
    description.summary = "for the benchmark of timers";
    description.settings_schema = R"({"type":"object"})";
    description.output_schema = "{}";
    description.emits = emits;
    return description;
}

/// Emits {at}: microseconds since 1970, of the first `due` one after the other, of the rest later.
class Times final : public PureHandler {
public:
    explicit Times(std::uint64_t due_a_second) : due_a_second_(due_a_second) {}

    Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink) const override {
        const auto base = call.payload->at("base").to_number<std::int64_t>();
        const std::uint64_t due = due_a_second_ * seconds_of_dues;
        for (; cursor.index < timers; ++cursor.index) {
            if (sink.full()) {
                return StepMore{};
            }
            const bool soon = cursor.index < due;
            const auto after = static_cast<std::int64_t>(cursor.index * 1'000'000 / due_a_second_);
            sink.emit(json::object{{"at", base + (soon ? after : the_rest.count())}});
        }
        return StepDone{};
    }

private:
    std::uint64_t due_a_second_;
};

struct Seen {
    std::uint64_t waits = 0;
    std::vector<double> late_ms;
};

class Until final : public PureHandler {
public:
    Until(Seen& seen, const hal9::Clock& clock) : seen_(seen), clock_(clock) {}

    Result<StepEnd> step(const Call& call, Cursor&, Sink& sink) const override {
        const WallTime at{call.payload->at("at").to_number<std::int64_t>()};
        if (call.phase == 0) {
            ++seen_.waits;
            return StepWait{at};
        }
        const Duration late = clock_.now().wall - at;
        seen_.late_ms.push_back(static_cast<double>(late.count()) / 1e3);
        sink.emit(nullptr);
        return StepDone{};
    }

private:
    Seen& seen_;
    const hal9::Clock& clock_;
};

template <class Make>
class TimerKind final : public Kind {
public:
    TimerKind(KindDescription description, Make make)
        : description_(std::move(description)), make_(std::move(make)) {}

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<Handler> make(const json::object&) const override {
        return Handler(make_());
    }

private:
    KindDescription description_;
    Make make_;
};

template <class Make>
std::unique_ptr<Kind> kind(KindDescription description, Make make) {
    return std::make_unique<TimerKind<Make>>(std::move(description), std::move(make));
}

constexpr std::string_view definition = R"(hal9: 1
name: timers
start: times
neurons:
  times: {layer: L2, kind: bench.times, forward: [until], combine: {timers: {count: children}}}
  until: {layer: L1, kind: bench.until}
)";

double resident_mb_now() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    statm >> all >> resident;
    return static_cast<double>(resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))) /
           1e6;
}

Task<Result<RunRecord>>
run_timers(runtime::Node& node, definition::Network network, json::value payload) {
    HAL9_CO_TRY(auto applied, co_await node.apply(default_organization, std::move(network)));
    runtime::AcceptRequest request{
        .version = std::move(applied.version),
        .payload = std::move(payload),
        .principal = "bench",
        .grants = {},
        .idempotency = {},
        .deadline = {},
        .tags = {},
    };
    HAL9_CO_TRY(const runtime::Accepted accepted, co_await node.accept(std::move(request)));
    co_return co_await node.ended(accepted.run.id);
}

}  // namespace

TimerLateness measure_lateness(const std::string& directory, std::uint32_t due_a_second) {
    Seen seen;
    const adapters::SystemClock clock;
    std::vector<std::unique_ptr<Kind>> kinds;
    kinds.push_back(kind(describe("bench.times", Emits::many), [due_a_second] {
        return std::make_unique<Times>(due_a_second);
    }));
    kinds.push_back(kind(describe("bench.until", Emits::one), [&seen, &clock] {
        return std::make_unique<Until>(seen, clock);
    }));
    NodeInProcess here(directory, std::move(kinds));
    const WallTime base = here.now().wall + head_start;
    bool ended = false;
    const StartedTask task = StartedTask::start<Result<RunRecord>>(
        run_timers(here.node(), here.parse(definition), json::object{{"base", base.us}}),
        [&ended](const Result<RunRecord>&) { ended = true; }
    );
    TimerLateness lateness;
    const std::uint64_t due = std::uint64_t{due_a_second} * seconds_of_dues;
    here.run([&]() -> std::optional<SteadyTime> {
        const Now now = here.now();
        if (lateness.resident_mb == 0 && now.wall + std::chrono::seconds(1) > base) {
            lateness.resident_mb = resident_mb_now();
            lateness.all_waited = seen.waits == timers;
        }
        if (ended || seen.late_ms.size() >= due) {
            return std::nullopt;
        }
        return now.steady + std::chrono::milliseconds(500);
    });
    lateness.fired = seen.late_ms.size();
    lateness.p50_ms = quantile(seen.late_ms, 0.5);
    lateness.p99_ms = quantile(seen.late_ms, 0.99);
    return lateness;
}

}  // namespace hal9::bench
