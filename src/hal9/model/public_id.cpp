#include "hal9/model/public_id.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"

namespace hal9 {
namespace {

constexpr std::uint16_t shard_max = 1023;

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

struct Halves {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

Result<Halves> parse_uuid(std::string_view text) {
    Halves value;
    int digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const int digit = hex_value(text[i]);
        if (hyphen ? text[i] != '-' : digit < 0) {
            digits = 0;
            break;
        }
        if (!hyphen) {
            std::uint64_t& half = digits < 16 ? value.high : value.low;
            half = (half << 4U) | static_cast<std::uint64_t>(digit);
            ++digits;
        }
    }
    if (digits != 32 || text.size() != 36) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"",
                text.substr(0, 64),
                "\" is not an id; ids look like 01890a5d-ac96-774b-bcce-b302099a8057")
        );
    }
    return value;
}

}  // namespace

PublicIds::PublicIds(std::uint64_t secret, std::uint16_t shard) : shard_(shard & shard_max) {
    for (std::size_t i = 0; i < rounds; ++i) {
        keys_[i] = mix64(secret + i * 0xD1B54A32D192ED03ULL);
    }
}

std::uint64_t PublicIds::permute(std::uint64_t id) const {
    std::uint64_t left = id >> 32U;
    std::uint64_t right = id & 0xFFFFFFFFULL;
    for (const std::uint64_t key : keys_) {
        const std::uint64_t next = left ^ (mix64(right ^ key) >> 32U);
        left = right;
        right = next;
    }
    return (left << 32U) | right;
}

std::uint64_t PublicIds::unpermute(std::uint64_t id) const {
    std::uint64_t left = id >> 32U;
    std::uint64_t right = id & 0xFFFFFFFFULL;
    for (std::size_t i = rounds; i-- > 0;) {
        const std::uint64_t previous = right ^ (mix64(left ^ keys_[i]) >> 32U);
        right = left;
        left = previous;
    }
    return (left << 32U) | right;
}

std::string PublicIds::of(SignalId signal, WallTime created) const {
    const std::uint64_t hidden = permute(static_cast<std::uint64_t>(signal.value));
    const auto ms = static_cast<std::uint64_t>(created.us / 1000) & 0xFFFFFFFFFFFFULL;
    // 74 free bits: 12 in the upper half, 62 in the lower; the lowest 10 are the shard's.
    const std::uint64_t high = (ms << 16U) | 0x7000ULL | (hidden >> 52U);
    const std::uint64_t low =
        0x8000000000000000ULL | ((hidden & 0xFFFFFFFFFFFFFULL) << 10U) | shard_;
    std::array<char, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(high >> (56U - 8U * i));
        bytes[8 + i] = static_cast<char>(low >> (56U - 8U * i));
    }
    std::string text = to_hex(std::string_view(bytes.data(), bytes.size()));
    for (const std::size_t at : {20U, 16U, 12U, 8U}) {
        text.insert(at, 1, '-');
    }
    return text;
}

Result<PublicIds::Decoded> PublicIds::decode(std::string_view text) const {
    HAL9_TRY(const Halves value, parse_uuid(text));
    const bool version_7 = (value.high & 0xF000ULL) == 0x7000ULL && (value.low >> 62U) == 2;
    if (!version_7 || (value.low & shard_max) != shard_) {
        return fail(ErrorCode::invalid_argument, str("\"", text, "\" is not an id of this store"));
    }
    const std::uint64_t hidden =
        ((value.high & 0xFFFULL) << 52U) | ((value.low >> 10U) & 0xFFFFFFFFFFFFFULL);
    return Decoded{
        .signal = {static_cast<std::int64_t>(unpermute(hidden))},
        .created_ms = static_cast<std::int64_t>(value.high >> 16U),
    };
}

}  // namespace hal9
