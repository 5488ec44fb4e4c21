// Careful: how a node starts after it died several times in a row (signals.md section 4).
//
// A signal whose handler kills the process would kill it for ever. After three unclean starts one
// signal runs at a time, marked durably before it starts; one that was marked at three deaths in a
// row is parked. A start that finishes 1,000 signals or runs for a minute ends the count.
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>

namespace hal9::runtime {

void Node::Impl::begin_careful(const Recovery& recovery) {
    careful_.since = now_.steady;
    careful_.counting = recovery.unclean_starts > 0;
    if (recovery.unclean_starts < options_.careful_after_unclean_starts) {
        return;
    }
    careful_.on = true;
    if (recovery.was_processing) {
        careful_.suspect = recovery.was_processing;
        careful_.suspect_deaths = static_cast<std::uint16_t>(recovery.processing_deaths + 1);
    }
    ports_.log.write(
        LogLevel::warning,
        "careful_start",
        {{"unclean_starts", str(recovery.unclean_starts)}}
    );
}

/// A start that did a good piece of work is none of those that count, careful or not.
void Node::Impl::notice_health() {
    const bool proved = finished_ >= options_.careful_signals ||
                        now_.steady - careful_.since >= options_.careful_time;
    if (!careful_.counting || !proved || careful_.marked) {
        return;
    }
    careful_.counting = false;
    if (careful_.on) {
        outbox_.add(MarkProcessing{});
    }
    careful_.on = false;
    outbox_.add(MarkHealthy{});
    outbox_.submit();
}

bool Node::Impl::careful_turn() {
    if (!careful_.marked) {
        return careful_mark_next();
    }
    Live* const live = tree_.find(*careful_.marked);
    if (live == nullptr || live->stage == Stage::waiting || live->stage == Stage::folding) {
        careful_.marked.reset();
        return true;
    }
    if (live->stage == Stage::ready && careful_.mark_ticket <= outbox_.committed() &&
        may_start_steps()) {
        start_step(*live);
        outbox_.submit();
        return true;
    }
    return false;
}

bool Node::Impl::careful_mark_next() {
    if (!may_start_steps()) {
        return false;
    }
    const auto pick = scheduler_.pick(now_.steady);
    if (!pick) {
        return false;
    }
    Live* const live = tree_.find(pick->ready.signal);
    if (live == nullptr || live->stage != Stage::ready ||
        pick->ready.priority != priority_of(*live)) {
        return true;
    }
    std::uint16_t deaths = 0;
    if (careful_.suspect == live->id) {
        deaths = careful_.suspect_deaths;
        careful_.suspect.reset();
        if (deaths >= options_.careful_deaths_max) {
            park(
                *live,
                {live->attempt,
                 Error(
                     ErrorCode::internal,
                     str("the process died ", deaths, " times in a row while it ran this signal")
                 )},
                false
            );
            outbox_.submit();
            return true;
        }
    }
    outbox_.add(MarkProcessing{live->id, deaths});
    careful_.mark_ticket = outbox_.submit();
    careful_.marked = live->id;
    return true;
}

/// The marked signal's step has ended; the next may be marked.
void Node::Impl::careful_finished(SignalId signal) {
    if (careful_.marked == signal) {
        careful_.marked.reset();
    }
}

}  // namespace hal9::runtime
