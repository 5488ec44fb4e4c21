#include "hal9/definition/settings.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/pointer.hpp"
#include "hal9/definition/detail/template_text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace hal9::definition {
namespace {

using detail::TemplatePiece;
using detail::TemplateText;

/// A value with places to fill in: a constant, a text, a list or an object of such.
struct Shape {
    struct Member;
    std::variant<json::value, TemplateText, std::vector<Shape>, std::vector<Member>> form;
};

struct Shape::Member {
    std::string name;
    Shape shape;
};

bool is_constant(const Shape& shape) {
    return std::holds_alternative<json::value>(shape.form);
}

Error in_member(std::string_view name, const Error& error) {
    return {error.code, str("\"", name, "\": ", error.message)};
}

Result<Shape> compile_value(const json::value& value);

Result<Shape> compile_text(std::string_view text) {
    HAL9_TRY(TemplateText compiled, TemplateText::parse(text));
    if (compiled.is_constant()) {
        return Shape{json::value(compiled.constant())};
    }
    return Shape{std::move(compiled)};
}

Result<Shape> compile_array(const json::array& array) {  // NOLINT(misc-no-recursion)
    std::vector<Shape> elements;
    for (const json::value& element : array) {
        HAL9_TRY(Shape shape, compile_value(element));
        elements.push_back(std::move(shape));
    }
    if (!std::ranges::all_of(elements, is_constant)) {
        return Shape{std::move(elements)};
    }
    json::array constant;
    for (Shape& element : elements) {
        constant.push_back(std::get<json::value>(std::move(element.form)));
    }
    return Shape{json::value(std::move(constant))};
}

Result<Shape> compile_object(const json::object& object) {  // NOLINT(misc-no-recursion)
    std::vector<Shape::Member> members;
    for (const auto& [name, value] : object) {
        if (Settings::has_template(name)) {
            return fail(
                ErrorCode::invalid_argument,
                str("\"", std::string_view(name), "\": names take no ${}; write it in the value")
            );
        }
        auto shape = compile_value(value);
        if (!shape) {
            return fail(in_member(name, shape.error()));
        }
        members.push_back({.name = name, .shape = *std::move(shape)});
    }
    if (!std::ranges::all_of(members, is_constant, &Shape::Member::shape)) {
        return Shape{std::move(members)};
    }
    json::object constant;
    for (Shape::Member& member : members) {
        constant[member.name] = std::get<json::value>(std::move(member.shape.form));
    }
    return Shape{json::value(std::move(constant))};
}

Result<Shape> compile_value(const json::value& value) {  // NOLINT(misc-no-recursion)
    if (const json::string* text = value.if_string()) {
        return compile_text(*text);
    }
    if (const json::array* array = value.if_array()) {
        return compile_array(*array);
    }
    if (const json::object* object = value.if_object()) {
        return compile_object(*object);
    }
    return Shape{value};
}

/// The value of one ${}, nullptr for a null that the definition allows.
Result<const json::value*> value_of(const TemplatePiece& piece, const json::value& payload) {
    const json::value* found = piece.value->find(payload);
    if (found == nullptr && !piece.optional) {
        return fail(
            ErrorCode::invalid_argument,
            str("the payload has no ",
                piece.value->text(),
                "; give it one, or write ${",
                piece.value->text(),
                "?} for null")
        );
    }
    return found;
}

Result<json::value> fill_text(const TemplateText& text, const json::value& payload) {
    if (text.is_alone()) {
        HAL9_TRY(const json::value* found, value_of(text.pieces.front(), payload));
        return found == nullptr ? json::value(nullptr) : *found;
    }
    json::string out;
    for (const TemplatePiece& piece : text.pieces) {
        if (!piece.value) {
            out.append(piece.text);
            continue;
        }
        HAL9_TRY(const json::value* found, value_of(piece, payload));
        if (found == nullptr) {
            out.append("null");
        } else if (const json::string* plain = found->if_string()) {
            out.append(*plain);
        } else {
            out.append(json::serialize(*found));
        }
    }
    return out;
}

Result<json::value> fill(const Shape& shape, const json::value& payload);

Result<json::value> fill_array(
    const std::vector<Shape>& elements,
    const json::value& payload
) {  // NOLINT(misc-no-recursion)
    json::array out;
    out.reserve(elements.size());
    for (const Shape& element : elements) {
        HAL9_TRY(json::value value, fill(element, payload));
        out.push_back(std::move(value));
    }
    return out;
}

Result<json::value> fill_object(
    const std::vector<Shape::Member>& members,
    const json::value& payload
) {  // NOLINT(misc-no-recursion)
    json::object out;
    out.reserve(members.size());
    for (const Shape::Member& member : members) {
        auto value = fill(member.shape, payload);
        if (!value) {
            return fail(in_member(member.name, value.error()));
        }
        out.emplace(member.name, *std::move(value));
    }
    return out;
}

Result<json::value>
fill(const Shape& shape, const json::value& payload) {  // NOLINT(misc-no-recursion)
    if (const auto* text = std::get_if<TemplateText>(&shape.form)) {
        return fill_text(*text, payload);
    }
    if (const auto* elements = std::get_if<std::vector<Shape>>(&shape.form)) {
        return fill_array(*elements, payload);
    }
    if (const auto* members = std::get_if<std::vector<Shape::Member>>(&shape.form)) {
        return fill_object(*members, payload);
    }
    return std::get<json::value>(shape.form);
}

void collect_pointers(
    const Shape& shape,
    std::vector<std::string>& out
) {  // NOLINT(misc-no-recursion)
    if (const auto* text = std::get_if<TemplateText>(&shape.form)) {
        for (const TemplatePiece& piece : text->pieces) {
            if (piece.value) {
                out.push_back(piece.value->text());
            }
        }
    } else if (const auto* elements = std::get_if<std::vector<Shape>>(&shape.form)) {
        for (const Shape& element : *elements) {
            collect_pointers(element, out);
        }
    } else if (const auto* members = std::get_if<std::vector<Shape::Member>>(&shape.form)) {
        for (const Shape::Member& member : *members) {
            collect_pointers(member.shape, out);
        }
    }
}

}  // namespace

