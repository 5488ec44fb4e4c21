// RunProgress: how far a run is, for people who watch it.
//
// Counted as the node decides, which may be a moment before the disk has it: a picture, not a
// promise. What a caller is told of a run's end always waits for the commit.
#pragma once

#include "hal9/model/run.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace hal9::runtime {

/// Counts durations in powers of two of microseconds.
class DurationHistogram {
public:
    void add(Duration duration) {
        const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
        ++buckets_[std::min<std::size_t>(buckets_.size() - 1, std::bit_width(us))];
        ++count_;
    }

    /// Upper bound of the bucket that holds this share (0..1) of the durations.
    [[nodiscard]] Duration quantile(double share) const {
        const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen > rank) {
                return Duration(static_cast<std::int64_t>((1ULL << i) - 1));
            }
        }
        return Duration(0);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    std::array<std::uint64_t, 40> buckets_{};
    std::uint64_t count_ = 0;
};

struct NeuronProgress {
    std::uint64_t known = 0;  ///< signals that were released to it
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t cancelled = 0;
    DurationHistogram durations;  ///< of steps in this process

    [[nodiscard]] std::uint64_t done() const { return completed + failed + cancelled; }
};

struct RunProgress {
    RunState state = RunState::running;
    std::uint64_t known = 0;
    std::uint64_t done = 0;
    std::uint64_t parked = 0;
    std::uint64_t asking = 0;  ///< wait for people or messages
    /// Nothing is left but parked signals and what waits for them: an operator must decide.
    bool stalled = false;
    bool paused = false;                  ///< an operator paused its network
    std::vector<NeuronProgress> neurons;  ///< by NeuronIndex
};

}  // namespace hal9::runtime
