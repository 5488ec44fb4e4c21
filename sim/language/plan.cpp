#include "sim/language/plan.hpp"

#include "hal9/base/random.hpp"

#include <string>

namespace hal9::sim::language {
namespace {

std::uint64_t hash(std::uint64_t salt, std::string_view text) {
    for (const char byte : text) {
        salt = mix64(salt ^ static_cast<unsigned char>(byte));
    }
    return salt;
}

/// Something to say.
json::value any_value(std::uint64_t dice) {
    switch (dice % 6) {
        case 0:
            return true;
        case 1:
            return "alpha;beta:12";
        case 2:
            return 3;
        case 3:
            return json::object{{"k", "b"}, {"n", 5}, {"text", "gamma, ID-4"}};
        case 4:
            return json::array{"a", json::object{{"v", 1}}};
        default:
            return nullptr;
    }
}

}  // namespace

bool Plan::redrives(std::string_view neuron, const json::value& payload, std::uint32_t attempt)
    const {
    constexpr std::uint32_t enough = 12;
    return attempt < enough && hash(hash(salt + attempt, neuron), canonical_json(payload)) % 2 == 0;
}

std::optional<Plan::Said> Plan::answers(const json::value& question, const json::value& form)
    const {
    const json::object* const object = question.if_object();
    const std::string by = object != nullptr && object->contains("of")
                               ? std::string(object->at("of").as_string())
                               : "somebody";
    if (by == "nobody") {
        return std::nullopt;
    }
    const std::uint64_t dice = hash(salt, canonical_json(question));
    if (form.is_null()) {
        return Said{any_value(dice), by};
    }
    return Said{json::object{{"ok", dice % 3 != 0}, {"text", "beta, gamma"}, {"n", dice % 9}}, by};
}

std::optional<Plan::Said> Plan::sends(std::string_view name) const {
    if (name.starts_with("never")) {
        return std::nullopt;
    }
    return Said{any_value(hash(salt, name)), "the post"};
}

}  // namespace hal9::sim::language
