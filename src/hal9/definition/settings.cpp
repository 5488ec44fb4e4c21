#include "hal9/definition/settings.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/template_text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace hal9::definition {
namespace {

using detail::Filter;
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
    if (!detail::may_hold_template(text)) {
        return Shape{json::value(text)};
    }
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

/// Where values come from.
struct Source {
    const json::value* payload;
    const json::value* root;
};

/// What one ${} names, nullptr for what may be missing.
Result<const json::value*> find_value(const TemplatePiece& piece, const Source& source) {
    const json::value* from = piece.of_run ? source.root : source.payload;
    HAL9_ASSERT(from != nullptr);
    const json::value* found = piece.value->find(*from);
    if (found == nullptr && !piece.optional) {
        return fail(
            ErrorCode::invalid_argument,
            str(piece.of_run ? "the run's payload" : "the payload",
                " has no ",
                piece.value->text(),
                "; give it one, or write ${",
                piece.name(),
                "?} for null")
        );
    }
    return found;
}

/// What one ${} yields.
Result<json::value> value_of(const TemplatePiece& piece, const Source& source) {
    HAL9_TRY(const json::value* found, find_value(piece, source));
    auto value = detail::apply_filter(piece.filter, found);
    if (!value) {
        return fail(value.error().code, str("${", piece.name(), "}: ", value.error().message));
    }
    return value;
}

void append_as_text(json::string& out, const json::value* value) {
    if (value == nullptr) {
        out.append("null");
    } else if (const json::string* plain = value->if_string()) {
        out.append(*plain);
    } else {
        out.append(canonical_json(*value));
    }
}

Result<json::value> fill_text(const TemplateText& text, const Source& source) {
    if (text.is_alone()) {
        return value_of(text.pieces.front(), source);
    }
    json::string out;
    for (const TemplatePiece& piece : text.pieces) {
        if (!piece.value) {
            out.append(piece.text);
        } else if (piece.filter == Filter::none) {
            HAL9_TRY(const json::value* found, find_value(piece, source));
            append_as_text(out, found);
        } else {
            HAL9_TRY(const json::value value, value_of(piece, source));
            append_as_text(out, &value);
        }
    }
    return out;
}

Result<json::value> fill(const Shape& shape, const Source& source);

Result<json::value> fill_array(
    const std::vector<Shape>& elements,
    const Source& source
) {  // NOLINT(misc-no-recursion)
    json::array out;
    out.reserve(elements.size());
    for (const Shape& element : elements) {
        HAL9_TRY(json::value value, fill(element, source));
        out.push_back(std::move(value));
    }
    return out;
}

Result<json::value> fill_object(
    const std::vector<Shape::Member>& members,
    const Source& source
) {  // NOLINT(misc-no-recursion)
    json::object out;
    out.reserve(members.size());
    for (const Shape::Member& member : members) {
        auto value = fill(member.shape, source);
        if (!value) {
            return fail(in_member(member.name, value.error()));
        }
        out.emplace(member.name, *std::move(value));
    }
    return out;
}

Result<json::value> fill(const Shape& shape, const Source& source) {  // NOLINT(misc-no-recursion)
    if (const auto* text = std::get_if<TemplateText>(&shape.form)) {
        return fill_text(*text, source);
    }
    if (const auto* elements = std::get_if<std::vector<Shape>>(&shape.form)) {
        return fill_array(*elements, source);
    }
    if (const auto* members = std::get_if<std::vector<Shape::Member>>(&shape.form)) {
        return fill_object(*members, source);
    }
    return std::get<json::value>(shape.form);
}

void collect_pointers(
    const Shape& shape,
    bool of_run,
    std::vector<std::string>& out
) {  // NOLINT(misc-no-recursion)
    if (const auto* text = std::get_if<TemplateText>(&shape.form)) {
        for (const TemplatePiece& piece : text->pieces) {
            if (piece.value && piece.of_run == of_run) {
                out.push_back(piece.value->text());
            }
        }
    } else if (const auto* elements = std::get_if<std::vector<Shape>>(&shape.form)) {
        for (const Shape& element : *elements) {
            collect_pointers(element, of_run, out);
        }
    } else if (const auto* members = std::get_if<std::vector<Shape::Member>>(&shape.form)) {
        for (const Shape::Member& member : *members) {
            collect_pointers(member.shape, of_run, out);
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
            std::vector<std::string> run_pointers;
            collect_pointers(*shape, true, run_pointers);
            out.needs_root_ = out.needs_root_ || !run_pointers.empty();
            out.templates_.push_back(
                std::make_shared<const Template>(Template{name, *std::move(shape)})
            );
        }
    }
    return out;
}

Result<void> Settings::check(std::string_view text) {
    if (!detail::may_hold_template(text)) {
        return {};
    }
    HAL9_TRY(const TemplateText compiled, TemplateText::parse(text));
    static_cast<void>(compiled);
    return {};
}

bool Settings::has_template(std::string_view text) {
    if (!detail::may_hold_template(text)) {
        return false;
    }
    const auto compiled = TemplateText::parse(text);
    return !compiled || !compiled->is_constant();
}

Result<json::object> Settings::resolve(const json::value& payload, const json::value* root) const {
    const Source source{.payload = &payload, .root = root};
    json::object out;
    out.reserve(templates_.size());
    for (const auto& entry : templates_) {
        auto value = fill(entry->shape, source);
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
        collect_pointers(entry->shape, false, out);
    }
    return out;
}

std::vector<std::string> Settings::run_pointers() const {
    std::vector<std::string> out;
    for (const auto& entry : templates_) {
        collect_pointers(entry->shape, true, out);
    }
    return out;
}

}  // namespace hal9::definition
