#include "hal9/base/json.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FilesList, EmitsEachFileInTheOrderOfThePort) {
    Neuron neuron("files.list");
    neuron.grant("/doc");
    neuron.files.listing = std::vector<FileEntry>{
        {.path = "/doc/a", .size = 5, .modified = {1'500'000}},
        {.path = "/doc/b\xFF", .size = 0, .modified = {0}}
    };
    ASSERT_TRUE(neuron.make(R"({"match": "*/x", "links": "follow"})"));
    CollectingAsyncSink sink;
    ASSERT_TRUE(neuron.run(R"({"directory": "/doc/sub"})", sink));
    ASSERT_EQ(sink.values.size(), 2U);
    EXPECT_EQ(
        sink.values[0],
        json::value({{"modified", "1970-01-01T00:00:01.500Z"}, {"path", "/doc/a"}, {"size", 5}})
    );
    EXPECT_EQ(sink.values[1].at("path"), "/doc/b\xEF\xBF\xBD");
    ASSERT_TRUE(neuron.files.listed);
    EXPECT_THAT(neuron.files.listed->granted, ElementsAre("/doc"));
    EXPECT_EQ(neuron.files.listed->directory, "/doc/sub");
    EXPECT_EQ(neuron.files.listed->match, "*/x");
    EXPECT_EQ(neuron.files.listed->links, LinkRule::follow);
    EXPECT_EQ(neuron.files.listed->entries_max, Limits{}.files_listed_max);
}

TEST(FilesList, ByDefaultListsEverythingAndSkipsLinks) {
    Neuron neuron("files.list");
    neuron.grant("/doc");
    neuron.files.listing = std::vector<FileEntry>();
    ASSERT_TRUE(neuron.make(R"({"directory": "/doc"})"));
    CollectingAsyncSink sink;
    ASSERT_TRUE(neuron.run("{}", sink));
    EXPECT_EQ(neuron.files.listed->match, "**");
    EXPECT_EQ(neuron.files.listed->links, LinkRule::skip);
}

TEST(FilesList, WithoutAGrantNothingIsAskedOfTheSystem) {
    Neuron neuron("files.list");
    ASSERT_TRUE(neuron.make(R"({"directory": "/doc"})"));
    CollectingAsyncSink sink;
    const auto end = neuron.run("{}", sink);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::permission_denied);
    EXPECT_THAT(end.error().message, HasSubstr("--grant files.read="));
    EXPECT_FALSE(neuron.files.listed);
}

TEST(FilesList, FaultySettingsAreRefused) {
    Neuron neuron("files.list");
    neuron.grant("/doc");
    EXPECT_FALSE(neuron.make(R"({"directory": "doc"})"));
    EXPECT_FALSE(neuron.make(R"({"directory": "/doc", "match": "../*"})"));
    ASSERT_TRUE(neuron.make("{}"));
    CollectingAsyncSink sink;
    for (const auto* settings :
         {"{}", R"({"directory": "doc"})", R"({"directory": 5})", R"({"directory": "/a\u0000b"})"
         }) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    }
}

TEST(FilesList, ErrorsOfThePortAndOfTheSinkAreItsOwn) {
    Neuron neuron("files.list");
    neuron.grant("/doc");
    ASSERT_TRUE(neuron.make(R"({"directory": "/doc"})"));
    CollectingAsyncSink sink;
    neuron.files.listing = fail(ErrorCode::not_found, "no such directory");
    EXPECT_EQ(neuron.run("{}", sink).error().code, ErrorCode::not_found);
    neuron.files.listing = std::vector<FileEntry>{{.path = "/doc/a", .size = 5, .modified = {}}};
    sink.failure = Error(ErrorCode::cancelled, "no longer wanted");
    EXPECT_EQ(neuron.run("{}", sink).error().code, ErrorCode::cancelled);
}

json::value read(std::string_view constant, std::string content) {
    Neuron neuron("files.read");
    neuron.grant("/doc");
    neuron.files.content = std::move(content);
    EXPECT_TRUE(neuron.make(constant));
    CollectingAsyncSink sink;
    const auto end = neuron.run(R"({"path": "/doc/a"})", sink);
    EXPECT_TRUE(end) << end.error().message;
    EXPECT_EQ(sink.values.size(), 1U);
    EXPECT_EQ(neuron.files.read_request->path, "/doc/a");
    EXPECT_EQ(neuron.files.read_request->bytes_max, Limits{}.file_bytes_max);
    return sink.values.at(0);
}

TEST(FilesRead, TextIsUtf8AndWhatIsIllFormedIsReplacedAndCounted) {
    EXPECT_EQ(
        read("{}", "h\xC3\xA9"),
        json::value({{"bytes", 3}, {"path", "/doc/a"}, {"replaced", 0}, {"text", "h\xC3\xA9"}})
    );
    const json::value repaired = read("{}", "h\xE9!\xFF");
    EXPECT_EQ(repaired.at("text"), "h\xEF\xBF\xBD!\xEF\xBF\xBD");
    EXPECT_EQ(repaired.at("replaced"), 2);
    EXPECT_EQ(repaired.at("bytes"), 4);
}

TEST(FilesRead, Latin1AndBytesTakeEachByteForACharacter) {
    for (const auto* encoding : {R"({"encoding": "latin-1"})", R"({"encoding": "bytes"})"}) {
        const json::value value = read(encoding, std::string("h\xE9\x80\xFF\x00", 5));
        EXPECT_EQ(value.at("text"), json::string("h\xC3\xA9\xC2\x80\xC3\xBF\x00", 8));
        EXPECT_EQ(value.at("bytes"), 5);
        EXPECT_EQ(value.at("replaced"), 0);
    }
}

TEST(FilesRead, DecompressionIsTurnedOffByNone) {
    Neuron neuron("files.read");
    neuron.grant("/doc");
    neuron.files.content = std::string();
    CollectingAsyncSink sink;
    ASSERT_TRUE(neuron.make(R"({"path": "/doc/a"})"));
    ASSERT_TRUE(neuron.run("{}", sink));
    EXPECT_TRUE(neuron.files.read_request->decompress);
    ASSERT_TRUE(neuron.make(R"({"path": "/doc/a", "decompress": "none"})"));
    ASSERT_TRUE(neuron.run("{}", sink));
    EXPECT_FALSE(neuron.files.read_request->decompress);
}

TEST(FilesRead, WhatOutgrowsAPayloadWhenDecodedIsRefused) {
    Limits limits;
    limits.payload_bytes_max = 10;
    Neuron neuron("files.read", limits);
    neuron.grant("/doc");
    neuron.files.content = std::string(6, '\xE9');
    ASSERT_TRUE(neuron.make(R"({"path": "/doc/a", "encoding": "latin-1"})"));
    CollectingAsyncSink sink;
    const auto end = neuron.run("{}", sink);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(end.error().message, HasSubstr("/doc/a"));
}

TEST(FilesRead, ErrorsOfThePortAreItsOwnAndAGrantIsNeeded) {
    Neuron neuron("files.read");
    ASSERT_TRUE(neuron.make(R"({"path": "/doc/a"})"));
    CollectingAsyncSink sink;
    EXPECT_EQ(neuron.run("{}", sink).error().code, ErrorCode::permission_denied);
    neuron.grant("/doc");
    neuron.files.content = fail(ErrorCode::data_loss, "damaged");
    EXPECT_EQ(neuron.run("{}", sink).error().code, ErrorCode::data_loss);
    EXPECT_FALSE(neuron.make(R"({"path": "a"})"));
}

}  // namespace
}  // namespace hal9::neurons
