// Cron expressions: any text is read or says what is wrong; what is read names rising times that
// are whole minutes, and none that lies between a time and the next.
#include "hal9/base/check.hpp"
#include "hal9/base/cron.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hal9::Cron;
    using hal9::WallTime;
    const auto cron = Cron::parse({reinterpret_cast<const char*>(data), size});
    if (!cron) {
        HAL9_ASSERT(!cron.error().message.empty());
        return 0;
    }
    constexpr std::int64_t minute = 60'000'000;
    WallTime time{1'700'000'000'000'000};
    for (int i = 0; i < 4; ++i) {
        const auto next = cron->next_after(time);
        if (!next) {
            return 0;
        }
        HAL9_ASSERT(*next > time && next->us % minute == 0);
        HAL9_ASSERT(cron->next_after({next->us - 1}) == next);
        const std::int64_t between = time.us + (next->us - time.us) / 2;
        HAL9_ASSERT(cron->next_after({between}) == next);
        time = *next;
    }
    return 0;
}
