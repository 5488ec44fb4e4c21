#include "sim/end_check.hpp"

#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>

namespace hal9::sim {

std::uint64_t x_of(const SignalRecord& signal) {
    const json::value payload = *parse_json(*signal.payload);
    const json::object* const object = payload.if_object();
    const json::value* const x = object == nullptr ? nullptr : object->if_contains("x");
    return x == nullptr || !x->is_number() ? 0 : x->to_number<std::uint64_t>();
}

void EndCheck::run() {
    Audit audit(scene_.machine.store(), scene_.world.violations);
    audit.nothing_is_left_open();
    if (const std::size_t left = scene_.machine.store().chunks(); left > 0) {
        scene_.world.violations.push_back(str(left, " chunks were left behind by ended runs"));
    }
    for (const auto& request : scene_.requests) {
        check_request(audit, *request);
    }
    scene_.hands.look_around(clock_was_set_);
    for (const RunId other : scene_.hands.others()) {
        check_other(audit, other);
    }
    check_keys(audit, scene_.workload);
    if (scene_.workload.called) {
        check_keys(audit, *scene_.workload.called);
    }
}

void EndCheck::check_request(Audit& audit, const Request& request) {
    if (scene_.tainted.contains(*request.run)) {
        return;
    }
    audit.run({
        .run = *request.run,
        .expected = scene_.workload.expect(request.x),
        .may_be_cancelled = request.cancel_tried,
        .must_be_cancelled = request.cancel_answered,
        .may_pass_deadline = request.has_deadline,
        .any_end = scene_.workload.has_deadlines() || is_tainted(*request.run),
    });
}

/// A fork, or what a schedule started: its input says what its right end is. What a fork took over
/// may have failed for a reason that the interpreter does not know.
void EndCheck::check_other(Audit& audit, RunId id) {
    memory::MemoryStore& store = scene_.machine.store();
    const RunRecord run = store.find_run(id).value().value();
    const bool called = run.network != scene_.workload.name;
    const Workload& workload = called ? *scene_.workload.called : scene_.workload;
    const auto root = store.find_signal(root_of(id), true).value();
    if (!root || !root->payload) {
        return;  // half a copy
    }
    bool unknown = workload.has_deadlines() || scene_.workload.has_deadlines();
    for (RunId at = id; at.value != 0;) {
        unknown |= is_tainted(at) || is_tainted(scene_.hands.top_of(at)) || has_own_deadline(at);
        at = store.find_run(at).value().value().origin;
    }
    audit.run({
        .run = id,
        .expected = workload.expect(x_of(*root)),
        .may_be_cancelled = run.origin.value != 0 && scene_.hands.may_be_half(id),
        .any_end = unknown,
        .is_fork = run.origin.value != 0,
    });
}

bool EndCheck::is_tainted(RunId run) const {
    return scene_.tainted.contains(run) || scene_.hands.has_tainted(run);
}

bool EndCheck::has_own_deadline(RunId run) {
    const RunId top = scene_.hands.top_of(run);
    return std::ranges::any_of(scene_.requests, [top](const auto& request) {
        return request->run == top && request->has_deadline;
    });
}

void EndCheck::check_keys(Audit& audit, const Workload& workload) {
    for (std::size_t i = 0; i < workload.neurons.size(); ++i) {
        const NeuronIndex index{static_cast<NeuronIndex::rep>(i)};
        const SimNeuron& neuron = workload.neuron(index);
        if (neuron.keyed) {
            audit.keys(workload.name, neuron.name, index);
        }
    }
}

}  // namespace hal9::sim