struct Settings::Template {
    std::string name;
    Shape shape;
};

Settings::Settings() = default;

Result<Settings> Settings::compile(const json::object& settings) {
    Settings out;
    for (const auto& [name, value] : settings) {
        if (has_template(name)) {
            return fail(
                ErrorCode::invalid_argument,
                str("\"", std::string_view(name), "\": names take no ${}; write it in the value")
            );
        }
        auto shape = compile_value(value);
        if (!shape) {
            return fail(in_member(name, shape.error()));
        }
        if (is_constant(*shape)) {
            out.constant_[name] = std::get<json::value>(std::move(shape->form));
        } else {
            out.templates_.push_back(
                std::make_shared<const Template>(Template{name, *std::move(shape)})
            );
        }
    }
    return out;
}

Result<void> Settings::check(std::string_view text) {
    HAL9_TRY(const TemplateText compiled, TemplateText::parse(text));
    static_cast<void>(compiled);
    return {};
}

bool Settings::has_template(std::string_view text) {
    const auto compiled = TemplateText::parse(text);
    return !compiled || !compiled->is_constant();
}

Result<json::object> Settings::resolve(const json::value& payload) const {
    json::object out;
    out.reserve(templates_.size());
    for (const auto& entry : templates_) {
        auto value = fill(entry->shape, payload);
        if (!value) {
            return fail(in_member(entry->name, value.error()));
        }
        out.emplace(entry->name, *std::move(value));
    }
    return out;
}

std::vector<std::string> Settings::pointers() const {
    std::vector<std::string> out;
    for (const auto& entry : templates_) {
        collect_pointers(entry->shape, out);
    }
    return out;
}

}  // namespace hal9::definition
