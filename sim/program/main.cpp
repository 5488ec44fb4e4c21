// hal9_simulate: runs seeds of the simulator; `./dev sim --seeds N` or `./dev sim --seed S`.
#include "hal9/base/text.hpp"
#include "sim/scenario.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace {

struct Arguments {
    std::uint64_t first = 1;
    std::uint64_t count = 1'000;
    bool one = false;
};

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                     : std::nullopt;
}

std::optional<Arguments> parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        const auto value = i + 1 < argc ? number(argv[i + 1]) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        if (name == "--seeds") {
            arguments.count = *value;
        } else if (name == "--from") {
            arguments.first = *value;
        } else if (name == "--seed") {
            arguments = {*value, 1, true};
        } else {
            return std::nullopt;
        }
    }
    return arguments;
}

void print(const hal9::sim::ScenarioReport& report) {
    std::printf(
        "seed %llu: %llu runs, %llu events, %llu steps, digest %016llx\n",
        static_cast<unsigned long long>(report.seed),
        static_cast<unsigned long long>(report.runs),
        static_cast<unsigned long long>(report.events),
        static_cast<unsigned long long>(report.steps),
        static_cast<unsigned long long>(report.digest)
    );
    for (const std::string& violation : report.violations) {
        std::printf("  VIOLATION %s\n", violation.c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = parse(argc, argv);
    if (!arguments) {
        std::fputs("usage: hal9_simulate [--seeds N] [--from S] | --seed S\n", stderr);
        return 2;
    }
    std::uint64_t failed = 0;
    hal9::sim::ScenarioReport sum;
    for (std::uint64_t i = 0; i < arguments->count; ++i) {
        const auto report = hal9::sim::run_scenario(arguments->first + i);
        sum.events += report.events;
        sum.steps += report.steps;
        sum.runs += report.runs;
        for (std::size_t fault = 0; fault < report.faults.size(); ++fault) {
            sum.faults[fault] += report.faults[fault];
        }
        if (arguments->one || !report.violations.empty()) {
            print(report);
        }
        failed += report.violations.empty() ? 0 : 1;
        if (failed >= 20) {
            break;
        }
    }
    std::string faults;
    for (std::size_t fault = 0; fault < sum.faults.size(); ++fault) {
        faults +=
            hal9::str(" ", to_string(static_cast<hal9::sim::Fault>(fault)), "=", sum.faults[fault]);
    }
    std::printf("faults:%s\n", faults.c_str());
    std::printf(
        "%llu seeds, %llu runs, %llu events, %llu steps: %llu failed\n",
        static_cast<unsigned long long>(arguments->count),
        static_cast<unsigned long long>(sum.runs),
        static_cast<unsigned long long>(sum.events),
        static_cast<unsigned long long>(sum.steps),
        static_cast<unsigned long long>(failed)
    );
    return failed == 0 ? 0 : 1;
}
