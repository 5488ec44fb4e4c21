// Then: a result that goes on to another neuron as child 0 of the next phase (network.md section
// 2).
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>

namespace hal9::runtime {
namespace {

/// Payloads and interim results up to this size stay in memory with their signal; larger ones are
/// read from the store when they are needed.
constexpr std::size_t kept_bytes_max = 64U << 10U;

/// Whether the result of the neuron itself counts once the signal of `then` has ended.
bool keeps_result(const definition::Neuron& neuron) {
    return !neuron.then->as.empty() ||
           neuron.on_child_error.rule == definition::OnChildError::Rule::skip;
}

}  // namespace

bool Node::Impl::needs_payload(const definition::Neuron& neuron) {
    return neuron.then && (!neuron.keep.empty() || neuron.then->when);
}

/// The payload of a signal that begins to wait, where its `then` needs it and it is small enough.
Value Node::Impl::needed_by_then(const Live& live, const Value& payload) {
    const bool small = size_of(live.payload) <= kept_bytes_max;
    return needs_payload(live.definition()) && small ? payload : nullptr;
}

/// The neuron's own result: the end of the signal, unless it goes on. `payload` is null where it is
/// in the store; what wrote it is committed then.
void Node::Impl::result_is_there(Live& live, SignalEnd end, Value payload) {
    if (!live.definition().then) {
        end_signal(live, std::move(end));
        return;
    }
    auto next = signal_of_then(live, end, std::move(payload));
    if (fatal_) {
        return;
    }
    if (next && !*next) {
        end_signal(live, std::move(end));
        return;
    }
    if (next) {
        if (const auto allowed = check_children(live, 1); !allowed) {
            next = std::unexpected(allowed.error());
        }
    }
    if (next) {
        go_on(live, std::move(end), *std::move(*next));
    } else if (live.status == SignalStatus::waiting) {
        fail_with_descendants(live, std::move(next).error());
    } else {
        attempt_failed(live, std::move(next).error(), false);
    }
}

/// Nothing: its `when` does not hold.
Result<std::optional<Emission>>
Node::Impl::signal_of_then(const Live& live, const SignalEnd& end, Value payload) {
    const definition::Neuron& neuron = live.definition();
    if (needs_payload(neuron) && !payload) {
        const auto record = ports_.reader.find_signal(live.id, true);
        if (!record) {
            return unreadable(record.error());
        }
        HAL9_ASSERT(record->has_value());
        HAL9_TRY(payload, value_of((*record)->payload));
    }
    Emission signal{.body = end.body, .value = end.value};
    if (!neuron.keep.empty() && !HAL9_PLANTED(keep_forgotten_by_then)) {
        json::value with_kept = *end.value;
        copy_kept(with_kept, neuron.keep, *payload);
        signal.value = std::make_shared<const json::value>(std::move(with_kept));
        signal.body = nullptr;
    }
    if (neuron.then->when) {
        Value root;
        if (neuron.then->when->needs_root()) {
            HAL9_TRY(root, root_payload(*live.run));
        }
        HAL9_TRY(const bool holds, neuron.then->when->holds(*signal.value, *payload, root.get()));
        if (!holds) {
            return std::nullopt;
        }
    }
    if (!signal.body) {
        signal.body = make_body(json::serialize(*signal.value));
    }
    if (signal.body->size() > options_.limits.payload_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the signal of `then` of neuron \"",
                neuron.name,
                "\" has ",
                with_thousands(signal.body->size()),
                " bytes as JSON; payload_bytes_max is ",
                format_size(options_.limits.payload_bytes_max))
        );
    }
    return signal;
}

/// The next phase begins with its only child, all in the transaction under way.
void Node::Impl::go_on(Live& live, SignalEnd result, Emission signal) {
    const definition::Neuron& neuron = live.definition();
    const auto again = std::get<action::Again>(decide_for(live, event::GoesOn{}));
    Reopen next = reopen(live, false);
    next.phase = again.phase;
    next.attempt = again.attempt;
    next.attempts_allowed = again.attempts_allowed;
    next.children_ended = live.family != nullptr && live.family->all_ended();
    change_state(live);
    outbox_.add(std::move(next));
    if (live.family) {
        drop_gather(*live.family);
    }
    live.phase = again.phase;
    live.attempt = again.attempt;
    live.attempts_allowed = again.attempts_allowed;
    live.children_from = live.run->next_number;
    HeldChunk held;
    held.children.emplace_back(neuron.then->to, std::move(signal));
    held.known.emplace_back(neuron.then->to, 1);
    emit_chunk(live, held, 0);
    const bool keeps = keeps_result(neuron);
    held.chunk.released = next_release();
    if (keeps && !result.body) {
        result.body = make_body(json::serialize(*result.value));
    }
    outbox_.add(Await{
        .signal = live.key(),
        .phase = live.phase,
        .attempt = live.attempt,
        .attempts_allowed = live.attempts_allowed,
        .opened = true,
        .stale_chunks = false,
        .pending = 1,
        .waits_for = WaitsFor::next,
        .not_before = {},
        .children_from = live.children_from,
        .released = held.chunk.released,
        .interim = keeps ? result.body : nullptr,
        .deadline = live.deadline,
        .started = live.started,
        .usage = {},
    });
    careful_finished(live.id);
    wait_in_memory(live, 1);
    live.waits_for = WaitsFor::next;
    live.family->next = true;
    if (keeps && result.body->size() <= kept_bytes_max) {
        live.family->interim = std::move(result.value);
    }
    release_chunk(live, held);
}

