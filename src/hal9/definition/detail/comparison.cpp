#include "hal9/definition/detail/comparison.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/value_bytes.hpp"

namespace hal9::definition::detail {
namespace {

std::string sort_key(const json::value& value) {
    std::string key;
    append_sort_key(key, value);
    return key;
}

std::unexpected<Error> takes(Operator operation, std::string_view what, const json::value& with) {
    return fail(
        ErrorCode::invalid_argument,
        str("`",
            operator_names.at(static_cast<std::size_t>(operation)),
            "` takes ",
            what,
            "; it has the type ",
            json_type_name(with))
    );
}

}  // namespace

Result<Comparison>
Comparison::make(Operator operation, const json::value& with, const Limits& limits) {
    Comparison out;
    out.operation_ = operation;
    switch (operation) {
        case Operator::in:
            if (!with.is_array()) {
                return takes(operation, "a list, for example [1, 2]", with);
            }
            for (const json::value& element : with.get_array()) {
                out.keys_.insert(sort_key(element));
            }
            break;
        case Operator::matches: {
            if (!with.is_string()) {
                return takes(operation, "a pattern, for example '^CVE-'", with);
            }
            HAL9_TRY(out.pattern_, compile_pattern(std::string_view(with.get_string()), limits));
            break;
        }
        case Operator::exists:
            if (!with.is_bool()) {
                return takes(operation, "true or false", with);
            }
            out.exists_ = with.get_bool();
            break;
        default:
            out.key_ = sort_key(with);
            break;
    }
    return out;
}

bool Comparison::holds(const json::value* found) const {
    if (operation_ == Operator::exists) {
        return (found != nullptr) == exists_;
    }
    if (found == nullptr) {
        return operation_ == Operator::ne;
    }
    if (operation_ == Operator::matches) {
        const json::string* text = found->if_string();
        return text != nullptr && matches_part(*pattern_, *text);
    }
    const std::string key = sort_key(*found);
    switch (operation_) {
        case Operator::eq:
            return key == key_;
        case Operator::ne:
            return key != key_;
        case Operator::lt:
            return key < key_;
        case Operator::le:
            return key <= key_;
        case Operator::gt:
            return key > key_;
        case Operator::ge:
            return key >= key_;
        case Operator::in:
            return keys_.contains(key);
        default:
            break;
    }
    HAL9_ASSERT(false);
    return false;
}

}  // namespace hal9::definition::detail
