// The language at scale, through the binary: `./dev bench language [--json FILE]`.
//
// A definition of a thousand neurons, fan-outs of a million with and without children of their own,
// what another organisation feels meanwhile, a million timers and how late they are, keyed neurons.
#include "bench/lateness.hpp"
#include "bench/measure.hpp"
#include "bench/neighbour.hpp"
#include "bench/node_in_process.hpp"
#include "bench/report.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::bench {
namespace {

const std::string binary = "build/hal9";

void write_file(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// Eight layers below a chain: every neuron has settings, `keep` and connections, some a condition.
std::string wide_definition() {
    constexpr std::size_t layers = 9;
    constexpr std::size_t each = 111;
    std::string text =
        "hal9: 1\nname: wide\nstart: n0\nneurons:\n  n0:\n    layer: L9\n"
        "    kind: json.map\n    settings: {value: {id: \"${/id?}\"}}\n    forward: [";
    for (std::size_t i = 0; i < 37; ++i) {
        text += str(i == 0 ? "" : ", ", "{to: n0_", i, ", when: {at: /id, ge: ", i, "}}");
    }
    text += "]\n";
    for (std::size_t layer = 0; layer < layers; ++layer) {
        for (std::size_t i = 0; i < each; ++i) {
            text +=
                str("  n",
                    layer,
                    "_",
                    i,
                    ":\n    layer: L",
                    9 - layer,
                    "\n    kind: json.map\n    keep: [id]\n"
                    "    settings: {value: {text: \"of ${/id?}\", n: ",
                    i,
                    "}}\n");
            std::string forward;
            if (layer == 0 && i + 37 < each) {
                forward = str("n0_", i + 37);
            }
            if (layer + 1 < layers) {
                forward += str(forward.empty() ? "" : ", ", "n", layer + 1, "_", i);
            }
            text += forward.empty() ? std::string() : str("    forward: [", forward, "]\n");
        }
    }
    return text;
}

/// A million signals, a hundred groups, every one distinct, the first ten of all.
constexpr std::string_view fan_out_definition = R"(hal9: 1
name: million
start: lines
neurons:
  lines:
    layer: L2
    kind: text.split
    settings: {text: "${/text}", on: ","}
    forward: [line]
    combine:
      lines:  {count: children}
      groups: {count: "", by: /group, top: 10}
      ids:    {count_distinct: /id}
      first:  {collect: "", distinct: [/id], order: [-/id], top: 10}
  line:
    layer: L1
    kind: json.map
    settings: {value: {group: "${/text}", id: "${/index}"}}
)";

/// The same with a child for each child: nothing is folded but a count.
constexpr std::string_view families_definition = R"(hal9: 1
name: families
start: lines
neurons:
  lines:
    layer: L3
    kind: text.split
    settings: {text: "${/text}", on: ","}
    forward: [line]
    combine: {lines: {count: children}}
  line:
    layer: L2
    kind: json.map
    settings: {value: {group: "${/text}"}}
    forward: [child]
  child:
    layer: L1
    kind: json.map
    settings: {value: "${/group}"}
)";

/// All of them wait at once: the last is emitted long before the first is due, after a minute.
constexpr std::string_view timers_definition = R"(hal9: 1
name: timers
start: lines
neurons:
  lines:
    layer: L2
    kind: text.split
    settings: {text: "${/text}", on: ","}
    forward: [wait]
    combine: {lines: {count: children}}
  wait:
    layer: L1
    kind: delay
    settings: {for: "6${/text}s"}
)";

constexpr std::string_view keyed_definition = R"(hal9: 1
name: keyed
start: words
neurons:
  words:
    layer: L2
    kind: text.split
    settings: {text: "${/text}", on: ","}
    forward: [count]
    combine: {words: {count: children}}
  count:
    layer: L1
    kind: state.update
    key: "${/text}"
    settings: {op: increment}
)";

/// {"text": "0,1,2,...,groups-1,0,1,..."} with so many numbers.
std::string input_of(std::size_t numbers, std::size_t groups) {
    std::string text;
    for (std::size_t i = 0; i < numbers; ++i) {
        text += str(i == 0 ? "" : ",", i % groups);
    }
    return json::serialize(json::object{{"text", text}});
}

constexpr std::size_t million = 1'000'000;

std::vector<std::string> network_run(
    const Scratch& scratch,
    const std::string& name,
    std::string_view definition,
    const std::string& input
) {
    write_file(scratch.in(name + ".yaml"), definition);
    write_file(scratch.in(name + ".json"), input);
    return {
        binary,
        "run",
        scratch.in(name + ".yaml"),
        "--input",
        scratch.in(name + ".json"),
        "--quiet",
        "--json",
        "--data",
        scratch.in(name),
    };
}

void expect(bool succeeded, std::string_view what) {
    if (!succeeded) {
        die(Error(ErrorCode::internal, str(what, " failed")));
    }
}

ProcessRun run_network(
    const Scratch& scratch,
    const std::string& name,
    std::string_view definition,
    const std::string& input
) {
    const ProcessRun run = run_process(network_run(scratch, name, definition, input));
    expect(run.succeeded, name);
    return run;
}

