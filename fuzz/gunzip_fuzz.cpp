// Gzip: any bytes are unpacked within the limit or refused; the limit is exact.
#include "hal9/adapters/system/gunzip.hpp"
#include "hal9/base/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hal9;
    constexpr std::size_t bytes_max = 1U << 16U;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto unpacked = adapters::gunzip(bytes, bytes_max);
    if (!unpacked) {
        HAL9_ASSERT(
            unpacked.error().code == ErrorCode::data_loss ||
            unpacked.error().code == ErrorCode::limit_exceeded
        );
        return 0;
    }
    HAL9_ASSERT(unpacked->size() <= bytes_max);
    HAL9_ASSERT(adapters::gunzip(bytes, unpacked->size()) == unpacked);
    if (!unpacked->empty()) {
        const auto tight = adapters::gunzip(bytes, unpacked->size() - 1);
        HAL9_ASSERT(!tight && tight.error().code == ErrorCode::limit_exceeded);
    }
    return 0;
}
