// Writer: parts of a random definition, written with a sample of the payload in view.
//
// A pointer that names nothing makes a dull network, so most are taken from a value that the
// neuron will really see; some are wrong on purpose.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/random.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::sim::language {

class Writer {
public:
    /// `root` is the payload of the run's first signal. Both outlive it.
    Writer(Random& random, const json::value& root) : random_(random), root_(root) {}

    [[nodiscard]] Random& random() { return random_; }

    [[nodiscard]] bool chance(double probability) { return random_.chance(probability); }

    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

    [[nodiscard]] std::string one_of(std::initializer_list<const char*> names);

    enum class Want : std::uint8_t { text, number, list, object, anything };

    /// Pointers to what is wanted in the sample, that to the whole left out.
    [[nodiscard]] static std::vector<std::string> pointers(const json::value& sample, Want want);

    // Values
    [[nodiscard]] json::value input();
    [[nodiscard]] std::string words();
    [[nodiscard]] json::value scalar();

    // Settings; `sample` is a payload.
    /// A string that becomes what is wanted, by ${}; a plain value where the sample has none.
    [[nodiscard]] json::value reference(const json::value& sample, Want want);
    /// A string with ${} in it that becomes a text.
    [[nodiscard]] std::string text(const json::value& sample);
    /// What becomes of a payload: any JSON with ${} in it.
    [[nodiscard]] json::value value(const json::value& sample);
    /// Of a keyed neuron.
    [[nodiscard]] std::string key(const json::value& sample);
    /// About `tested`; its ${} are filled in from `sample`.
    [[nodiscard]] json::object
    predicate(const json::value& tested, const json::value& sample, int depth = 0);

    /// `combine` for children of which these are results.
    struct SampleChild {
        std::string neuron;
        json::value result;
    };

    [[nodiscard]] json::object combine(const std::vector<SampleChild>& children);

private:
    [[nodiscard]] json::object element();
    /// "/missing?" where the sample has none.
    [[nodiscard]] std::string pointer(const json::value& sample, Want want);
    /// With a `?` in this share of cases.
    [[nodiscard]] std::string pointer_or_null(const json::value& sample, Want want, double share);
    [[nodiscard]] std::string place(const json::value& sample);
    [[nodiscard]] json::object comparison(const json::value& tested, const json::value& sample);
    [[nodiscard]] json::object aggregate(const std::vector<SampleChild>& children);
    void refine(json::object& aggregate, std::string_view operation, const json::value& element);

    Random& random_;
    const json::value& root_;
};

}  // namespace hal9::sim::language
