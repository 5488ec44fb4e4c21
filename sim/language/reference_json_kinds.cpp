#include "sim/language/reference_json_kinds.hpp"

#include "sim/language/predicates.hpp"

#include <utility>

namespace hal9::sim::language {
namespace {

std::vector<Emitted> one(json::value value, std::string to = {}) {
    std::vector<Emitted> out;
    out.push_back({std::move(value), std::move(to)});
    return out;
}

/// The setting `value`, or the payload.
json::value value_of(const ReferenceCall& call) {
    const json::value* const value = call.settings.if_contains("value");
    return value == nullptr ? call.payload : *value;
}

/// RFC 7396 section 2, word by word.
json::value merge_patch(const json::value& target, const json::value& patch) {
    if (!patch.is_object()) {
        return patch;
    }
    json::object out = target.is_object() ? target.get_object() : json::object();
    for (const auto& [name, value] : patch.get_object()) {
        if (value.is_null()) {
            out.erase(name);
        } else {
            out[name] = merge_patch(out[name], value);
        }
    }
    return out;
}

/// No generated number comes near the bounds of 64 bits.
Result<json::value> increment(const json::value& state, const json::value& by) {
    const json::value from = state.is_null() ? json::value(0) : state;
    if (!from.is_number() || !by.is_number()) {
        return fail(ErrorCode::invalid_argument, "only numbers are added");
    }
    if (from.is_double() || by.is_double()) {
        return from.to_number<double>() + by.to_number<double>();
    }
    return from.to_number<std::int64_t>() + by.to_number<std::int64_t>();
}

}  // namespace

Emissions json_map(const ReferenceCall& call) {
    return one(call.settings.at("value"));
}

Emissions json_split(const ReferenceCall& call) {
    const json::value* const list = call.settings.if_contains("list");
    if (list == nullptr || !list->is_array()) {
        return fail(ErrorCode::invalid_argument, "`list` is no list");
    }
    std::vector<Emitted> out;
    for (const json::value& element : list->get_array()) {
        out.push_back({element.is_object() ? element : json::object{{"value", element}}, {}});
    }
    return out;
}

Emissions json_filter(const ReferenceCall& call) {
    const json::value value = value_of(call);
    HAL9_TRY(const bool passes, holds(call.settings.at("when"), value));
    return passes ? one(value) : std::vector<Emitted>();
}

Emissions json_route(const ReferenceCall& call) {
    const json::value value = value_of(call);
    std::optional<std::string> to;
    for (const json::value& route : call.settings.at("routes").as_array()) {
        HAL9_TRY(const bool leads, holds(route.at("when"), value));
        if (leads && !to) {
            to = std::string(route.at("to").as_string());
        }
    }
    const json::value* const otherwise = call.settings.if_contains("otherwise");
    if (!to && otherwise == nullptr) {
        return fail(ErrorCode::invalid_argument, "no route holds");
    }
    return one(value, to ? *to : std::string(otherwise->as_string()));
}

Emissions state_update(const ReferenceCall& call) {
    const json::string& op = call.settings.at("op").as_string();
    const json::value* const value = call.settings.if_contains("value");
    if (op == "delete") {
        return one(nullptr);
    }
    if (op == "set") {
        return one(*value);
    }
    if (op == "merge") {
        return one(merge_patch(call.state, *value));
    }
    HAL9_TRY(json::value sum, increment(call.state, value == nullptr ? json::value(1) : *value));
    return one(std::move(sum));
}

}  // namespace hal9::sim::language
