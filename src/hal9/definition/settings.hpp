// Settings: what a definition says about how a neuron works, with the places to fill in.
//
// `${/pointer}` is a value of the signal's payload, `${/pointer?}` null where there is none, `$${`
// a plain `${`. Alone in a string the value keeps its type, inside a longer string it is rendered
// as text (a string as it is, anything else as JSON). network.md section 2.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

class Settings {
public:
    Settings();
    /// invalid_argument names the member and what is wrong with its `${`.
    [[nodiscard]] static Result<Settings> compile(const json::object& settings);
    /// What is wrong with the `${` of one string, if anything: the check of compile() by itself.
    [[nodiscard]] static Result<void> check(std::string_view text);
    /// True when a ${} stands in it (`$${` is none). A faulty `${` counts as one.
    [[nodiscard]] static bool has_template(std::string_view text);

    /// The members (of the top level) in which no ${} stands, `$${` already replaced.
    [[nodiscard]] const json::object& constant() const { return constant_; }

    /// The other members, filled in from a payload. invalid_argument when a value is missing.
    [[nodiscard]] Result<json::object> resolve(const json::value& payload) const;
    /// Every pointer used, for checks along the edges.
    [[nodiscard]] std::vector<std::string> pointers() const;

private:
    struct Template;
    json::object constant_;
    std::vector<std::shared_ptr<const Template>>
        templates_;  ///< shared: compiled networks are copied
};

}  // namespace hal9::definition
