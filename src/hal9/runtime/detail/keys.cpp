// Keys: signals of a keyed neuron run one at a time for each value of the key, in the order of the
// commits that released them, then by ordinal (signals.md section 5).
//
// Every value has a line. Its first signal holds the key from the start of its step to the end of
// the phase, retries included, and never while it waits or is parked. What the store still has of
// a neuron's released signals comes into memory in the same order, so a line in memory is always
// the beginning of the whole line. docs/decisions/0004 says what the next holder waits for.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

/// The place of what the transaction under way releases.
std::uint64_t Node::Impl::next_release() const {
    constexpr int ticket_bits = 40;
    return (epoch_ << ticket_bits) + outbox_.next_ticket();
}

/// The value of the signal's key, as it stands in its name; nothing: its payload was put out of
/// memory before the disk had it.
Result<std::optional<std::string>> Node::Impl::key_of_signal(Live& live) {
    if (!live.value && !live.payload) {
        HAL9_TRY([[maybe_unused]] const bool with_answer, load_payload(live));
    }
    if (!live.value) {
        if (!live.payload) {
            return std::nullopt;
        }
        HAL9_TRY(live.value, value_of(live.payload));
    }
    const definition::Keyed& keyed = *live.definition().keyed;
    Value root;
    if (keyed.value.needs_root()) {
        HAL9_TRY(root, root_payload(*live.run));
    }
    HAL9_TRY(const json::object resolved, keyed.value.resolve(*live.value, root.get()));
    std::string key = canonical_json(resolved.at("key"));
    if (key.size() > options_.limits.key_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the key of the signal has ",
                key.size(),
                " bytes; at most ",
                options_.limits.key_bytes_max,
                " (key_bytes_max)")
        );
    }
    return key;
}

/// A signal of a keyed neuron that is ready, or to be tried again, takes its place in the line of
/// its key.
Node::Impl::LineEntry Node::Impl::enter_line(Live& live) {
    if (live.line != nullptr) {
        return LineEntry::entered;
    }
    auto key = key_of_signal(live);
    if (key && !*key) {
        return LineEntry::later;
    }
    forget_in_store(live);
    if (!key) {
        live.key_error = std::move(key).error();
        return LineEntry::no_key;
    }
    KeyName name = line_of_neuron(*live.run, live.neuron);
    name.key = **std::move(key);
    live.line = &*lines_.try_emplace(std::move(name)).first;
    live.line->second.waiting.emplace(live.released, live.ordinal, live.id);
    return LineEntry::entered;
}

/// Its key is not known before the disk has its payload: until then nobody who was released later
/// comes before it.
void Node::Impl::wait_for_key(Live& live) {
    live.stage = Stage::blocked;
    live.key_in_store = true;
    keyed_in_store_[line_of_neuron(*live.run, live.neuron)].emplace(live.released, live.id);
    blocked_on_disk_.emplace_back(outbox_.last_ticket(), live.id);
}

void Node::Impl::forget_in_store(Live& live) {
    if (!std::exchange(live.key_in_store, false)) {
        return;
    }
    const auto found = keyed_in_store_.find(line_of_neuron(*live.run, live.neuron));
    found->second.erase({live.released, live.id});
    if (found->second.empty()) {
        keyed_in_store_.erase(found);
    }
}

/// The first of the line gets the key, if nobody holds it and nothing of the store comes before.
void Node::Impl::advance_line(KeyLines::value_type& entry) {
    KeyLine& line = entry.second;
    if (line.holder || line.waiting.empty()) {
        return;
    }
    const auto [released, ordinal, id] = *line.waiting.begin();
    if (line.free_after > outbox_.committed() || comes_later(entry.first, released)) {
        lines_to_advance_.insert(&entry);
        return;
    }
    line.waiting.erase(line.waiting.begin());
    line.holder = id;
    Live* const live = tree_.find(id);
    HAL9_ASSERT(live != nullptr && live->line == &entry);
    if (live->stage == Stage::blocked) {
        schedule(*live);  // else it is being tried again, when its time comes
    }
}

