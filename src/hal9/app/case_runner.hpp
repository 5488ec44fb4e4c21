// CaseRunner: plays a case of `hal9 test` and says what became of it.
//
// With the real node and the real kinds, and with everything else in memory: the store, the files,
// and a clock that goes on only when nothing else is left to do, to the next moment at which
// something is due. So a case of two days takes milliseconds and always ends in the same way.
#pragma once

#include "hal9/app/case_file.hpp"
#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/signal.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hal9::app {

/// Something that is wrong with a case, where the case says it.
struct CaseProblem {
    std::string pointer;
    std::string message;
};

struct CaseOutcome {
    enum class End : std::uint8_t {
        completed,
        failed,     ///< or refused before it began
        stopped,    ///< waits for people, messages or an operator, and nothing will come
        too_slow,   ///< took longer than it may
        too_large,  ///< has more signals than it may
    };

    /// How many signals of one neuron there are, by status.
    using Counts = std::array<std::uint64_t, 6>;

    End end = End::completed;
    json::value result;
    std::optional<Error> error;
    std::vector<std::string> waiting;  ///< of one that stopped: what for
    Duration took{0};                  ///< on the case's clock
    /// Of its run and those it started; by neuron, as detail/case_names.hpp names it.
    std::map<std::string, Counts, std::less<>> signals;
    std::vector<CaseProblem> problems;  ///< answers that were refused or not asked for
};

/// A network that a case needs, by the file that it was read from.
using CaseNetworks = std::map<std::string, definition::Network, std::less<>>;

/// When the runs of a case begin that does not say it.
inline constexpr WallTime case_begins{1'924'992'000'000'000};  // 2031-01-01T00:00:00Z

struct CaseLimits {
    Limits limits;
    Duration time_max = std::chrono::seconds(10);  ///< for one case, on the machine's clock
};

class CaseRunner {
public:
    /// All outlive it; `networks` has every file that a case names. `machine` is for time_max.
    CaseRunner(
        const definition::Network& tested,
        const CaseNetworks& networks,
        CaseLimits limits,
        const Clock& machine
    )
        : tested_(tested), networks_(networks), limits_(limits), machine_(machine) {}

    /// An error is one of HAL9's own: the node gave up.
    [[nodiscard]] Result<CaseOutcome> run(const TestCase& test) const;

private:
    const definition::Network& tested_;
    const CaseNetworks& networks_;
    CaseLimits limits_;
    const Clock& machine_;
};

}  // namespace hal9::app
