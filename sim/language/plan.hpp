// Plan: what people do in a story of the language, decided before it begins.
//
// An operator redrives or discards a parked signal, somebody answers a question. Each decision is
// a function of what is durable, so it is the same after any crash, and the interpreter makes it
// too.
#pragma once

#include "hal9/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::sim::language {

struct Plan {
    std::uint64_t salt = 0;

    /// A signal that is parked with this number of attempts is tried again; else it is given up.
    [[nodiscard]] bool
    redrives(std::string_view neuron, const json::value& payload, std::uint32_t attempt) const;

    struct Said {
        json::value value;
        std::string by;
    };

    /// What somebody answers; nobody does where the question is one of `nobody`.
    [[nodiscard]] std::optional<Said> answers(const json::value& question, const json::value& form)
        const;

    /// Every message of that name says the same, so it makes no difference who receives which; none
    /// is sent whose name begins with "never".
    [[nodiscard]] std::optional<Said> sends(std::string_view name) const;
};

}  // namespace hal9::sim::language