/// Whether signals that are in the store only come before that one, and will be in memory soon.
bool Node::Impl::comes_later(const KeyName& line, std::uint64_t released) const {
    const OrganizationId organization = line.organization;
    if (tree_.timed(organization) >= options_.limits.ready_window) {
        return true;  // so many are tried again later, each with its key
    }
    if (!may_refill(organization) || HAL9_PLANTED(key_overtaken)) {
        return false;
    }
    const auto before = keyed_in_store_.find({organization, line.network, line.neuron, {}});
    return is_scanning(organization) || backlogs_.at(organization).again ||
           (before != keyed_in_store_.end() && before->second.begin()->first < released);
}

bool Node::Impl::advance_lines() {
    const std::set<KeyLines::value_type*> waiting = std::exchange(lines_to_advance_, {});
    for (KeyLines::value_type* const entry : waiting) {
        advance_line(*entry);
    }
    return lines_to_advance_.size() < waiting.size();
}

/// The phase is over, or the signal is gone: the next of the line may start.
void Node::Impl::leave_line(Live& live) {
    KeyLines::value_type* const entry = std::exchange(live.line, nullptr);
    if (entry == nullptr) {
        return;
    }
    KeyLine& line = entry->second;
    if (line.holder != live.id) {
        line.waiting.erase({live.released, live.ordinal, live.id});
    } else {
        line.holder.reset();
        // Outside effects of the next one must not be seen before this one is durable.
        const bool asynchronous = live.definition().form == HandlerForm::asynchronous;
        line.free_after = asynchronous ? outbox_.next_ticket() : 0;
    }
    advance_line(*entry);
    if (!line.holder && line.waiting.empty()) {
        idle_lines_.push_back(entry);
        forget_idle_lines();
    }
}

/// Keys that nobody waits for keep their state in memory until others need the room, and at least
/// until it is durable.
void Node::Impl::forget_idle_lines() {
    while (idle_lines_.size() > options_.limits.keys_kept_max) {
        KeyLines::value_type* const entry = idle_lines_.front();
        const KeyLine& line = entry->second;
        const bool idle = !line.holder && line.waiting.empty();
        if (idle && line.written > outbox_.committed()) {
            return;
        }
        idle_lines_.pop_front();
        const bool again = std::ranges::find(idle_lines_, entry) != idle_lines_.end();
        if (idle && !again) {
            lines_to_advance_.erase(entry);
            lines_.erase(lines_.find(entry->first));
        }
    }
}

/// What the holder's call finds: the state that the last one left, or null.
Result<Value> Node::Impl::state_of_line(KeyLines::value_type& entry) {
    KeyLine& line = entry.second;
    if (!line.state_known) {
        auto found = ports_.reader.find_key_state(entry.first);
        if (!found) {
            return unreadable(found.error());
        }
        if (*found) {
            HAL9_TRY(json::value state, parse_json((*found)->state));
            line.state = std::make_shared<const json::value>(std::move(state));
            line.expires = (*found)->expires;
        }
        line.state_known = true;
    }
    const bool over = line.expires.us != 0 && line.expires <= now_.wall;
    return over ? nullptr : line.state;
}

/// Whether the change that a step asks for may be made.
Result<void> Node::Impl::check_change(const Live& live, const StateChange& change) const {
    if (live.line == nullptr) {
        return fail(
            ErrorCode::invalid_argument,
            str("the step changes the state of a key, and neuron \"",
                live.definition().name,
                "\" has none; give it `key`")
        );
    }
    const std::size_t bytes = change.value ? json::serialize(*change.value).size() : 0;
    if (bytes > options_.limits.key_state_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the state of key ",
                live.line->first.key.substr(0, 40),
                " has ",
                with_thousands(bytes),
                " bytes; at most ",
                format_size(options_.limits.key_state_bytes_max),
                " (key_state_bytes_max)")
        );
    }
    return {};
}

