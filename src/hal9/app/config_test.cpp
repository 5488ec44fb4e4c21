#include "hal9/app/config.hpp"

#include "hal9/app/config_settings.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace hal9::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ConfigFile : public testing::Test {
protected:
    ConfigFile() {
        path_ = testing::TempDir() + str("hal9-config-", ::getpid(), ".yaml");
        sources_.file = path_;
        sources_.environment = {"HOME=/home/somebody"};
    }

    ~ConfigFile() override { std::filesystem::remove(path_); }

    Result<Config> load(std::string_view text) {
        std::ofstream(path_) << text;
        return load_config(sources_);
    }

    std::string error(std::string_view text) {
        const auto config = load(text);
        return config ? std::string() : config.error().message;
    }

    std::string path_;
    ConfigSources sources_;
};

TEST_F(ConfigFile, EmptyFileLeavesDefaults) {
    const auto config = load("# nothing\n");
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->directory, "/home/somebody/.local/share/hal9");
    EXPECT_EQ(config->limits.payload_bytes_max, Limits{}.payload_bytes_max);
    EXPECT_TRUE(config->capabilities.empty());
}

TEST_F(ConfigFile, ANodeOffersWhatItsMachineHasUnlessItIsTold) {
    const auto machine = load("");
    ASSERT_TRUE(machine.has_value());
    EXPECT_GE(machine->offer.cpus, 1);
    EXPECT_GE(machine->offer.memory_bytes, 1U << 20U);
    EXPECT_LT(machine->offer.memory_bytes, 1ULL << 50U);
    EXPECT_TRUE(machine->offer.tags.empty());
    const auto told = load("node: {memory: 2GiB, cpus: 0.5, tags: [gpu, fast]}\n");
    ASSERT_TRUE(told.has_value());
    EXPECT_EQ(told->offer.memory_bytes, 2ULL << 30U);
    EXPECT_EQ(told->offer.cpus, 0.5);
    EXPECT_EQ(told->offer.tags, (std::vector<std::string>{"gpu", "fast"}));
    sources_.environment.insert(
        sources_.environment.end(),
        {"HAL9_NODE__TAGS=gpu,slow", "HAL9_NODE__CPUS=3"}
    );
    const auto from_environment = load("");
    ASSERT_TRUE(from_environment.has_value());
    EXPECT_EQ(from_environment->offer.tags, (std::vector<std::string>{"gpu", "slow"}));
    EXPECT_EQ(from_environment->offer.cpus, 3);
}

TEST_F(ConfigFile, WhatNoNodeCanOfferIsRefused) {
    EXPECT_THAT(error("node: {cpus: 0}"), HasSubstr("a number of processors from 0.01 to 100000"));
    EXPECT_THAT(error("node: {memory: lots}"), HasSubstr("a size from 1MiB"));
    EXPECT_THAT(error("node: {tags: gpu}"), HasSubstr("a list of tags, such as [gpu, fast-disk]"));
}

TEST_F(ConfigFile, DurationsHaveUnitsAndBounds) {
    EXPECT_EQ(load("")->shutdown_timeout, std::chrono::seconds(30));
    const auto config = load("runtime: {shutdown_timeout: 1500ms}\n");
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->shutdown_timeout, std::chrono::milliseconds(1500));
    for (const char* const wrong : {"soon", "30", "99ms", "61m", "[1s]", "\"-1s\""}) {
        EXPECT_THAT(
            error(str("runtime: {shutdown_timeout: ", wrong, "}\n")),
            AllOf(HasSubstr(":1:11: runtime.shutdown_timeout is"), HasSubstr("from 100ms to 1h"))
        );
    }
}

TEST_F(ConfigFile, ValuesOfEverySectionAreTaken) {
    const auto config = load(
        "store: {directory: /srv/hal9}\n"
        "runtime: {file_threads: 7}\n"
        "limits:\n  payload_bytes_max: 2MiB\n  depth_max: 9\n"
        "capabilities:\n  files.read: [/usr/share/doc, /srv]\n"
        "telemetry: {log_format: json, log_level: debug}\n"
    );
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_EQ(config->directory, "/srv/hal9");
    EXPECT_EQ(config->file_threads, 7U);
    EXPECT_EQ(config->limits.payload_bytes_max, 2U << 20U);
    EXPECT_EQ(config->limits.depth_max, 9U);
    EXPECT_THAT(config->capabilities.at("files.read"), ElementsAre("/usr/share/doc", "/srv"));
    EXPECT_EQ(config->log_format, adapters::LogFormat::json);
    EXPECT_EQ(config->log_level, LogLevel::debug);
}

TEST_F(ConfigFile, EnvironmentWinsOverFileAndFlagOverEnvironment) {
    sources_.environment.push_back("HAL9_STORE__DIRECTORY=/from/environment");
    sources_.environment.push_back("HAL9_RUNTIME__FILE_THREADS=5");
    sources_.environment.push_back("HAL9_CAPABILITIES__FILES_READ=/a:/b");
    sources_.flags.push_back({"--data", "store.directory", "/from/flag"});
    const auto config =
        load("store: {directory: /from/file}\nruntime: {file_threads: 4, compute_threads: 3}\n");
    ASSERT_TRUE(config.has_value()) << config.error().message;
    EXPECT_EQ(config->directory, "/from/flag");
    EXPECT_EQ(config->file_threads, 5U);
    EXPECT_EQ(config->compute_threads, 3U);
    EXPECT_THAT(config->capabilities.at("files.read"), ElementsAre("/a", "/b"));
}

