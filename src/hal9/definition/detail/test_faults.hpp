// Cases of faulty definitions: what is written, where the fault is seen, and what is said of it.
#pragma once

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/test_kinds.hpp"
#include "hal9/definition/parse.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

inline constexpr std::string_view head = "hal9: 1\nname: n\nstart: a\nneurons:\n";

struct FaultCase {
    std::string text;
    std::string place;    ///< "line:column"
    std::string message;  ///< a part of it
};

inline void PrintTo(const FaultCase& value, std::ostream* out) {
    *out << value.place << ": " << value.message;
}

/// The neurons, and what follows them: `neurons` begins on line 5.
inline FaultCase below_head(std::string_view neurons, std::string place, std::string message) {
    return {.text = str(head, neurons), .place = std::move(place), .message = std::move(message)};
}

inline std::vector<Fault> faults_of(std::string_view text, const Limits& limits = {}) {
    auto parsed = parse_network(text, test_kinds(), limits);
    return parsed ? std::vector<Fault>() : std::move(parsed).error();
}

/// "" when the text has just the fault that is expected, else all that it has.
inline std::string differs_from(const FaultCase& test) {
    const auto faults = faults_of(test.text);
    std::string all;
    for (const Fault& fault : faults) {
        all += to_string(fault, "text") + "\n";
    }
    const bool same = faults.size() == 1 &&
                      str(faults[0].line, ":", faults[0].column) == test.place &&
                      faults[0].message.find(test.message) != std::string::npos;
    return same ? ""
                : str("found ",
                      faults.size(),
                      " faults:\n",
                      all,
                      "expected ",
                      test.place,
                      ": ",
                      test.message);
}

}  // namespace hal9::definition
