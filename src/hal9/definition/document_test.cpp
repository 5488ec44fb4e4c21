#include "hal9/definition/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::definition {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Fault> faults_of(std::string_view text) {
    const auto document = read_document(text);
    return document ? std::vector<Fault>{} : document.error();
}

TEST(Document, MembersComeInTheOrderOfTheTextWithTheirPlaces) {
    const auto members = read_document("a:\n  b: 1\n  c: [x, {d: 2}]\ne: yes\n");
    ASSERT_TRUE(members.has_value());
    ASSERT_EQ(members->size(), 4U);
    EXPECT_THAT((*members)[0].path, ElementsAre("a"));
    EXPECT_THAT((*members)[1].path, ElementsAre("a", "b"));
    EXPECT_EQ((*members)[1].value, json::value(1));
    EXPECT_EQ((*members)[1].line, 2U);
    EXPECT_EQ((*members)[1].column, 3U);
    EXPECT_EQ((*members)[2].value, parse_json(R"(["x", {"d": 2}])").value());
    EXPECT_EQ((*members)[3].value, json::value("yes"));
}

TEST(Document, JsonIsReadLikeYaml) {
    const auto members = read_document("\xEF\xBB\xBF{\"a\": {\"b\": true}}");
    ASSERT_TRUE(members.has_value());
    ASSERT_EQ(members->size(), 2U);
    EXPECT_EQ((*members)[1].value, json::value(true));
}

TEST(Document, TextWithoutContentHasNoMembers) {
    for (const std::string_view text : {"", "\n\n", "# only a comment\n  # and another", "---\n"}) {
        const auto members = read_document(text);
        ASSERT_TRUE(members.has_value()) << text;
        EXPECT_THAT(*members, IsEmpty());
    }
}

TEST(Document, TextThatIsNoObjectIsAFault) {
    const auto faults = faults_of("- a\n- b\n");
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].line, 1U);
    EXPECT_THAT(faults[0].message, HasSubstr("must be an object"));
}

TEST(Document, DoubledNamesTabsAndBrokenTextAreFaultsWithTheirPlace) {
    EXPECT_EQ(faults_of("a: 1\na: 2\n").at(0).line, 2U);
    EXPECT_EQ(faults_of("a:\n\tb: 1\n").at(0).line, 2U);
    EXPECT_FALSE(faults_of("a: [1\n").empty());
}

}  // namespace
}  // namespace hal9::definition