TEST_F(ConfigFile, EveryValueSaysWhereItCameFrom) {
    sources_.environment.push_back("HAL9_RUNTIME__FILE_THREADS=5");
    sources_.flags.push_back({"--data", "store.directory", "/d"});
    const auto config = load("limits:\n  depth_max: 9\n");
    ASSERT_TRUE(config.has_value());
    const std::string yaml = shown_as_yaml(shown_settings(*config));
    EXPECT_THAT(yaml, HasSubstr("directory: \"/d\""));
    EXPECT_THAT(yaml, HasSubstr("# --data\n"));
    EXPECT_THAT(yaml, HasSubstr("# HAL9_RUNTIME__FILE_THREADS\n"));
    EXPECT_THAT(yaml, HasSubstr(str("# ", path_, ":2:3\n")));
}

TEST_F(ConfigFile, WhatIsShownIsAFileThatIsRead) {
    const auto first = load("limits: {depth_max: 9}\ncapabilities: {files.read: [\"/a b\"]}\n");
    ASSERT_TRUE(first.has_value());
    const auto second = load(shown_as_yaml(shown_settings(*first)));
    ASSERT_TRUE(second.has_value()) << second.error().message;
    const auto shown = shown_settings(*first);
    const auto again = shown_settings(*second);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        EXPECT_EQ(shown[i].value, again[i].value) << shown[i].name;
    }
}

TEST_F(ConfigFile, UnknownNamesAreRefusedWithTheirPlaceAndTheNearestRightOne) {
    const std::string message = error("limits:\n  depth_mx: 3\nstor: {directory: /x}\n");
    EXPECT_THAT(message, HasSubstr(":2:3: there is no setting `limits.depth_mx`"));
    EXPECT_THAT(message, HasSubstr("did you mean `limits.depth_max`?"));
    EXPECT_THAT(message, HasSubstr(":3:1: there is no section `stor`"));
    EXPECT_THAT(message, HasSubstr("did you mean `store`?"));
}

TEST_F(ConfigFile, WrongTypesUnitsAndRangesSayWhatIsAllowed) {
    EXPECT_THAT(
        error("limits:\n  payload_bytes_max: 12 parsecs\n"),
        AllOf(StartsWith(path_ + ":2:3: limits.payload_bytes_max"), HasSubstr("a size from 1KiB"))
    );
    EXPECT_THAT(error("limits: {payload_bytes_max: 5}\n"), HasSubstr("a size from"));
    EXPECT_THAT(error("limits: {payload_bytes_max: 1TiB}\n"), HasSubstr("a size from"));
    EXPECT_THAT(error("runtime: {file_threads: 0}\n"), HasSubstr("from 1 to 64"));
    EXPECT_THAT(error("runtime: {file_threads: 1.5}\n"), HasSubstr("a whole number"));
    EXPECT_THAT(error("telemetry: {log_level: loud}\n"), HasSubstr("debug, info, warning, error"));
    EXPECT_THAT(error("capabilities: {files.read: [doc]}\n"), HasSubstr("absolute directories"));
    EXPECT_THAT(error("store: {directory: {a: 1}}\n"), HasSubstr("the path of a directory"));
    EXPECT_THAT(error("store: 5\n"), HasSubstr("it must be an object"));
    EXPECT_THAT(error("store: {directory: /a\n"), StartsWith(path_ + ":"));
}

TEST_F(ConfigFile, WrongVariablesAreRefusedByName) {
    sources_.environment.push_back("HAL9_LIMITS__DEPTH_MX=3");
    sources_.environment.push_back("HAL9_LIMITS__DEPTH_MAX=deep");
    sources_.environment.push_back("HAL9_BINARY=/not/a/setting");
    const std::string message = error("");
    EXPECT_THAT(message, HasSubstr("HAL9_LIMITS__DEPTH_MX: there is no such setting"));
    EXPECT_THAT(message, HasSubstr("did you mean HAL9_LIMITS__DEPTH_MAX?"));
    EXPECT_THAT(message, HasSubstr("HAL9_LIMITS__DEPTH_MAX: limits.depth_max is \"deep\""));
    EXPECT_THAT(message, Not(HasSubstr("HAL9_BINARY")));
}

TEST(Config, NamedFileThatIsMissingIsAnError) {
    const auto config = load_config({.file = "/nonexistent/hal9.yaml", .environment = {"HOME=/h"}});
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(config.error().message, HasSubstr("/nonexistent/hal9.yaml"));
}

TEST(Config, VariableNamesTheFileUnlessAFlagDoes) {
    const auto config = load_config({.environment = {"HAL9_CONFIG=/nonexistent/a.yaml"}});
    ASSERT_FALSE(config.has_value());
    EXPECT_THAT(config.error().message, HasSubstr("/nonexistent/a.yaml"));
}

TEST(Config, StoreLiesInTheDataHomeThatTheEnvironmentNames) {
    const auto config = load_config({.environment = {"HOME=/h", "XDG_DATA_HOME=/x"}});
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->directory, "/x/hal9");
    const auto nowhere = load_config({});
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_THAT(nowhere.error().message, HasSubstr("--data"));
}

TEST(ConfigSettings, EveryDefaultIsAllowedAndEveryNameIsOnce) {
    std::vector<std::string> names;
    Config config;
    config.directory = "/d";
    for (const Setting& setting : config_settings()) {
        EXPECT_TRUE(setting.set(config, setting.get(config))) << setting.name;
        names.push_back(environment_name(setting.name));
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace hal9::app
