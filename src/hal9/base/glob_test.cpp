#include "hal9/base/glob.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hal9 {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
    const auto glob = Glob::compile(pattern);
    EXPECT_TRUE(glob.has_value()) << pattern;
    return glob && glob->matches(path);
}

TEST(Glob, PlainNamesMatchThemselves) {
    EXPECT_TRUE(matches("a/b.txt", "a/b.txt"));
    EXPECT_FALSE(matches("a/b.txt", "a/b_txt"));
    EXPECT_FALSE(matches("a", "a/b"));
    EXPECT_FALSE(matches("a/b", "a"));
    EXPECT_FALSE(matches("a", ""));
}

TEST(Glob, StarStaysWithinAComponent) {
    EXPECT_TRUE(matches("*/changelog*.gz", "bash/changelog.Debian.gz"));
    EXPECT_TRUE(matches("*/changelog*.gz", "bash/changelog.gz"));
    EXPECT_FALSE(matches("*/changelog*.gz", "changelog.gz"));
    EXPECT_FALSE(matches("*/changelog*.gz", "a/b/changelog.gz"));
    EXPECT_TRUE(matches("*", ".hidden"));
    EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
    EXPECT_FALSE(matches("a*b*c", "a-b-b-d"));
    EXPECT_TRUE(matches("a**c", "abc"));
}

TEST(Glob, QuestionMarkIsOneCharacterOrOneIllFormedByte) {
    EXPECT_TRUE(matches("?", "x"));
    EXPECT_TRUE(matches("?", "\xC3\xA9"));
    EXPECT_TRUE(matches("?", "\xE9"));
    EXPECT_TRUE(matches("??", "\xC3("));
    EXPECT_FALSE(matches("?", ""));
    EXPECT_FALSE(matches("?", "xy"));
}

TEST(Glob, SetsHoldCharactersAndRanges) {
    EXPECT_TRUE(matches("[a-cx]", "b"));
    EXPECT_TRUE(matches("[a-cx]", "x"));
    EXPECT_FALSE(matches("[a-cx]", "d"));
    EXPECT_TRUE(matches("[!a-c]", "d"));
    EXPECT_FALSE(matches("[^a-c]", "b"));
    EXPECT_TRUE(matches("[]a]", "]"));
    EXPECT_TRUE(matches("[a-]", "-"));
    EXPECT_TRUE(matches("[\\]]", "]"));
    EXPECT_TRUE(matches("[\xC3\xA0-\xC3\xBF]", "\xC3\xA9"));
}

TEST(Glob, BackslashTakesTheNextCharacterAsItIs) {
    EXPECT_TRUE(matches("\\*", "*"));
    EXPECT_FALSE(matches("\\*", "x"));
    EXPECT_TRUE(matches("\\[a", "[a"));
}

TEST(Glob, TwoStarsAreAnyNumberOfDirectories) {
    EXPECT_TRUE(matches("**/x", "x"));
    EXPECT_TRUE(matches("**/x", "a/b/x"));
    EXPECT_FALSE(matches("**/x", "a/b/y"));
    EXPECT_TRUE(matches("a/**/x", "a/x"));
    EXPECT_TRUE(matches("a/**/x", "a/b/c/x"));
    EXPECT_FALSE(matches("a/**/x", "b/x"));
    EXPECT_TRUE(matches("**", "a/b"));
    EXPECT_TRUE(matches("a/**", "a/b/c"));
    EXPECT_FALSE(matches("a/**", "a"));
    EXPECT_TRUE(matches("**/**/x", "x"));
}

TEST(Glob, TellsWhetherAnythingBelowADirectoryCanMatch) {
    const auto glob = Glob::compile("a/*/x");
    ASSERT_TRUE(glob);
    EXPECT_EQ(glob->advance(glob->start(), "b"), 0U);
    const auto in_a = glob->advance(glob->start(), "a");
    EXPECT_TRUE(glob->may_match_below(in_a));
    const auto at_end = glob->advance(glob->advance(in_a, "b"), "x");
    EXPECT_TRUE(glob->accepts(at_end));
    EXPECT_FALSE(glob->may_match_below(at_end));
}

TEST(Glob, ManyStarsAreNoTrap) {
    std::string pattern;
    for (int i = 0; i < 500; ++i) {
        pattern += "a*";
    }
    EXPECT_FALSE(matches(pattern + "b", std::string(4'000, 'a')));
}

TEST(Glob, FaultyPatternsAreRefusedWithTheReason) {
    for (const std::string& pattern :
         {std::string(),
          std::string("/etc/*"),
          std::string("a//b"),
          std::string("a/"),
          std::string("../x"),
          std::string("./x"),
          std::string("a[b"),
          std::string("a\\"),
          std::string(Glob::pattern_bytes_max + 1, 'a')}) {
        const auto glob = Glob::compile(pattern);
        ASSERT_FALSE(glob) << pattern;
        EXPECT_EQ(glob.error().code, ErrorCode::invalid_argument);
    }
    std::string deep = "a";
    for (std::size_t i = 0; i < Glob::components_max; ++i) {
        deep += "/a";
    }
    EXPECT_FALSE(Glob::compile(deep));
    EXPECT_TRUE(Glob::compile(deep.substr(2)));
}

}  // namespace
}  // namespace hal9