/// With the end of the phase, in the transaction under way.
void Node::Impl::change_state(Live& live) {
    const auto change = std::exchange(live.change, std::nullopt);
    if (!change) {
        return;
    }
    KeyState state{live.line->first, {}, record_time_, {}};
    KeyLine& line = live.line->second;
    line.state.reset();
    if (change->value) {
        state.state = json::serialize(*change->value);
        const auto& ttl = live.definition().keyed->ttl;
        state.expires = ttl ? now_.wall + *ttl : WallTime{};
        line.state = std::make_shared<const json::value>(*change->value);
    }
    line.state_known = true;
    line.expires = state.expires;
    line.written = outbox_.next_ticket();
    outbox_.add(PutKeyState{std::move(state)});
}

// --- what the store still has of a keyed neuron's signals

/// The keyed neurons that children of the signal may be of.
std::vector<NeuronIndex> Node::Impl::keyed_targets(const Live& parent) {
    const definition::Network& network = parent.run->network();
    std::vector<NeuronIndex> keyed;
    if (!network.has_keys) {
        return keyed;
    }
    const auto add = [&](NeuronIndex index) {
        if (network.neuron(index).keyed) {
            keyed.push_back(index);
        }
    };
    if (parent.family && parent.family->next) {
        add(parent.definition().then->to);
        return keyed;
    }
    for (const definition::Connection& connection : parent.definition().forward) {
        std::ranges::for_each(connection.candidates, add);
    }
    return keyed;
}

KeyName Node::Impl::line_of_neuron(const LiveRun& run, NeuronIndex neuron) {
    return {run.record.organization, run.record.network, run.network().neuron(neuron).name, {}};
}

/// Some of its chunks have children that are not in memory.
void Node::Impl::note_keyed_chunks(const Live& parent) {
    for (const NeuronIndex neuron : keyed_targets(parent)) {
        auto& released = keyed_in_store_[line_of_neuron(*parent.run, neuron)];
        for (const LiveChunk& chunk : parent.family->chunks) {
            if (chunk.loaded < chunk.count) {
                released.emplace(chunk.released, chunk.first);
            }
        }
    }
}

void Node::Impl::forget_keyed_chunk(const Live& parent, const LiveChunk& chunk) {
    for (const NeuronIndex neuron : keyed_targets(parent)) {
        const auto found = keyed_in_store_.find(line_of_neuron(*parent.run, neuron));
        if (found == keyed_in_store_.end()) {
            continue;
        }
        found->second.erase({chunk.released, chunk.first});
        if (found->second.empty()) {
            keyed_in_store_.erase(found);
        }
    }
}

/// Whether the chunk's children may come into memory now: none of its keyed neurons has others in
/// the store that were released before.
bool Node::Impl::is_next_of_keys(const Live& parent, const LiveChunk& chunk) const {
    if (HAL9_PLANTED(key_overtaken)) {
        return true;
    }
    const std::vector<NeuronIndex> keyed = keyed_targets(parent);
    if (!keyed.empty() && is_scanning(parent.run->record.organization)) {
        return false;
    }
    return std::ranges::all_of(keyed, [&](NeuronIndex neuron) {
        const auto found = keyed_in_store_.find(line_of_neuron(*parent.run, neuron));
        return found == keyed_in_store_.end() ||
               std::pair(chunk.released, chunk.first) <= *found->second.begin();
    });
}

/// Signals of the store that nobody has looked at yet may come before those in memory.
bool Node::Impl::is_scanning(OrganizationId organization) const {
    const auto found = backlogs_.find(organization);
    return found != backlogs_.end() &&
           (!found->second.open_done || !found->second.chunks_done || !found->second.asked.empty());
}

}  // namespace hal9::runtime
