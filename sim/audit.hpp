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
        bool is_fork = false;  ///< losers of its source are not in it: ordinals have gaps
    };

    void run(const RunCheck& check);

    /// Of a keyed neuron of the network, all runs together: every step that counted is in its
    /// key's state, once, and siblings with one key counted in the order of their ordinals. (Who
    /// asked or waited comes later; the neuron parks none.)
    void keys(const std::string& network, const std::string& neuron, NeuronIndex index);

private:
    void state(const RunCheck& check, const RunRecord& record);
    void result(const RunCheck& check);
    /// Every signal has ended; each child has its parent, and its ordinal once; ordinals have no
    /// gap; what the signals used is what their sum says.
    void tree(const RunCheck& check, const RunRecord& record);
    void key(const KeyName& name, const std::vector<SignalRecord>& counted);
    void usage(RunId run, const std::vector<SignalRecord>& signals);
    void violation(RunId run, const std::string& what);

    SignalReader& reader_;
    std::vector<std::string>& violations_;
};

}  // namespace hal9::sim
