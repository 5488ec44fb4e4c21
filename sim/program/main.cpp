// hal9_simulate: runs seeds of the simulator; `./dev sim --seeds N` or `./dev sim --seed S`, with
// --language those of the reference interpreter.
#include "hal9/base/text.hpp"
#include "sim/language/features.hpp"
#include "sim/language/runner.hpp"
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
    bool language = false;
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
        if (name == "--language") {
            arguments.language = true;
            --i;
            continue;
        }
        const auto value = i + 1 < argc ? number(argv[i + 1]) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        if (name == "--seeds") {
            arguments.count = *value;
        } else if (name == "--from") {
            arguments.first = *value;
        } else if (name == "--seed") {
            arguments.first = *value;
            arguments.count = 1;
            arguments.one = true;
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

int simulate(const Arguments& arguments) {
    std::uint64_t failed = 0;
    hal9::sim::ScenarioReport sum;
    for (std::uint64_t i = 0; i < arguments.count; ++i) {
        const auto report = hal9::sim::run_scenario(arguments.first + i);
        sum.events += report.events;
        sum.steps += report.steps;
        sum.runs += report.runs;
        for (std::size_t fault = 0; fault < report.faults.size(); ++fault) {
            sum.faults[fault] += report.faults[fault];
        }
        if (arguments.one || !report.violations.empty()) {
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
        static_cast<unsigned long long>(arguments.count),
        static_cast<unsigned long long>(sum.runs),
        static_cast<unsigned long long>(sum.events),
        static_cast<unsigned long long>(sum.steps),
        static_cast<unsigned long long>(failed)
    );
    return failed == 0 ? 0 : 1;
}

int interpret(const Arguments& arguments) {
    namespace language = hal9::sim::language;
    std::uint64_t failed = 0;
    std::uint64_t completed = 0;
    std::uint64_t crashes = 0;
    std::uint64_t several = 0;
    std::uint64_t done = 0;
    language::Shares shares;
    for (; done < arguments.count && failed < 5; ++done) {
        const auto report = language::run_language(arguments.first + done);
        completed += report.completed ? 1 : 0;
        crashes += report.crashes;
        several += report.generated.allowed.ends.size() > 1 ? 1 : 0;
        failed += report.violations.empty() ? 0 : 1;
        shares.add(language::features_of(report.generated.story));
        if (arguments.one || !report.violations.empty()) {
            std::printf(
                "seed %llu\n%s",
                static_cast<unsigned long long>(report.seed),
                to_text(report.generated).c_str()
            );
        }
        for (const std::string& violation : report.violations) {
            std::printf("  VIOLATION %s\n", violation.c_str());
        }
    }
    if (!arguments.one) {
        std::printf("networks with\n%s", to_text(shares).c_str());
    }
    std::printf(
        "%llu networks, each twice: %llu completed, %llu with several ends allowed, %llu crashes: "
        "%llu failed\n",
        static_cast<unsigned long long>(done),
        static_cast<unsigned long long>(completed),
        static_cast<unsigned long long>(several),
        static_cast<unsigned long long>(crashes),
        static_cast<unsigned long long>(failed)
    );
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = parse(argc, argv);
    if (!arguments) {
        std::fputs("usage: hal9_simulate [--language] [--seeds N] [--from S] | --seed S\n", stderr);
        return 2;
    }
    return arguments->language ? interpret(*arguments) : simulate(*arguments);
}
