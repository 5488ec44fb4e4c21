#include "hal9/services/commands.hpp"
#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Networks that the clock starts.
namespace hal9::services {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class SchedulesTest : public ::testing::Test {
protected:
    json::value answer(std::string method, json::object params) {
        auto found = services_.ask(method, std::move(params));
        EXPECT_TRUE(found.has_value()) << method << ": " << found.error().full_message();
        return found ? *std::move(found) : json::object{};
    }

    void expect_fault(
        std::string method,
        json::object params,
        ErrorCode code,
        const std::string& words
    ) {
        const auto found = services_.ask(std::move(method), std::move(params));
        ASSERT_FALSE(found.has_value()) << json::serialize(*found);
        EXPECT_EQ(found.error().code, code);
        EXPECT_THAT(found.error().message, HasSubstr(words));
    }

    void settle() {
        services_.until([] { return false; });
        EXPECT_TRUE(services_.started.has_value()) << services_.started.error().full_message();
    }

    std::string status_of(const std::string& run) {
        return std::string(answer("run.get", {{"run", run}}).at("status").as_string());
    }

    void move_clock(Duration by) {
        services_.clock.time.wall = services_.clock.time.wall + by;
        services_.clock.time.steady = services_.clock.time.steady + by;
    }

    Services services_;
};

TEST_F(SchedulesTest, AScheduleStartsItsNetworkAtItsTimes) {
    answer("network.apply", {{"definition", parking_network}});
    // The clock stands at 2023-11-14T22:13:20Z.
    const json::value added = answer(
        "schedule.add",
        {{"network", "parking"},
         {"cron", "*/5 * * * *"},
         {"name", "often"},
         {"input", failing_items(0)},
         {"tags", {"timed"}}}
    );
    EXPECT_EQ(added.at("next"), json::value("2023-11-14T22:15:00.000Z"));
    settle();
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(0));
    move_clock(std::chrono::seconds(100));
    settle();
    const json::array runs = answer("run.list", {{"tag", "timed"}}).as_array();
    ASSERT_THAT(runs, SizeIs(1));
    EXPECT_EQ(status_of(std::string(runs[0].at("id").as_string())), "completed");
    const json::value schedule = answer("schedule.list", {}).as_array()[0];
    EXPECT_EQ(schedule.at("next"), json::value("2023-11-14T22:20:00.000Z"));
    EXPECT_EQ(schedule.at("last_run"), runs[0].at("id"));
    settle();
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(1));
    answer("schedule.remove", {{"schedule", "often"}});
    move_clock(std::chrono::minutes(10));
    settle();
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(1));
    expect_fault("schedule.remove", {{"schedule", "often"}}, ErrorCode::not_found, "\"often\"");
}

TEST_F(SchedulesTest, TimesAreThoseOfThePlaceThatIsNamed) {
    answer("network.apply", {{"definition", parking_network}});
    // The clock stands at 2023-11-14T22:13:20Z, when it is 23:13 in Berlin.
    json::object params{
        {"network", "parking"},
        {"cron", "30 23 * * *"},
        {"time_zone", "Europe/Berlin"},
        {"input", failing_items(0)}
    };
    const json::value added = answer("schedule.add", params);
    EXPECT_EQ(added.at("cron"), json::value("30 23 * * *"));
    EXPECT_EQ(added.at("time_zone"), json::value("Europe/Berlin"));
    EXPECT_EQ(added.at("next"), json::value("2023-11-14T22:30:00.000Z"));
    move_clock(std::chrono::minutes(20));
    settle();
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(1));
    const json::value after = answer("schedule.list", {}).as_array()[0];
    EXPECT_EQ(after.at("next"), json::value("2023-11-15T22:30:00.000Z"));
    EXPECT_TRUE(after.at("error").is_null());

    params["name"] = "other";
    params["time_zone"] = "Europe/Berln";
    expect_fault(
        "schedule.add",
        params,
        ErrorCode::invalid_argument,
        "no time zone \"Europe/Berln\""
    );
    params["time_zone"] = "../etc/passwd";
    expect_fault("schedule.add", params, ErrorCode::invalid_argument, "no name of a time zone");
    params["time_zone"] = "UTC";
    EXPECT_EQ(answer("schedule.add", params).at("next"), json::value("2023-11-14T23:30:00.000Z"));
    params["cron"] = "CRON_TZ=UTC 30 23 * * *";
    expect_fault("schedule.add", params, ErrorCode::invalid_argument, "given twice");
}

