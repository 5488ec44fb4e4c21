// Public ids: any text is an id or says why not; what is one is the only text, but for its case, of
// its signal and moment; and every signal's id is read back.
#include "hal9/base/check.hpp"
#include "hal9/model/public_id.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace hal9;

void check_text(const PublicIds& ids, std::string_view text) {
    const auto decoded = ids.decode(text);
    if (!decoded) {
        HAL9_ASSERT(decoded.error().code == ErrorCode::invalid_argument);
        HAL9_ASSERT(decoded.error().message.size() < 256);
        return;
    }
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    HAL9_ASSERT(ids.of(decoded->signal, {decoded->created_ms * 1000}) == lower);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::uint64_t secret = 0;
    const std::size_t taken = std::min(size, sizeof secret);
    std::memcpy(&secret, data, taken);
    const std::string_view text(reinterpret_cast<const char*>(data) + taken, size - taken);
    const PublicIds ids(secret);
    check_text(ids, text);

    std::uint64_t number = 0;
    std::memcpy(&number, text.data(), std::min(text.size(), sizeof number));
    const SignalId signal{static_cast<std::int64_t>(number)};
    const WallTime created{static_cast<std::int64_t>(secret >> 8U)};
    const auto decoded = ids.decode(ids.of(signal, created));
    HAL9_ASSERT(decoded.has_value() && decoded->signal == signal);
    HAL9_ASSERT(decoded->created_ms == created.us / 1000 % (std::int64_t{1} << 48U));
    return 0;
}
