// Report: figures of a benchmark as a table and as the JSON that `./dev bench` promises
// (interfaces.md section 1).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hal9::bench {

struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    bool higher_is_better = true;
    std::optional<double> must;
    std::optional<double> aim;
    std::optional<double> peer;  ///< the other side's value in the same run
};

class Report {
public:
    void add(Figure figure);
    /// The table on stdout; the JSON to `file` unless it is empty. False when it cannot be written.
    [[nodiscard]] bool print(const std::string& file) const;

private:
    std::vector<Figure> figures_;
};

/// Median, p50 and p99 helpers over unsorted samples; 0 for none.
[[nodiscard]] double quantile(std::vector<double> samples, double share);

/// What the machine is worth, measured in the same run: fdatasync of 4 KiB at the end of a growing
/// file in `directory` (p50 and p99 in ms), and a fixed integer loop (million rounds a second).
void add_machine_figures(Report& report, const std::string& directory);

}  // namespace hal9::bench
