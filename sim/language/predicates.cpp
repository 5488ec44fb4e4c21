#include "sim/language/predicates.hpp"

#include "hal9/base/text.hpp"
#include "sim/language/values.hpp"

#include <algorithm>
#include <regex>
#include <string>

namespace hal9::sim::language {
namespace {

/// The operator of a comparison, and what it compares with.
struct Comparison {
    std::string operation;
    json::value with;
};

Comparison comparison_of(const json::object& predicate) {
    for (const auto& [name, value] : predicate) {
        if (name != "at") {
            return {std::string(name), value};
        }
    }
    return {};
}

bool compares(const Comparison& comparison, const json::value* found) {
    const auto& [operation, with] = comparison;
    if (operation == "exists") {
        return (found != nullptr) == with.as_bool();
    }
    if (found == nullptr) {
        return operation == "ne";
    }
    if (operation == "matches") {
        return found->is_string() && std::regex_search(
                                         std::string(found->get_string()),
                                         std::regex(std::string(with.as_string()))
                                     );
    }
    if (operation == "in") {
        return std::ranges::any_of(with.as_array(), [&](const json::value& element) {
            return compare(*found, element) == 0;
        });
    }
    const int order = compare(*found, with);
    return operation == "eq"   ? order == 0
           : operation == "ne" ? order != 0
           : operation == "lt" ? order < 0
           : operation == "le" ? order <= 0
           : operation == "gt" ? order > 0
                               : order >= 0;
}

/// Only what came through a ${} can be wrong: the rest was checked when the definition was read.
Result<void> check(const json::value& predicate) {
    const json::object& object = predicate.as_object();
    for (const char* const list : {"all", "any"}) {
        if (const json::value* const parts = object.if_contains(list)) {
            for (const json::value& part : parts->as_array()) {
                HAL9_TRY_VOID(check(part));
            }
            return {};
        }
    }
    if (const json::value* const part = object.if_contains("not")) {
        return check(*part);
    }
    const auto [operation, with] = comparison_of(object);
    const bool wrong = (operation == "in" && !with.is_array()) ||
                       (operation == "matches" && !with.is_string()) ||
                       (operation == "exists" && !with.is_bool());
    if (wrong) {
        return fail(ErrorCode::invalid_argument, str(operation, " does not take this"));
    }
    return {};
}

bool evaluate(const json::object& predicate, const json::value& tested) {
    const auto part = [&](const json::value& inner) { return evaluate(inner.as_object(), tested); };
    if (const json::value* const all = predicate.if_contains("all")) {
        return std::ranges::all_of(all->as_array(), part);
    }
    if (const json::value* const any = predicate.if_contains("any")) {
        return std::ranges::any_of(any->as_array(), part);
    }
    if (const json::value* const inner = predicate.if_contains("not")) {
        return !part(*inner);
    }
    return compares(comparison_of(predicate), find(tested, predicate.at("at").as_string()));
}

}  // namespace

Result<bool> holds(const json::value& predicate, const json::value& tested) {
    HAL9_TRY_VOID(check(predicate));
    return evaluate(predicate.as_object(), tested);
}

Result<bool> holds(const json::value& predicate, const json::value& tested, const Scope& scope) {
    HAL9_TRY(const json::value filled, fill(predicate, scope));
    return holds(filled, tested);
}

}  // namespace hal9::sim::language