TEST_F(SchedulesTest, AScheduleWhoseZoneIsGoneSaysSoAndIsTriedAgain) {
    answer("network.apply", {{"definition", parking_network}});
    answer(
        "schedule.add",
        {{"network", "parking"},
         {"cron", "30 23 * * *"},
         {"time_zone", "Europe/Berlin"},
         {"input", failing_items(0)}}
    );
    services_.time_zones.gone = true;
    move_clock(std::chrono::minutes(20));
    settle();
    const json::value gone = answer("schedule.list", {}).as_array()[0];
    EXPECT_EQ(gone.at("error").at("code"), json::value("invalid_argument"));
    EXPECT_EQ(gone.at("next"), json::value("2023-11-14T23:33:20.000Z"));
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(0));
    services_.time_zones.gone = false;
    move_clock(std::chrono::hours(1));
    settle();
    const json::value back = answer("schedule.list", {}).as_array()[0];
    EXPECT_EQ(back.at("next"), json::value("2023-11-15T22:30:00.000Z"));
}

TEST_F(SchedulesTest, AScheduleSaysWhyItCouldNotStart) {
    answer("network.apply", {{"definition", parking_network}});
    const json::object params{{"network", "parking"}, {"cron", "* * * * *"}};
    answer("schedule.add", params);
    expect_fault("schedule.add", params, ErrorCode::conflict, "there is a schedule \"parking\"");
    answer("network.delete", {{"network", "parking"}});
    move_clock(std::chrono::minutes(1));
    settle();
    const json::value schedule = answer("schedule.list", {}).as_array()[0];
    EXPECT_EQ(schedule.at("error").at("code"), json::value("not_found"));
    EXPECT_EQ(schedule.at("last_run"), json::value(nullptr));
}

TEST_F(SchedulesTest, AScheduleIsCheckedWhenItIsAdded) {
    answer("network.apply", {{"definition", parking_network}});
    json::object params{{"network", "parking"}, {"cron", "often"}};
    expect_fault("schedule.add", params, ErrorCode::invalid_argument, "five fields");
    params["cron"] = "@daily";
    params["missed"] = "some";
    expect_fault("schedule.add", params, ErrorCode::invalid_argument, "skip, once or all");
    params["missed"] = "all";
    params["network"] = "none";
    expect_fault("schedule.add", params, ErrorCode::not_found, "\"none\"");
}

TEST(ScheduleLimits, MissedTimesThatAreDroppedAreToldInTheLog) {
    Services services(Limits{.missed_starts_max = 3});
    ASSERT_TRUE(services.ask("network.apply", {{"definition", parking_network}}).has_value());
    const json::object params{
        {"network", "parking"},
        {"cron", "0 * * * *"},
        {"missed", "all"},
        {"input", failing_items(0)}
    };
    ASSERT_TRUE(services.ask("schedule.add", params).has_value());
    // The clock stands at 2023-11-14T22:13:20Z; ten hours pass.
    services.clock.time.wall = services.clock.time.wall + std::chrono::hours(10);
    services.clock.time.steady = services.clock.time.steady + std::chrono::hours(10);
    services.until([] { return false; });
    EXPECT_EQ(services.ask("run.list", json::object{})->as_array().size(), 3U);
    EXPECT_THAT(
        services.log.lines,
        ::testing::ElementsAre(
            "schedule_times_dropped schedule=parking network=parking dropped=7 "
            "since=2023-11-14T23:00:00.000Z until=2023-11-15T06:00:00.000Z limit=missed_starts_max"
        )
    );
}

TEST(ScheduleLimits, SchedulesAreBounded) {
    Services services(Limits{.schedules_max = 1});
    ASSERT_TRUE(services.ask("network.apply", {{"definition", parking_network}}).has_value());
    json::object params{{"network", "parking"}, {"cron", "@daily"}, {"name", "a"}};
    EXPECT_TRUE(services.ask("schedule.add", params).has_value());
    params["name"] = "b";
    EXPECT_THAT(services.ask("schedule.add", params).error().message, HasSubstr("schedules_max"));
    params["name"] = std::string(129, 'n');
    EXPECT_THAT(services.ask("schedule.add", params).error().message, HasSubstr("tag_bytes_max"));
}

}  // namespace
}  // namespace hal9::services
