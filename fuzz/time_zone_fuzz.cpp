// Time zone files: any bytes are read or refused; of what is read, every moment lies in a span, the
// spans follow each other, and cron expressions name rising times.
#include "hal9/base/check.hpp"
#include "hal9/base/cron.hpp"
#include "hal9/base/time_zone.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hal9::Cron;
    using hal9::TimeZone;
    using hal9::WallTime;
    const auto zone = TimeZone::parse({reinterpret_cast<const char*>(data), size});
    if (!zone) {
        return 0;
    }
    static const Cron hourly = Cron::parse("*/20 * * * *").value();
    static const Cron nightly = Cron::parse("30 2 * * *").value();
    WallTime time{1'700'000'000'000'000};
    for (int i = 0; i < 6; ++i) {
        const TimeZone::Span span = zone->span_at(time);
        HAL9_ASSERT(!span.begin || *span.begin <= time);
        HAL9_ASSERT(!span.end || *span.end > time);
        for (const Cron* const cron : {&hourly, &nightly}) {
            const auto next = cron->next_after(time, &*zone);
            HAL9_ASSERT(!next || *next > time);
        }
        if (!span.end) {
            return 0;
        }
        HAL9_ASSERT(zone->span_at(*span.end).begin == span.end);
        time = *span.end;
    }
    return 0;
}
