// Random: the only source of chance.
//
// Seeded in the simulator and in tests, seeded from the kernel by adapters/system. Not for keys or
// tokens: those come from a port of their own.
#pragma once

#include <cstdint>

namespace hal9 {

class Random {
public:
    virtual ~Random() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;

    /// Uniform in [0, bound); 0 for a bound of 0. (Lemire, "Fast Random Integer Generation in an
    /// Interval", without the rejection step: the bias is below 2^-32 for bounds below 2^32.)
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
    }

    /// Uniform in [0, 1).
    [[nodiscard]] double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

    [[nodiscard]] bool chance(double probability) { return unit() < probability; }
};

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a good 64-bit mixing function.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

/// SplitMix64 as a generator: the same seed gives the same numbers on every machine.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() override {
        const std::uint64_t value = mix64(state_);
        state_ += 0x9E3779B97F4A7C15ULL;
        return value;
    }

private:
    std::uint64_t state_;
};

}  // namespace hal9
