#include "hal9/base/json.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hal9::neurons {
namespace {

/// Which of the first `count` ordinals fail.
std::vector<bool>
failures(std::string_view constant, std::uint32_t count, std::uint16_t attempt = 0) {
    Neuron neuron("fail");
    EXPECT_TRUE(neuron.make(constant));
    neuron.call.payload = std::make_shared<const json::value>("x");
    neuron.call.attempt = attempt;
    std::vector<bool> failed;
    for (neuron.call.ordinal = 0; neuron.call.ordinal < count; ++neuron.call.ordinal) {
        CollectingSink sink;
        const auto end = neuron.run("{}", sink);
        failed.push_back(!end.has_value());
        EXPECT_EQ(sink.values.size(), end ? 1U : 0U);
    }
    return failed;
}

TEST(Fail, TheRateIsTheShareOfAttemptsThatFail) {
    EXPECT_EQ(failures(R"({"rate": 0})", 1'000), std::vector<bool>(1'000, false));
    EXPECT_EQ(failures(R"({"rate": 1})", 1'000), std::vector<bool>(1'000, true));
    EXPECT_EQ(failures("{}", 3), std::vector<bool>(3, true));
    const auto tenth = failures(R"({"rate": 0.1})", 10'000);
    const auto count = std::count(tenth.begin(), tenth.end(), true);
    EXPECT_GT(count, 900);
    EXPECT_LT(count, 1'100);
}

TEST(Fail, TheSameSeedOrdinalAndAttemptDoTheSame) {
    const auto constant = R"({"rate": 0.5, "seed": 7})";
    EXPECT_EQ(failures(constant, 200), failures(constant, 200));
    EXPECT_NE(failures(constant, 200), failures(constant, 200, 1));
    EXPECT_NE(failures(constant, 200), failures(R"({"rate": 0.5, "seed": 8})", 200));
}

TEST(Fail, TheErrorIsTheOneAskedFor) {
    const auto schema = [] {
        PreparedFiles files;
        for (const auto& kind : descriptions(make_kinds(files))) {
            if (kind.name == "fail") {
                return *parse_json(kind.settings_schema);
            }
        }
        return json::value();
    }();
    const json::array& names = schema.at("properties").at("error").at("enum").as_array();
    EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::internal) + 1);
    for (const json::value& name : names) {
        Neuron neuron("fail");
        ASSERT_TRUE(neuron.make(json::serialize(json::object{{"error", name}})));
        CollectingSink sink;
        const auto end = neuron.run("{}", sink);
        ASSERT_FALSE(end);
        EXPECT_EQ(to_string(end.error().code), std::string_view(name.as_string()));
    }
}

TEST(Fail, FaultySettingsAreRefused) {
    Neuron neuron("fail");
    EXPECT_FALSE(neuron.make(R"({"error": "nonsense"})"));
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    for (const auto* settings :
         {R"({"rate": 1.5})", R"({"rate": "1"})", R"({"seed": 0.5})", R"({"seed": "x"})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    }
}

}  // namespace
}  // namespace hal9::neurons
