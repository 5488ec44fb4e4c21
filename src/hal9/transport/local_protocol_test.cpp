#include "hal9/transport/local_protocol.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace hal9::transport {
namespace {

std::vector<std::string> lines_of(LineBuffer& buffer) {
    std::vector<std::string> lines;
    while (true) {
        const auto line = buffer.next();
        EXPECT_TRUE(line.has_value());
        if (!line || !*line) {
            return lines;
        }
        lines.emplace_back(**line);
    }
}

TEST(LineBufferTest, LinesAreTheSameInWhateverPiecesTheyCome) {
    const std::string text = "first\n\nthird line\nnot ended";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        LineBuffer buffer(100);
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            buffer.append(std::string_view(text).substr(at, piece));
            const auto found = lines_of(buffer);
            lines.insert(lines.end(), found.begin(), found.end());
        }
        EXPECT_EQ(lines, (std::vector<std::string>{"first", "", "third line"})) << piece;
        EXPECT_TRUE(buffer.has_part_of_a_line());
    }
}

TEST(LineBufferTest, ALineOfExactlyTheLimitPassesAndOneMoreByteDoesNot) {
    LineBuffer buffer(4);
    buffer.append("1234\n12345\n");
    EXPECT_EQ(**buffer.next(), "1234");
    EXPECT_FALSE(buffer.has_part_of_a_line() && buffer.next().has_value());
    EXPECT_EQ(buffer.next().error().code, ErrorCode::limit_exceeded);
    buffer.append("1\n");
    EXPECT_EQ(buffer.next().error().code, ErrorCode::limit_exceeded);
}

TEST(LineBufferTest, ALineThatNeverEndsIsRefusedOnceItIsTooLong) {
    LineBuffer buffer(4);
    buffer.append("1234");
    ASSERT_TRUE(buffer.next().has_value());
    buffer.append("5");
    EXPECT_EQ(buffer.next().error().code, ErrorCode::limit_exceeded);
}

TEST(LocalProtocolTest, ARequestComesBackAsItWas) {
    const std::string line = to_line(request_message(7, "run.get", {{"run", "a\nb"}}));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto request = parse_request(line);
    ASSERT_TRUE(request.has_value()) << request.error().error.message;
    EXPECT_EQ(request->id, 7U);
    EXPECT_EQ(request->method, "run.get");
    EXPECT_EQ(request->params, (json::object{{"run", "a\nb"}}));
}

TEST(LocalProtocolTest, ParamsMayBeLeftOut) {
    const auto request = parse_request(R"({"id":0,"method":"run.list"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_TRUE(request->params.empty());
}

TEST(LocalProtocolTest, WhatIsNoRequestIsToldWithTheIdWhereThereIsOne) {
    struct Case {
        std::string_view line;
        std::optional<std::uint64_t> id;
        std::string_view says;
    };

    constexpr std::array cases{
        Case{"", std::nullopt, "a request is a line"},
        Case{"hello", std::nullopt, "a request is a line"},
        Case{"[1]", std::nullopt, "JSON array"},
        Case{R"({"method":"a"})", std::nullopt, "\"id\""},
        Case{R"({"id":-1,"method":"a"})", std::nullopt, "\"id\""},
        Case{R"({"id":1.5,"method":"a"})", std::nullopt, "\"id\""},
        Case{R"({"id":1})", 1, "\"method\" is missing"},
        Case{R"({"id":2,"method":3})", 2, "no name"},
        Case{R"({"id":2,"method":"A b"})", 2, "no name"},
        Case{R"({"id":3,"method":"a","params":[]})", 3, "array, not an object"},
        Case{R"({"id":4,"method":"a","param":{}})", 4, "unknown member \"param\""},
        Case{"{\"id\":5,\"method\":\"\xff\"}", std::nullopt, "a request is a line"},
    };
    for (const Case& wrong : cases) {
        const auto request = parse_request(wrong.line);
        ASSERT_FALSE(request.has_value()) << wrong.line;
        EXPECT_EQ(request.error().id, wrong.id) << wrong.line;
        EXPECT_EQ(request.error().error.code, ErrorCode::invalid_argument);
        EXPECT_NE(request.error().error.message.find(wrong.says), std::string::npos)
            << request.error().error.message;
    }
}

TEST(LocalProtocolTest, AnErrorKeepsItsCodeAndIsAlwaysUtf8) {
    const std::string line =
        to_line(error_message(9, Error(ErrorCode::conflict, "file \xff is there")));
    const auto answer = parse_answer(line);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->id, 9U);
    const Error& error = std::get<Error>(answer->content);
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_EQ(error.message, "file \xef\xbf\xbd is there");
}

TEST(LocalProtocolTest, ACodeOfALaterVersionIsInternalAndIsNamed) {
    const auto answer = parse_answer(R"({"id":1,"error":{"code":"too_hot","message":"m"}})");
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(std::get<Error>(answer->content), Error(ErrorCode::internal, "m (too_hot)"));
}

TEST(LocalProtocolTest, WhatIsNoAnswerIsRefused) {
    for (const std::string_view line :
         {"",
          "{}",
          R"({"id":1})",
          R"({"result":1})",
          R"({"id":"1","result":1})",
          R"({"id":1,"result":1,"error":{"code":"internal","message":"m"}})",
          R"({"id":1,"error":"m"})",
          R"({"id":1,"error":{"code":1,"message":"m"}})"}) {
        EXPECT_FALSE(parse_answer(line).has_value()) << line;
    }
}

TEST(LocalProtocolTest, GreetingsOfOtherVersionsAreReadAndOtherLinesAreNot) {
    EXPECT_EQ(parse_greeting(to_line(greeting_message(12)))->pid, 12);
    EXPECT_EQ(parse_greeting(R"({"hal9":"hello","v":2,"pid":1,"more":true})")->version, 2U);
    EXPECT_FALSE(parse_greeting(R"({"hal9":"bye","v":1,"pid":1})").has_value());
    EXPECT_FALSE(parse_greeting("SSH-2.0-OpenSSH").has_value());
    const auto refused =
        parse_greeting(to_line(error_message({}, Error(ErrorCode::resource_exhausted, "full"))));
    EXPECT_EQ(refused.error(), Error(ErrorCode::resource_exhausted, "full"));
}

}  // namespace
}  // namespace hal9::transport
