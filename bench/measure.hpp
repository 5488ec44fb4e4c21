// What every benchmark measures with: a clock, a directory of its own, processes with their memory.
#pragma once

#include "bench/report.hpp"
#include "hal9/base/text.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::bench {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A directory below build/bench, removed at the end.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] std::string in(std::string_view name) const { return str(path_, "/", name); }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

struct ProcessRun {
    double seconds = 0;
    double resident_mb = 0;  ///< at its highest
    bool succeeded = false;
    double resident_at_stop_mb = 0;  ///< of run_process_for() only
};

/// Runs a program to its end; what it prints is dropped.
[[nodiscard]] ProcessRun run_process(const std::vector<std::string>& arguments);

/// Runs a program for that long, reads what it has resident then and stops it by SIGTERM. It has
/// succeeded when it was still running.
[[nodiscard]] ProcessRun
run_process_for(const std::vector<std::string>& arguments, std::chrono::seconds time);

/// Medians of several runs; `fresh` makes the arguments of one.
template <class Fresh>
ProcessRun median_run(int runs, const Fresh& fresh) {
    std::vector<double> seconds;
    std::vector<double> resident;
    bool succeeded = true;
    for (int i = 0; i < runs; ++i) {
        const ProcessRun run = run_process(fresh(i));
        seconds.push_back(run.seconds);
        resident.push_back(run.resident_mb);
        succeeded = succeeded && run.succeeded;
    }
    return {quantile(seconds, 0.5), quantile(resident, 0.5), succeeded};
}

}  // namespace hal9::bench
