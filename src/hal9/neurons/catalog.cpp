#include "hal9/neurons/catalog.hpp"

#include <algorithm>

namespace hal9::neurons {

std::unique_ptr<Kind> make_delay();
std::unique_ptr<Kind> make_fail();
std::unique_ptr<Kind> make_files_list(Files& files, const Limits& limits);
std::unique_ptr<Kind> make_files_read(Files& files, const Limits& limits);
std::unique_ptr<Kind> make_text_extract(const Limits& limits);
std::unique_ptr<Kind> make_text_split(const Limits& limits);

std::vector<std::unique_ptr<Kind>> make_kinds(Files& files, const Limits& limits) {
    std::vector<std::unique_ptr<Kind>> kinds;
    kinds.push_back(make_delay());
    kinds.push_back(make_fail());
    kinds.push_back(make_files_list(files, limits));
    kinds.push_back(make_files_read(files, limits));
    kinds.push_back(make_text_extract(limits));
    kinds.push_back(make_text_split(limits));
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
