#include "sim/describe.hpp"

#include "hal9/base/text.hpp"

#include <map>

namespace hal9::sim {
namespace {

std::map<RunId, RunState> runs_of_store(const View& view) {
    std::map<RunId, RunState> states;
    for (const RunRecord& run :
         view.machine.store().list_runs({.organization = default_organization}).value()) {
        states[run.id] = run.state;
    }
    return states;
}

}  // namespace

const SimNeuron& View::neuron_of(const SignalRecord& signal) const {
    const auto run = machine.store().find_run(run_of(signal.id));
    const bool called = workload.called && (*run)->network == workload.called->name;
    return (called ? *workload.called : workload).neuron(signal.neuron);
}

void describe_failures(const View& view, std::vector<std::string>& out) {
    for (const auto& [id, run] : runs_of_store(view)) {
        const auto signals = view.machine.store().list_signals(id, root_of(id), 1'000'000);
        for (const SignalRecord& signal : signals.value()) {
            if (signal.error) {
                out.push_back(
                    str("  run ",
                        id.value,
                        " signal ",
                        number_of(signal.id),
                        " of ",
                        view.neuron_of(signal).name,
                        " ",
                        to_string(signal.status),
                        ", phase ",
                        signal.phase,
                        ", attempt ",
                        signal.attempt,
                        ": ",
                        signal.error->message)
                );
            }
        }
    }
}

void describe_open_work(const View& view, std::vector<std::string>& out) {
    for (const auto& row : view.machine.store().open_rows(default_organization, {}, 10).value()) {
        out.push_back(
            str("  open: run ",
                run_of(row.key.signal).value,
                " signal ",
                number_of(row.key.signal),
                " ",
                to_string(row.status),
                " for ",
                to_string(row.waits_for),
                row.decided ? ", decided" : "",
                " pending ",
                row.pending,
                " not before ",
                row.not_before.us)
        );
    }
    for (const auto& [id, run] : runs_of_store(view)) {
        const auto progress = view.machine.node().progress(id);
        out.push_back(
            str("  run ",
                id.value,
                " ",
                to_string(run),
                ", in memory ",
                progress ? str(to_string(progress->state),
                               " known ",
                               progress->known,
                               " done ",
                               progress->done,
                               " parked ",
                               progress->parked)
                         : std::string("nothing"))
        );
    }
}

}  // namespace hal9::sim
