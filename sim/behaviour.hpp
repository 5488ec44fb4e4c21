// Behaviour: what a simulated neuron does with a payload, as a pure function of both.
//
// Shared by the simulated handlers and by the reference interpreter, which is why a run has one
// right result however often its node crashed: chance decides when things happen, never what.
#pragma once

#include "hal9/base/random.hpp"

#include <cstdint>
#include <string>

namespace hal9::sim {

/// Settings of a simulated neuron; shares are per mille of payloads.
struct Behaviour {
    std::uint64_t salt = 0;
    std::uint32_t fan = 0;        ///< of `many`: at most so many emissions
    std::uint32_t transient = 0;  ///< fails retryably for its first one to five attempts
    std::uint32_t permanent = 0;  ///< fails for good
    std::uint32_t throws = 0;     ///< an exception leaves the handler
    std::uint32_t hangs = 0;      ///< asynchronous: never answers at its first attempt
    std::uint32_t waits = 0;      ///< asks to be called again later
    std::uint32_t poison = 0;     ///< kills the process each time
    std::uint32_t asks = 0;       ///< asks a person, whose answer is the number it goes on with
    std::uint32_t receives = 0;   ///< waits for a message, likewise

    [[nodiscard]] std::uint64_t hash(std::uint64_t x, std::uint64_t what) const {
        return mix64(mix64(x ^ salt) + what);
    }

    [[nodiscard]] bool chosen(std::uint64_t x, std::uint64_t what, std::uint32_t share) const {
        return hash(x, what) % 1000 < share;
    }

    [[nodiscard]] bool is_poison(std::uint64_t x) const { return chosen(x, 1, poison); }

    [[nodiscard]] bool fails_for_good(std::uint64_t x) const { return chosen(x, 2, permanent); }

    [[nodiscard]] bool throws_on(std::uint64_t x) const { return chosen(x, 3, throws); }

    [[nodiscard]] bool hangs_on(std::uint64_t x) const { return chosen(x, 4, hangs); }

    [[nodiscard]] bool waits_on(std::uint64_t x) const { return chosen(x, 5, waits); }

    [[nodiscard]] bool asks_on(std::uint64_t x) const { return chosen(x, 11, asks); }

    [[nodiscard]] bool receives_on(std::uint64_t x) const {
        return chosen(x, 12, receives) && !asks_on(x);
    }

    [[nodiscard]] static std::string message_name(std::uint64_t x) {
        return "m" + std::to_string(x % 3);
    }

    /// What messages of a name hold, whoever sends them.
    [[nodiscard]] static std::uint64_t message_of(const std::string& name) {
        return mix64(static_cast<std::uint64_t>(name.back())) >> 20U;
    }

    /// What the person answers.
    [[nodiscard]] static std::uint64_t answer_to(std::uint64_t x) { return mix64(x ^ 77U) >> 20U; }

    /// So many attempts fail retryably before one succeeds.
    [[nodiscard]] std::uint32_t failing_attempts(std::uint64_t x) const {
        return chosen(x, 6, transient) ? 1 + static_cast<std::uint32_t>(hash(x, 7) % 5) : 0;
    }

    [[nodiscard]] std::uint32_t emissions(std::uint64_t x) const {
        return static_cast<std::uint32_t>(hash(x, 8) % (fan + 1));
    }

    [[nodiscard]] std::uint64_t emitted(std::uint64_t x, std::uint32_t index) const {
        return hash(x, 1000 + index) >> 20U;  // fits a JSON number of any reader
    }

    [[nodiscard]] std::int64_t wait_ms(std::uint64_t x) const {
        return static_cast<std::int64_t>(hash(x, 9) % 20'000);
    }

    /// Between some of the emissions of one step.
    [[nodiscard]] std::int64_t emit_ms() const {
        return 1 + static_cast<std::int64_t>(salt / 7 % 25);
    }

    [[nodiscard]] std::int64_t work_ms(std::uint64_t x) const {
        return static_cast<std::int64_t>(hash(x, 10) % 50);
    }

    /// An operator tries a parked signal again once, or gives it up at once.
    [[nodiscard]] static bool redriven_once(std::uint64_t x) { return mix64(x) % 2 == 0; }
};

}  // namespace hal9::sim
