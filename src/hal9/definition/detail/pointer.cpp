#include "hal9/definition/detail/pointer.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace hal9::definition::detail {
namespace {

constexpr std::size_t steps_max = 64;

/// RFC 6901 section 4: digits without a leading zero.
std::size_t array_index(std::string_view name) {
    if (name.empty() || (name.size() > 1 && name.front() == '0') ||
        !std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) {
        return no_index;
    }
    std::size_t index = no_index;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), index);
    return status == std::errc{} ? index : no_index;
}

Result<std::string> unescape(std::string_view step, std::string_view pointer) {
    std::string name;
    name.reserve(step.size());
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i] != '~') {
            name += step[i];
            continue;
        }
        ++i;
        if (i == step.size() || (step[i] != '0' && step[i] != '1')) {
            return fail(
                ErrorCode::invalid_argument,
                str("`~` in the pointer \"", pointer, "\"; write ~0 for `~` and ~1 for `/`")
            );
        }
        name += step[i] == '0' ? '~' : '/';
    }
    return name;
}

}  // namespace

Result<Pointer> Pointer::parse(std::string_view text, bool stars_allowed) {
    Pointer pointer;
    pointer.text_ = text;
    if (!text.empty() && text.front() != '/') {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", text, "\" is no pointer; a pointer begins with `/`, for example /", text)
        );
    }
    for (std::string_view rest = text; !rest.empty();) {
        rest.remove_prefix(1);
        const std::string_view step = rest.substr(0, rest.find('/'));
        rest.remove_prefix(step.size());
        HAL9_TRY(std::string name, unescape(step, text));
        const bool each = stars_allowed && step == "*";
        const std::size_t index = array_index(name);
        pointer.steps_.push_back({.name = std::move(name), .index = index, .each = each});
        if (pointer.steps_.size() > steps_max) {
            return fail(
                ErrorCode::invalid_argument,
                str("a pointer of more than ", steps_max, " steps; values are not nested deeper")
            );
        }
    }
    return pointer;
}

bool Pointer::has_star() const {
    return std::ranges::any_of(steps_, &PointerStep::each);
}

std::span<const PointerStep> Pointer::steps_to_element() const {
    const auto star = std::ranges::find(steps_.rbegin(), steps_.rend(), true, &PointerStep::each);
    return std::span(steps_).first(static_cast<std::size_t>(steps_.rend() - star));
}

const json::value* Pointer::find(const json::value& root) const {
    const json::value* at = &root;
    for (const PointerStep& step : steps_) {
        at = enter(*at, step);
        if (at == nullptr) {
            return nullptr;
        }
    }
    return at;
}

const json::value* Pointer::enter(const json::value& value, const PointerStep& step) {
    if (const json::object* object = value.if_object()) {
        return object->if_contains(step.name);
    }
    if (const json::array* array = value.if_array()) {
        return step.index < array->size() ? &(*array)[step.index] : nullptr;
    }
    return nullptr;
}

}  // namespace hal9::definition::detail