void add_definition(Report& report, const Scratch& scratch) {
    const std::string wide = scratch.in("wide.yaml");
    write_file(wide, wide_definition());
    const ProcessRun check =
        median_run(9, [&](int) { return std::vector<std::string>{binary, "check", wide}; });
    const ProcessRun apply = median_run(9, [&](int i) {
        return std::vector<std::string>{
            binary,
            "network",
            "apply",
            wide,
            "--data",
            scratch.in(str("wide-", i))
        };
    });
    expect(check.succeeded && apply.succeeded, "apply or check");
    report.add({"apply of a 1,000-neuron definition", 1e3 * apply.seconds, "ms", false, 50, 15, {}}
    );
    report.add({"check of it", 1e3 * check.seconds, "ms", false, 30, 8, {}});
}

void add_fan_out(Report& report, const Scratch& scratch) {
    const ProcessRun run =
        run_network(scratch, "million", fan_out_definition, input_of(million, 100));
    report.add({"fan-out of 1,000,000 and its fold", run.seconds, "s", false, 25, 12, {}});
    report.add({"memory of that", run.resident_mb, "MB", false, 100, 60, {}});
}

void add_neighbour(Report& report, const Scratch& scratch) {
    const NeighbourDelays delays = measure_neighbour(
        scratch.in("neighbour"),
        std::string(fan_out_definition),
        input_of(million, 100)
    );
    report.add({"delay of another organisation, p99", delays.p99_ms, "ms", false, 40, 15, {}});
    report.add({"the same, p50", delays.p50_ms, "ms", false, {}, {}, {}});
    report.add(
        {"the same while nobody else works, p99", delays.alone_p99_ms, "ms", false, {}, {}, {}}
    );
    report.add({"runs measured", static_cast<double>(delays.runs), "", true, {}, {}, {}});
}

void add_families(Report& report, const Scratch& scratch) {
    const ProcessRun run =
        run_network(scratch, "families", families_definition, input_of(million, 100));
    report.add({"a million children, each with one of its own", run.seconds, "s", false, {}, {}, {}}
    );
    report.add({"memory of that", run.resident_mb, "MB", false, 100, 60, {}});
}

void add_timers(Report& report, const Scratch& scratch) {
    const ProcessRun run = run_process_for(
        network_run(scratch, "timers", timers_definition, input_of(million, 100)),
        std::chrono::seconds(40)
    );
    const auto reader = must(sqlite::SqliteReader::open(scratch.in("timers")));
    std::uint64_t waiting = 0;
    for (const SignalReader::OpenCount& alike : must(reader->count_open(RunId{1}))) {
        waiting += alike.timed ? alike.count : 0;
    }
    expect(waiting == million, "the waiting of a million timers");
    report.add(
        {"1,000,000 timers waiting: memory", run.resident_at_stop_mb, "MB", false, 60, 20, {}}
    );
    report.add({"the same at its highest", run.resident_mb, "MB", false, {}, {}, {}});
}

void add_lateness(Report& report, const Scratch& scratch) {
    const TimerLateness lateness = measure_lateness(scratch.in("lateness"), 5'000);
    expect(lateness.all_waited, "the waiting of all timers before the first is due");
    report.add(
        {"lateness of timers, 5,000 due a second, p99", lateness.p99_ms, "ms", false, 100, 20, {}}
    );
    report.add({"the same, p50", lateness.p50_ms, "ms", false, {}, {}, {}});
}

void add_keys(Report& report, const Scratch& scratch) {
    constexpr std::size_t steps = 200'000;
    const ProcessRun run = run_network(scratch, "keyed", keyed_definition, input_of(steps, 10'000));
    report.add({
        "keyed neuron, 10,000 keys, signals finished a second",
        static_cast<double>(steps) / run.seconds,
        "1/s",
        true,
        25'000,
        50'000,
        {},
    });
}

struct Part {
    std::string_view name;
    void (*add)(Report& report, const Scratch& scratch);
};

/// Those through the binary first, while this process is small: a child's peak counts what it had
/// of its parent's memory before exec.
constexpr Part parts[] = {
    {"definition", add_definition},
    {"fan-out", add_fan_out},
    {"families", add_families},
    {"timers", add_timers},
    {"keys", add_keys},
    {"neighbour", add_neighbour},
    {"lateness", add_lateness},
};

int usage() {
    std::fputs(
        "usage: bench_language [--json FILE] [PART...], from the root of the checkout;",
        stderr
    );
    std::fputs(" parts:", stderr);
    for (const Part& part : parts) {
        std::fprintf(stderr, " %s", std::string(part.name).c_str());
    }
    std::fputs("\n", stderr);
    return 2;
}

int run(const std::string& json_file, const std::set<std::string_view>& wanted) {
    const Scratch scratch;
    Report report;
    add_machine_figures(report, scratch.path());
    for (const Part& part : parts) {
        if (wanted.empty() || wanted.contains(part.name)) {
            part.add(report, scratch);
        }
    }
    return report.print(json_file) ? 0 : 1;
}

}  // namespace
}  // namespace hal9::bench

int main(int argc, char** argv) {
    using namespace hal9::bench;
    std::string json_file;
    std::set<std::string_view> wanted;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--json" && i + 1 < argc) {
            json_file = argv[++i];
        } else if (std::ranges::find(parts, argument, &Part::name) != std::end(parts)) {
            wanted.insert(argument);
        } else {
            return usage();
        }
    }
    return run(json_file, wanted);
}
