#include "hal9/app/detail/case_fields.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>

namespace hal9::app::detail {
namespace {

using definition::Fault;
using definition::pointer_to;
using definition::TextPlace;

std::string list_of(FieldNames names) {
    std::string out;
    for (const std::string_view name : names) {
        out += str(out.empty() ? "" : ", ", name);
    }
    return out;
}

}  // namespace

bool is_one_of(std::string_view name, FieldNames names) {
    return std::ranges::find(names, name) != names.end();
}

std::string in_quotes(std::string_view text) {
    return json::serialize(json::string(beginning(text, 80)));
}

void CaseFields::add(const std::string& pointer, std::string message) {
    add_at(document_.place(pointer), std::move(message));
}

void CaseFields::add_to_name(const std::string& pointer, std::string message) {
    add_at(document_.name_place(pointer), std::move(message));
}

void CaseFields::add_unknown(
    const std::string& pointer,
    std::string_view what,
    std::string_view name,
    FieldNames allowed
) {
    const auto near = nearest_name(name, allowed);
    add_to_name(
        pointer_to(pointer, name),
        str("unknown ",
            what,
            near ? str("; did you mean `", *near, "`?") : str("; allowed: ", list_of(allowed)))
    );
}

void CaseFields::add_at(TextPlace place, std::string message) {
    if (told_.emplace(place, message).second) {
        faults_.push_back({place.line, place.column, std::move(message)});
    }
}

const json::object*
CaseFields::object(const FoundValue& found, std::string_view what, FieldNames names) {
    const json::object* const object = found.value->if_object();
    if (object == nullptr) {
        add(found.pointer,
            str(what,
                " is of type ",
                json_type_name(*found.value),
                "; allowed: an object with ",
                list_of(names)));
        return nullptr;
    }
    for (const auto& [name, member] : *object) {
        if (!is_one_of(name, names)) {
            add_unknown(found.pointer, str("key ", in_quotes(name), " in ", what), name, names);
        }
    }
    return object;
}

std::optional<std::string> CaseFields::text(const FoundValue& found, std::string_view what) {
    if (const json::string* const text = found.value->if_string()) {
        return std::string(*text);
    }
    add(found.pointer,
        str(what, " is of type ", json_type_name(*found.value), "; allowed: a string"));
    return std::nullopt;
}

std::optional<std::uint32_t> CaseFields::count(const FoundValue& found, std::string_view what) {
    boost::system::error_code wrong;
    const auto count = found.value->to_number<std::uint32_t>(wrong);
    if (!wrong) {
        return count;
    }
    add(found.pointer, str(what, " must be a whole number from 0 to 4294967295"));
    return std::nullopt;
}

std::optional<Duration> CaseFields::duration(const FoundValue& found, std::string_view what) {
    const json::string* const text = found.value->if_string();
    const auto duration =
        text ? parse_duration(*text) : Result<Duration>(fail(ErrorCode::invalid_argument, ""));
    if (duration && *duration >= Duration(0) && *duration <= duration_max) {
        return *duration;
    }
    add(found.pointer, str(what, " must be a duration with its unit, for example 30s, 2h or 5d"));
    return std::nullopt;
}

std::optional<definition::Predicate>
CaseFields::predicate(const FoundValue& found, std::string_view what) {
    auto predicate = definition::Predicate::compile(*found.value, limits_);
    if (predicate) {
        return *std::move(predicate);
    }
    add(found.pointer, str(what, ": ", predicate.error().message));
    return std::nullopt;
}

std::optional<ErrorCode> CaseFields::error_code(const FoundValue& found) {
    const auto name = text(found, "an error's code");
    const auto code = name ? error_code_from(*name) : std::nullopt;
    if (name && !code) {
        add(found.pointer,
            str(in_quotes(*name),
                " is no code of an error, such as timeout, unavailable or invalid_argument"));
    }
    return code;
}

std::vector<Fault> CaseFields::take_faults() {
    std::ranges::stable_sort(faults_, {}, [](const Fault& fault) {
        return TextPlace{fault.line, fault.column};
    });
    return std::move(faults_);
}

}  // namespace hal9::app::detail
