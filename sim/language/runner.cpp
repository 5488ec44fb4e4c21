#include "sim/language/runner.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "sim/language/player.hpp"

#include <utility>

namespace hal9::sim::language {
namespace {

/// Under two histories: each end is allowed, and where one is, it has the same bytes.
void play_twice(const Generated& generated, std::uint64_t chaos, LanguageReport& report) {
    std::vector<Played> played;
    for (std::uint64_t i = 0; i < 2; ++i) {
        played.push_back(play(generated.story, generated.allowed, mix64(chaos) + i));
        report.events += played.back().events;
        report.crashes += played.back().crashes;
        report.decisions += played.back().decisions;
        for (const std::string& violation : played.back().violations) {
            report.violations.push_back(str("history ", i + 1, ": ", violation));
        }
    }
    if (!report.violations.empty()) {
        return;
    }
    const End& first = *played[0].end;
    const End& second = *played[1].end;
    report.completed = first.result.has_value();
    const bool one = generated.allowed.ends.size() == 1;
    if (one && to_string(first) != to_string(second)) {
        report.violations.push_back(
            str("after other crashes it ", to_string(second), ", before it ", to_string(first))
        );
    }
}

}  // namespace

LanguageReport run_language(std::uint64_t seed) {
    LanguageReport report{.seed = seed, .generated = generate(seed), .violations = {}};
    play_twice(report.generated, seed, report);
    return report;
}

std::vector<std::string> check_case(const Generated& generated, std::uint64_t chaos) {
    LanguageReport report;
    play_twice(generated, chaos, report);
    return report.violations;
}

std::string to_text(const Generated& generated) {
    std::string out;
    for (const json::object& network : generated.story.networks) {
        out += str("network: ", json::serialize(network), "\n");
    }
    out += str("input: ", json::serialize(generated.story.input), "\n");
    for (const End& end : generated.allowed.ends) {
        out += str("allowed: ", to_string(end), "\n");
    }
    return out;
}

}  // namespace hal9::sim::language
