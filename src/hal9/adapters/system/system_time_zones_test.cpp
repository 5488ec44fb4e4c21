#include "hal9/adapters/system/system_time_zones.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"
#include "hal9/base/zone_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace hal9::adapters {
namespace {

using ::testing::HasSubstr;

std::string span(const TimeZone& zone, std::string_view time) {
    const TimeZone::Span found = zone.span_at(parse_rfc3339(time).value());
    return str(
        found.offset.count() / 3600,
        " ",
        format_rfc3339_seconds(found.begin.value()),
        " ",
        format_rfc3339_seconds(found.end.value())
    );
}

/// The database of the machine, which Debian's tzdata brings.
TEST(SystemTimeZones, ReadsTheZonesOfTheMachine) {
    SystemTimeZones zones;
    const auto berlin = zones.find("Europe/Berlin");
    if (!berlin) {
        GTEST_SKIP() << berlin.error().full_message();
    }
    EXPECT_EQ(
        span(**berlin, "2026-06-01T00:00:00Z"),
        "2 2026-03-29T01:00:00Z 2026-10-25T01:00:00Z"
    );
    // Far behind what such files list.
    EXPECT_EQ(
        span(**berlin, "2100-06-01T00:00:00Z"),
        "2 2100-03-28T01:00:00Z 2100-10-31T01:00:00Z"
    );
    EXPECT_EQ(
        (*berlin)->span_at(parse_rfc3339("1900-01-01T00:00:00Z").value()).offset.count(),
        3600
    );
    const auto new_york = zones.find("America/New_York").value();
    EXPECT_EQ(
        span(*new_york, "2026-12-01T00:00:00Z"),
        "-5 2026-11-01T06:00:00Z 2027-03-14T07:00:00Z"
    );
    EXPECT_EQ(zones.find("Europe/Berlin").value(), *berlin) << "read once";
}

class SystemTimeZonesInAFolder : public ::testing::Test {
protected:
    SystemTimeZonesInAFolder()
        : folder_(str(::testing::TempDir(), "hal9-zones-", ::getpid())), zones_(folder_) {
        std::filesystem::create_directories(folder_ + "/Area");
    }

    ~SystemTimeZonesInAFolder() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& bytes) {
        std::ofstream(str(folder_, "/", name), std::ios::binary) << bytes;
    }

    std::string folder_;
    SystemTimeZones zones_;
};

TEST_F(SystemTimeZonesInAFolder, SaysWhatIsWrongWithANameOrAFile) {
    write("Area/Good", zone_file("CET-1CEST,M3.5.0,M10.5.0/3"));
    write("Area/Bad", "no zone");
    write("Area/Long", std::string(100'000, 'T'));
    write("secret.d", zone_file("UTC0"));
    EXPECT_TRUE(zones_.find("Area/Good").has_value());
    for (const char* const name : {"Area/None", "Area", "", "Area/../Area/Good", "secret.d"}) {
        const auto found = zones_.find(name);
        ASSERT_FALSE(found.has_value()) << name;
        EXPECT_EQ(found.error().code, ErrorCode::invalid_argument);
        EXPECT_THAT(found.error().message, HasSubstr(str("no time zone \"", name, "\"")));
        EXPECT_THAT(found.error().message, HasSubstr("such as Europe/Berlin"));
    }
    for (const char* const name : {"Area/Bad", "Area/Long"}) {
        EXPECT_EQ(zones_.find(name).error().code, ErrorCode::data_loss) << name;
    }
    // What was installed meanwhile is found.
    write("Area/None", zone_file("UTC0"));
    EXPECT_TRUE(zones_.find("Area/None").has_value());
}

}  // namespace
}  // namespace hal9::adapters
