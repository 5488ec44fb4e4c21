#include "hal9/neurons/catalog.hpp"

#include "hal9/neurons/detail/kind_parts.hpp"

#include <algorithm>

// clang-format off
/// The kinds, one line each: NAME stands for the function make_NAME of NAME.cpp.
#define HAL9_KINDS(kind) \
    kind(delay) \
    kind(fail) \
    kind(files_list) \
    kind(files_read) \
    kind(human) \
    kind(json_filter) \
    kind(json_map) \
    kind(json_route) \
    kind(json_split) \
    kind(network) \
    kind(receive) \
    kind(state_update) \
    kind(text_check) \
    kind(text_extract) \
    kind(text_replace) \
    kind(text_split)
// clang-format on

#define HAL9_DECLARE_KIND(name) std::unique_ptr<Kind> make_##name(const KindParts& parts);
#define HAL9_MAKE_KIND(name) kinds.push_back(make_##name(parts));

namespace hal9::neurons {

HAL9_KINDS(HAL9_DECLARE_KIND)

std::vector<std::unique_ptr<Kind>> make_kinds(Files& files, const Limits& limits) {
    const KindParts parts{.files = files, .limits = limits};
    std::vector<std::unique_ptr<Kind>> kinds;
    HAL9_KINDS(HAL9_MAKE_KIND)
    std::ranges::sort(kinds, {}, [](const auto& kind) { return kind->description().name; });
    return kinds;
}

std::vector<KindDescription> descriptions(std::span<const std::unique_ptr<Kind>> kinds) {
    std::vector<KindDescription> all;
    all.reserve(kinds.size());
    for (const auto& kind : kinds) {
        all.push_back(kind->description());
    }
    return all;
}

}  // namespace hal9::neurons
