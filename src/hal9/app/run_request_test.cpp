#include "hal9/app/run_request.hpp"

#include "hal9/base/text.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::app {
namespace {

/// A network that is read but, here, not looked at.
class RunRequestTest : public testing::Test {
protected:
    void SetUp() override {
        network_ = testing::TempDir() + str("hal9-run-request-", ::getpid(), ".yaml");
        std::ofstream file(network_);
        file << "hal9: 1\n";
        ASSERT_TRUE(file.flush());
    }

    void TearDown() override { EXPECT_EQ(std::remove(network_.c_str()), 0); }

    Result<json::object> request(RunArguments arguments) {
        arguments.network = network_;
        return make_run_request(config_, arguments);
    }

    std::string refusal(RunArguments arguments) {
        const auto made = request(std::move(arguments));
        EXPECT_EQ(made ? ErrorCode::internal : made.error().code, ErrorCode::invalid_argument);
        return made ? "" : made.error().message;
    }

private:
    Config config_;
    std::string network_;
};

TEST_F(RunRequestTest, ValuesAreJsonIfTheyAreElseText) {
    const auto made =
        request({.input = R"({"a": 1})", .set = {"b=2", "c=x=y", "d=[1]", "e=", "a=\"3\""}});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(
        made->at("input"),
        parse_json(R"({"a": "3", "b": 2, "c": "x=y", "d": [1], "e": ""})").value()
    );
}

TEST_F(RunRequestTest, APairSaysWhatIsWrongWithIt) {
    EXPECT_EQ(
        refusal({.set = {"x"}}),
        "--set x has no \"=\"; write --set directory=/usr/share/doc"
    );
    EXPECT_EQ(
        refusal({.set = {"=x"}}),
        "--set =x has nothing before the \"=\"; write --set directory=/usr/share/doc"
    );
    EXPECT_EQ(
        refusal({.grant = {"=/"}}),
        "--grant =/ has nothing before the \"=\"; write --grant files.read=/usr/share/doc"
    );
    EXPECT_EQ(
        refusal({.grant = {"files.raed=/"}}),
        "--grant files.raed=/: there is no capability \"files.raed\"; there is files.read"
    );
}

TEST_F(RunRequestTest, InputThatIsNoObjectTakesNoMembers) {
    EXPECT_EQ(
        refusal({.input = "[1]", .set = {"a=1"}}),
        "--set needs an input that is an object; give one with --input"
    );
}

}  // namespace
}  // namespace hal9::app