/// The signal of `then` has ended: `on_child_error` says what its failure means.
void Node::Impl::next_has_ended(Live& parent, const ChildIdentity& child, SignalEnd end) {
    using Rule = definition::OnChildError::Rule;
    Family& family = *parent.family;
    --family.join.pending;
    const bool completed = end.status == SignalStatus::completed;
    if (!completed && parent.definition().on_child_error.rule == Rule::fail) {
        fail_with_descendants(parent, std::move(*end.error));
        return;
    }
    GatheredChild gathered{.id = child.id, .neuron = child.neuron};
    if (completed) {
        gathered.value = std::move(end.value);
        gathered.body = std::move(end.body);
    } else {
        substitute(parent.definition(), gathered);
    }
    if (keeps_result(parent.definition()) && !family.interim) {
        outbox_.add(CountDown{parent.key(), 1});
        begin_fold(parent, outbox_.next_ticket());
        return;
    }
    finish_next(parent, std::move(gathered), family.interim);
}

void Node::Impl::finish_next_from_store(Live& parent) {
    const auto children =
        ports_.reader
            .child_results(parent.key(), parent.phase, 0, 1, options_.limits.payload_bytes_max);
    const auto record = children ? ports_.reader.find_signal(parent.id, true)
                                 : Result<std::optional<SignalRecord>>(std::nullopt);
    if (!children || !record) {
        const Error& error = children ? record.error() : children.error();
        static_cast<void>(unreadable(error));
        if (!fatal_) {
            fail_with_descendants(parent, error);
        }
        return;
    }
    HAL9_ASSERT(children->size() == 1 && record->has_value());
    const ChildResult& child = children->front();
    GatheredChild gathered{.id = child.id, .neuron = child.neuron};
    Result<Value> value = Value();
    if (child.status == SignalStatus::completed) {
        value = value_of(child.result);
        gathered.body = child.result;
    } else {
        substitute(parent.definition(), gathered);
        value = gathered.value;
    }
    const bool keeps = keeps_result(parent.definition());
    auto interim = keeps ? value_of((*record)->result) : Result<Value>(Value());
    if (!value || !interim) {
        fail_with_descendants(parent, value ? interim.error() : value.error());
        return;
    }
    gathered.value = *std::move(value);
    finish_next(parent, std::move(gathered), *std::move(interim));
}

/// The end of a signal whose result went on: the other's result, or its own with that in it.
void Node::Impl::finish_next(Live& parent, GatheredChild child, const Value& interim) {
    const definition::Then& then = *parent.definition().then;
    HAL9_ASSERT(std::holds_alternative<action::Complete>(decide_for(parent, event::Joined{})));
    SignalEnd end{.status = SignalStatus::completed};
    end.skipped = child.value ? 0 : 1;
    if (!child.value) {
        // Forgiven: the result stays.
        end.value =
            HAL9_PLANTED(skipped_then_loses_result) ? std::make_shared<json::value>() : interim;
    } else if (then.as.empty()) {
        end.value = std::move(child.value);
        end.body = std::move(child.body);
        if (!child.substituted) {
            end.result_of = child.id;
        }
    } else {
        auto with_member = insert_member(parent, *interim, *child.value);
        if (!with_member) {
            fail_with_descendants(parent, std::move(with_member).error());
            return;
        }
        end.value = *std::move(with_member);
    }
    if (!end.body && !end.result_of) {
        end.body = make_body(json::serialize(*end.value));
    }
    if (size_of(end.body) > options_.limits.payload_bytes_max) {
        fail_with_descendants(
            parent,
            {ErrorCode::limit_exceeded,
             str("the result of neuron \"",
                 parent.definition().name,
                 "\" with what came of `then` has ",
                 with_thousands(size_of(end.body)),
                 " bytes as JSON; payload_bytes_max is ",
                 format_size(options_.limits.payload_bytes_max))}
        );
        return;
    }
    end_signal(parent, std::move(end));
}

Result<Value> Node::Impl::insert_member(
    const Live& parent,
    const json::value& result,
    const json::value& member
) const {
    const std::string& as = parent.definition().then->as;
    if (!result.is_object()) {
        return fail(
            ErrorCode::invalid_argument,
            str("the result of neuron \"",
                parent.definition().name,
                "\" is a ",
                json_type_name(result),
                ", which has no member \"",
                as,
                "\" for what comes of `then`; leave `as` out, or make it an object")
        );
    }
    json::value with_member = result;
    with_member.as_object()[as] = member;
    if (is_nested_deeper(with_member, options_.limits.value_depth_max)) {
        return fail(too_deep("the result with what came of `then`", options_.limits));
    }
    return std::make_shared<const json::value>(std::move(with_member));
}

}  // namespace hal9::runtime
