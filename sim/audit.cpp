#include "sim/audit.hpp"

#include "hal9/base/text.hpp"

#include <map>
#include <set>

namespace hal9::sim {

namespace {

/// A result as every run must have it: without what is chance.
json::value without_places(json::value value) {  // NOLINT(misc-no-recursion): as deep as it is
    if (json::object* const object = value.if_object()) {
        object->erase(place_member);
        for (auto& member : *object) {
            member.value() = without_places(std::move(member.value()));
        }
    } else if (json::array* const array = value.if_array()) {
        for (json::value& element : *array) {
            element = without_places(std::move(element));
        }
    }
    return value;
}

std::int64_t place_of(const SignalRecord& signal) {
    return parse_json(*signal.result)->as_object().at(place_member).as_int64();
}

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
    if (!parsed || canonical_json(without_places(*parsed)) != canonical_json(*parse_json(right))) {
        violation(check.run, str("its result is ", *(*root)->result, ", right is ", right));
    }
}

void Audit::keys(const std::string& network, const std::string& neuron, NeuronIndex index) {
    std::map<std::string, std::vector<SignalRecord>> counted;
    for (const RunRecord& run : reader_
                                    .list_runs(
                                        {.organization = default_organization,
                                         .state = {},
                                         .before = {},
                                         .rows_max = 1'000'000}
                                    )
                                    .value()) {
        if (run.network != network) {
            continue;
        }
        for (const SignalRecord& each :
             reader_.list_signals(run.id, root_of(run.id), 1'000'000).value()) {
            if (each.neuron != index || each.status != SignalStatus::completed || each.copied) {
                continue;
            }
            const SignalRecord signal = **reader_.find_signal(each.id, true);
            const json::value payload = *parse_json(*signal.payload);
            const json::object* const object = payload.if_object();
            const json::value* const key = object == nullptr ? nullptr : object->if_contains("k");
            counted[key == nullptr ? "null" : canonical_json(*key)].push_back(signal);
        }
    }
    for (const auto& [value, signals] : counted) {
        key({default_organization, network, neuron, value}, signals);
    }
}

void Audit::key(const KeyName& name, const std::vector<SignalRecord>& counted) {
    std::set<std::int64_t> places;
    std::map<SignalId, std::map<std::uint32_t, std::int64_t>> siblings;
    for (const SignalRecord& signal : counted) {
        places.insert(place_of(signal));
        if (signal.phase == 0) {
            siblings[signal.parent][signal.ordinal] = place_of(signal);
        }
    }
    const auto state = reader_.find_key_state(name);
    const bool is_there = state && *state && parse_json((*state)->state)->is_int64();
    const std::int64_t last = is_there ? parse_json((*state)->state)->as_int64() : 0;
    const auto steps = static_cast<std::int64_t>(counted.size());
    if (last != steps || static_cast<std::int64_t>(places.size()) != steps ||
        *places.begin() != 1 || *places.rbegin() != steps) {
        violations_.push_back(
            str("key ",
                name.key,
                " of ",
                name.neuron,
                " counted ",
                last,
                " steps, ",
                steps,
                " ended, in ",
                places.size(),
                " places")
        );
    }
    for (const auto& [parent, ordinals] : siblings) {
        std::int64_t before = 0;
        for (const auto& [ordinal, place] : ordinals) {
            if (place < before) {
                violation(
                    run_of(parent),
                    str("child ",
                        ordinal,
                        " of signal ",
                        number_of(parent),
                        " with the key ",
                        name.key,
                        " was overtaken: it is in place ",
                        place,
                        ", one before it in ",
                        before)
                );
            }
            before = place;
        }
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
        if (!children.complete && !check.is_fork) {
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
