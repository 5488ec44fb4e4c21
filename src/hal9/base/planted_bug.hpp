// Planted bugs: proof that the simulator's checkers can fail.
//
// HAL9_PLANTED(n) is true in one place each when a test chose bug n; in release builds (everything
// without HAL9_PLANTED_BUGS) it is the constant false and compiles to nothing. docs/testing.md
// lists the bugs; sim/planted_bug_test.cpp shows that each is caught.
#pragma once

namespace hal9 {

enum class PlantedBug : unsigned char {
    none,
    answer_before_commit,        ///< an accepted run is acknowledged while still in the queue
    fold_as_they_come,           ///< results are folded in the order children ended
    forgiven_child_not_counted,  ///< a skipped child is not counted down in the store
    disk_believed_too_early,     ///< a row is taken up whose change is still in the queue
    page_skips_a_child,          ///< off by one where a page of children ends
    attempt_not_counted,         ///< a retry has the number of the attempt before
    concurrency_not_kept,        ///< a neuron's steps are not counted
    chunks_left_behind,          ///< a deadline that passes while a step emits drops no chunk
    queue_without_bound,         ///< steps begin whether or not the writer's queue has room
    key_overtaken,               ///< signals of a key start in another order than they came
    window_without_bound,        ///< children come into memory whether or not there is room
    when_inverted,               ///< an emission goes where `when` does not hold
    skipped_then_loses_result,   ///< a forgiven failure of `then` makes the result null
    quorum_counts_forgiven,      ///< a quorum counts children whose failure is forgiven
    keep_forgotten_by_then,      ///< the signal of `then` lacks the members of `keep`
    pause_forgotten,             ///< steps of a paused network start
    schedule_not_advanced,       ///< a time of a schedule is started and stays its next
    mailbox_not_looked_at,       ///< who receives does not see what was sent before
};

#ifdef HAL9_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::none;  // NOLINT(*-avoid-non-const-global-variables)
#define HAL9_PLANTED(bug) (::hal9::planted_bug == ::hal9::PlantedBug::bug)
#else
#define HAL9_PLANTED(bug) false
#endif

}  // namespace hal9
