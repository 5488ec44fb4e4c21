// Templates of settings: any text either compiles or says what is wrong; constant text stays what
// it is once `$${` is replaced; filling in, from payload and root, with filters, never crashes and
// keeps the members apart.
#include "hal9/base/check.hpp"
#include "hal9/definition/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hal9;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view text = all.substr(0, all.find('\n'));
    const std::string_view rest =
        all.substr(text.size() < all.size() ? text.size() + 1 : all.size());
    const json::object definition{{"member", text}, {"list", json::array{1, text}}};
    const auto settings = definition::Settings::compile(definition);
    HAL9_ASSERT(settings.has_value() == definition::Settings::check(text).has_value());
    if (!settings) {
        HAL9_ASSERT(!settings.error().message.empty());
        return 0;
    }
    const bool has_template = definition::Settings::has_template(text);
    HAL9_ASSERT(settings->constant().empty() == has_template);
    const bool needs_root = !settings->run_pointers().empty();
    HAL9_ASSERT(settings->needs_root() == needs_root);
    HAL9_ASSERT((!settings->pointers().empty() || needs_root) == has_template);
    const auto read = parse_json(rest);
    const json::value payload = read ? *read : json::value(rest);
    const json::value root{{"payload", payload}};
    const auto filled = settings->resolve(payload, needs_root ? &root : nullptr);
    if (!filled) {
        HAL9_ASSERT(filled.error().code == ErrorCode::invalid_argument);
        return 0;
    }
    HAL9_ASSERT(filled->size() == (has_template ? 2U : 0U));
    if (has_template) {
        HAL9_ASSERT(filled->at("member") == filled->at("list").as_array().at(1));
    }
    return 0;
}
