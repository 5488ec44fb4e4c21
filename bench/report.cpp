#include "bench/report.hpp"

#include "hal9/base/json.hpp"
#include "hal9/base/random.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace hal9::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

const char* verdict(const Figure& figure) {
    const auto reached = [&](double bound) {
        return figure.higher_is_better ? figure.value >= bound : figure.value <= bound;
    };
    if (figure.must && !reached(*figure.must)) {
        return "MISSED";
    }
    if (figure.aim && reached(*figure.aim)) {
        return "aim";
    }
    return figure.must ? "must" : "";
}

}  // namespace

void Report::add(Figure figure) {
    figures_.push_back(std::move(figure));
}

bool Report::print(const std::string& file) const {
    json::array list;
    for (const Figure& figure : figures_) {
        std::printf("%-46s %12.3f %-9s", figure.name.c_str(), figure.value, figure.unit.c_str());
        json::object object{
            {"name", figure.name},
            {"value", figure.value},
            {"unit", figure.unit},
            {"better", figure.higher_is_better ? "higher" : "lower"},
        };
        if (figure.must) {
            std::printf(" must %10.3f  aim %10.3f", *figure.must, figure.aim.value_or(0));
            object["must"] = *figure.must;
        }
        if (figure.aim) {
            object["aim"] = *figure.aim;
        }
        if (figure.peer) {
            object["peer"] = *figure.peer;
            object["ratio"] = figure.value / *figure.peer;
            std::printf(" peer %10.3f  ratio %.2f", *figure.peer, figure.value / *figure.peer);
        }
        std::printf("  %s\n", verdict(figure));
        list.push_back(std::move(object));
    }
    if (file.empty()) {
        return true;
    }
    std::FILE* const out = std::fopen(file.c_str(), "we");
    if (out == nullptr) {
        std::perror(file.c_str());
        return false;
    }
    std::fprintf(out, "%s\n", json::serialize(list).c_str());
    return std::fclose(out) == 0;
}

double quantile(std::vector<double> samples, double share) {
    if (samples.empty()) {
        return 0;
    }
    std::ranges::sort(samples);
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1));
    return samples[rank];
}

void add_machine_figures(Report& report, const std::string& directory) {
    const std::string path = directory + "/sync-probe";
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    std::vector<double> syncs;
    const std::string block(4096, 'x');
    for (int i = 0; file >= 0 && i < 300; ++i) {
        const auto start = Clock::now();
        if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) {
            break;
        }
        syncs.push_back(seconds_since(start) * 1e3);
    }
    ::close(file);
    ::unlink(path.c_str());
    report.add(
        {.name = "machine: fdatasync p50",
         .value = quantile(syncs, 0.5),
         .unit = "ms",
         .higher_is_better = false}
    );
    report.add(
        {.name = "machine: fdatasync p99",
         .value = quantile(syncs, 0.99),
         .unit = "ms",
         .higher_is_better = false}
    );
    const auto start = Clock::now();
    std::uint64_t x = 1;
    constexpr int rounds = 50'000'000;
    for (int i = 0; i < rounds; ++i) {
        x = mix64(x);
    }
    const double seconds = seconds_since(start);
    report.add(
        {.name = x == 0 ? "machine: loop (0)" : "machine: mix64 loop",
         .value = rounds / seconds / 1e6,
         .unit = "M/s"}
    );
}

}  // namespace hal9::bench
