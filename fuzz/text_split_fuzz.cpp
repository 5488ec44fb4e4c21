// text.split: whatever pattern and text, the pieces are those of the text, where they say they are,
// and the same however often the sink is full; `after`, and `before` with its head, lose nothing.
#include "fuzz/neuron.hpp"
#include "hal9/base/check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hal9;
    constexpr std::array<std::string_view, 3> members{"before", "after", "on"};
    if (size < 1 || size > 1'000) {
        return 0;
    }
    const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string_view member = members.at(data[0] % members.size());
    const std::string_view pattern = all.substr(0, all.find('\n'));
    const std::string_view text = all.substr(std::min(all.size(), pattern.size() + 1));
    json::object constant{{member, pattern}};
    if (member == "before") {
        constant["head"] = "keep";
    }
    const auto whole = fuzz::emissions("text.split", constant, text);
    if (!whole) {
        return 0;
    }
    HAL9_ASSERT(fuzz::emissions("text.split", constant, text, 1) == whole);
    std::string together;
    for (std::size_t i = 0; i < whole->size(); ++i) {
        const std::string_view piece = whole->at(i).at("text").as_string();
        const auto offset = whole->at(i).at("offset").to_number<std::size_t>();
        HAL9_ASSERT(text.substr(offset, piece.size()) == piece);
        HAL9_ASSERT(whole->at(i).at("index") == i);
        HAL9_ASSERT(member == "on" || !piece.empty());
        together += piece;
    }
    HAL9_ASSERT(member == "on" || together == text);
    return 0;
}
