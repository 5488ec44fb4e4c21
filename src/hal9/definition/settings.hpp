// Settings: what a definition says about how a neuron works, with the places to fill in.
//
// `${/pointer}` is a value of the signal's payload, `${run:/pointer}` of the payload of its run's
// root, `${/pointer?}` null where there is none, `$${` a plain `${`. Alone in a string the value
// keeps its type, inside a longer string it is rendered as text (a string as it is, anything else
// as JSON in canonical form: members by name, 1.5 as 1.5). A filter makes something else of it:
// `${/p | json}` its JSON as text, `| lines` the elements of a list on a line each, `| count` how
// many elements, members or Unicode characters (code points) a list, an object or a string has. To
// `lines` and `count` null is as nothing at all: "" and 0. network.md section 2.
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

    /// The other members, filled in from a payload, and from the run's where needs_root(): then
    /// `root` is not nullptr. invalid_argument when a value is missing or of a type that its filter
    /// does not take.
    [[nodiscard]] Result<json::object>
    resolve(const json::value& payload, const json::value* root = nullptr) const;

    /// True when a ${run:} stands in them.
    [[nodiscard]] bool needs_root() const { return needs_root_; }

    /// Every pointer into the signal's payload.
    [[nodiscard]] std::vector<std::string> pointers() const;
    /// And into that of the run's root signal.
    [[nodiscard]] std::vector<std::string> run_pointers() const;

private:
    struct Template;
    json::object constant_;
    std::vector<std::shared_ptr<const Template>>
        templates_;  ///< shared: compiled networks are copied
    bool needs_root_ = false;
};

}  // namespace hal9::definition
