// Audit: the checkers of signals.md section 10, over what is in the store when all is over.
#pragma once

#include "hal9/ports/signal_reader.hpp"
#include "sim/workload.hpp"

#include <string>
#include <vector>

namespace hal9::sim {

class Audit {
public:
    /// Both outlive it; every check that fails adds a line.
    Audit(SignalReader& reader, std::vector<std::string>& violations)
        : reader_(reader), violations_(violations) {}

    /// No open row, no released chunk, no parked signal outlives the runs.
    void nothing_is_left_open();

    struct RunCheck {
        RunId run;
        Expected expected;
        bool may_be_cancelled = false;
        bool must_be_cancelled = false;
        bool may_pass_deadline = false;
        bool any_end = false;  ///< neurons have deadlines: chance decides what is in time
    };

    void run(const RunCheck& check);

private:
    void state(const RunCheck& check, const RunRecord& record);
    void result(const RunCheck& check);
    /// Every signal has ended; each child has its parent, and its ordinal once; ordinals have no
    /// gap; what the signals used is what their sum says.
    void tree(const RunCheck& check, const RunRecord& record);
    void usage(RunId run, const std::vector<SignalRecord>& signals);
    void violation(RunId run, const std::string& what);

    SignalReader& reader_;
    std::vector<std::string>& violations_;
};

}  // namespace hal9::sim
