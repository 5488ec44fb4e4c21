#include "hal9/definition/detail/read_tree.hpp"

#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/plain_yaml.hpp"
#include "hal9/definition/detail/text_checks.hpp"
#include "hal9/definition/detail/yaml_reader.hpp"

#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::optional<TreeNode> read_tree(std::string_view text, const Limits& limits, Faults& faults) {
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    check_bytes(text, limits, faults);
    if (!faults.empty()) {
        return std::nullopt;
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        Faults of_json;
        JsonText json = read_json(text, limits, of_json);
        if (json.well_formed) {
            faults = std::move(of_json);
            return std::move(json.root);
        }
    }
    if (auto plain = read_plain_yaml(text, limits)) {
        return plain;
    }
    check_tabs(text, faults);
    if (!faults.empty()) {
        return std::nullopt;
    }
    return read_yaml(text, limits, faults);
}

}  // namespace hal9::definition::detail
