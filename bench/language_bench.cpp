// The language at scale, through the binary: `./dev bench language [--json FILE]`.
//
// A definition of a thousand neurons, fan-outs of a million with and without children of their own,
// a million timers, and keyed neurons. What another organisation feels meanwhile, and how late
// timers are, is not measured yet.
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <cstdio>
#include <fstream>
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

/// All of them wait at once: the last is emitted before the first is due.
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
    settings: {for: "1${/text}s"}
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

ProcessRun run_network(
    const Scratch& scratch,
    const std::string& name,
    std::string_view definition,
    const std::string& input
) {
    write_file(scratch.in(name + ".yaml"), definition);
    write_file(scratch.in(name + ".json"), input);
    return run_process({
        binary,
        "run",
        scratch.in(name + ".yaml"),
        "--input",
        scratch.in(name + ".json"),
        "--quiet",
        "--json",
        "--data",
        scratch.in(name),
    });
}

int run(const std::string& json_file) {
    const Scratch scratch;
    Report report;
    add_machine_figures(report, scratch.path());
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
    report.add({"apply of a 1,000-neuron definition", 1e3 * apply.seconds, "ms", false, 50, 15, {}}
    );
    report.add({"check of it", 1e3 * check.seconds, "ms", false, 30, 8, {}});
    const ProcessRun million =
        run_network(scratch, "million", fan_out_definition, input_of(1'000'000, 100));
    report.add({"fan-out of 1,000,000 and its fold", million.seconds, "s", false, 25, 12, {}});
    report.add({"memory of that", million.resident_mb, "MB", false, 100, 60, {}});
    const ProcessRun families =
        run_network(scratch, "families", families_definition, input_of(1'000'000, 100));
    report.add(
        {"a million children, each with one of its own", families.seconds, "s", false, {}, {}, {}}
    );
    report.add({"memory of that", families.resident_mb, "MB", false, 100, 60, {}});
    const ProcessRun timers =
        run_network(scratch, "timers", timers_definition, input_of(1'000'000, 100));
    report.add({"1,000,000 timers waiting: memory", timers.resident_mb, "MB", false, 60, 20, {}});
    constexpr std::size_t steps = 200'000;
    const ProcessRun keyed =
        run_network(scratch, "keyed", keyed_definition, input_of(steps, 10'000));
    report.add({
        "keyed neuron, 10,000 keys, signals finished a second",
        static_cast<double>(steps) / keyed.seconds,
        "1/s",
        true,
        25'000,
        50'000,
        {},
    });
    const bool ran = check.succeeded && apply.succeeded && million.succeeded &&
                     families.succeeded && timers.succeeded && keyed.succeeded;
    const bool printed = report.print(json_file);
    if (!ran) {
        std::fputs("bench: a run of build/hal9 failed\n", stderr);
    }
    return ran && printed ? 0 : 1;
}

}  // namespace
}  // namespace hal9::bench

int main(int argc, char** argv) {
    const bool with_file = argc == 3 && std::string_view(argv[1]) == "--json";
    if (argc != 1 && !with_file) {
        std::fputs("usage: bench_language [--json FILE], from the root of the checkout\n", stderr);
        return 2;
    }
    return hal9::bench::run(with_file ? argv[2] : "");
}
