// Dates: any text is a date or null; a date that was read and is written again as mail writes it is
// read as the same.
#include "fuzz/neuron.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace hal9;

constexpr std::array<std::string_view, 12>
    months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

json::value read_date(std::string_view text) {
    static const json::object constant{
        {"one", {{"date", {{"find", "(?s)^.*$"}, {"as", "rfc5322"}}}}}
    };
    return fuzz::emissions("text.extract", constant, text)->at(0).at("date");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const json::value date = read_date({reinterpret_cast<const char*>(data), size});
    if (date.is_null()) {
        return 0;
    }
    const std::string_view text = date.as_string();
    HAL9_ASSERT(text.size() == 20 && text[4] == '-' && text[10] == 'T' && text[19] == 'Z');
    const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + (text[6] - '0') - 1);
    if (text.substr(0, 4) >= "1900") {
        const std::string mail =
            str(text.substr(8, 2),
                ' ',
                months.at(month),
                ' ',
                text.substr(0, 4),
                ' ',
                text.substr(11, 8),
                " +0000");
        HAL9_ASSERT(read_date(mail) == date);
    }
    return 0;
}
