#include "sim/audit.hpp"

#include "hal9/base/text.hpp"

#include <map>
#include <set>

namespace hal9::sim {

namespace {

/// The children of one signal, met in the order of their numbers: each phase counts from 0.
struct Siblings {
    std::uint32_t next = 0;
    bool complete = true;

    void add(std::uint32_t ordinal) {
        complete &= ordinal == next || ordinal == 0;
        next = ordinal + 1;
    }
};

}  // namespace

void Audit::violation(RunId run, const std::string& what) {
    violations_.push_back(str("run ", run.value, ": ", what));
}

void Audit::nothing_is_left_open() {
    const auto open = reader_.open_rows(default_organization, {}, 10);
    const auto chunks = reader_.released_chunks(default_organization, {}, 10);
    const auto parked = reader_.list_parked(default_organization, {}, 10);
    if (!open || !chunks || !parked) {
        violations_.emplace_back("the store cannot be read");
        return;
    }
    for (const OpenRow& row : *open) {
        violation(
            run_of(row.key.signal),
            str("signal ", number_of(row.key.signal), " is still open")
        );
    }
    for (const ChunkRow& row : *chunks) {
        violation(run_of(row.first), str("the chunk at ", number_of(row.first), " is still there"));
    }
    for (const SignalRecord& record : *parked) {
        violation(run_of(record.id), str("signal ", number_of(record.id), " is still parked"));
    }
}

void Audit::run(const RunCheck& check) {
    const auto record = reader_.find_run(check.run);
    if (!record || !*record) {
        violation(check.run, "was acknowledged and is lost");
        return;
    }
    state(check, **record);
    if ((*record)->state == RunState::completed && !check.any_end) {
        result(check);
    }
    tree(check, **record);
}

void Audit::state(const RunCheck& check, const RunRecord& record) {
    const RunState right = check.expected.result ? RunState::completed : RunState::failed;
    const bool cancelled = check.may_be_cancelled && record.state == RunState::cancelled;
    const bool late = check.may_pass_deadline && record.state == RunState::failed;
    if (check.must_be_cancelled && record.state != RunState::cancelled) {
        violation(check.run, str("its cancel was answered and it is ", to_string(record.state)));
    } else if (record.state != right && !cancelled && !late && !check.any_end) {
        violation(check.run, str("is ", to_string(record.state), ", right is ", to_string(right)));
    }
}

void Audit::result(const RunCheck& check) {
    const auto root = reader_.find_signal(root_of(check.run), true);
    if (!root || !*root || !(*root)->result) {
        violation(check.run, "completed without a result");
        return;
    }
    const std::string right = json::serialize(check.expected.result.value_or(nullptr));
    const auto parsed = parse_json(*(*root)->result);
    if (!parsed || canonical_json(*parsed) != canonical_json(*parse_json(right))) {
        violation(check.run, str("its result is ", *(*root)->result, ", right is ", right));
    }
}

void Audit::usage(RunId run, const std::vector<SignalRecord>& signals) {
    Usage each;
    for (const SignalRecord& signal : signals) {
        each += signal.usage;
    }
    Usage all;
    for (const auto& count :
         reader_.count_signals(run).value_or(std::vector<SignalReader::NeuronCount>{})) {
        all += count.usage;
    }
    if (each != all) {
        violation(run, str("used ", each.wall_us, " us, its sum says ", all.wall_us));
    }
}

void Audit::tree(const RunCheck& check, const RunRecord& record) {
    const auto signals = reader_.list_signals(check.run, root_of(check.run), 1'000'000);
    if (!signals) {
        violation(check.run, "its signals cannot be read");
        return;
    }
    std::set<SignalId> ids;
    std::map<SignalId, Siblings> siblings;
    for (const SignalRecord& signal : *signals) {
        ids.insert(signal.id);
        if (!has_ended(signal.status)) {
            violation(check.run, str("signal ", number_of(signal.id), " has not ended"));
        }
        if (number_of(signal.id) != 0) {
            siblings[signal.parent].add(signal.ordinal);
        }
    }
    for (const auto& [parent, children] : siblings) {
        if (!ids.contains(parent)) {
            violation(check.run, str("signal ", number_of(parent), " is missing"));
        }
        if (!children.complete) {
            violation(
                check.run,
                str("children of signal ", number_of(parent), " are missing or doubled")
            );
        }
    }
    usage(check.run, *signals);
    const bool exact =
        record.state == RunState::completed && !check.expected.any_failure && !check.any_end;
    if (exact && signals->size() != check.expected.signals) {
        violation(
            check.run,
            str("has ", signals->size(), " signals, right are ", check.expected.signals)
        );
    }
}

}  // namespace hal9::sim
