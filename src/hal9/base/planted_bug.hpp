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
    cancel_leaves_ready,         ///< cancel forgets waiting signals only
    stale_chunks_kept,           ///< children of an attempt before the crash are kept
    crash_counts_as_attempt,     ///< recovery raises the attempt
};

#ifdef HAL9_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::none;  // NOLINT(*-avoid-non-const-global-variables)
#define HAL9_PLANTED(bug) (::hal9::planted_bug == ::hal9::PlantedBug::bug)
#else
#define HAL9_PLANTED(bug) false
#endif

}  // namespace hal9
