#include "hal9/definition/detail/plain_yaml.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/yaml_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace hal9::definition::detail {
namespace {

/// With all places, so that trees that look the same are the same.
void append(const TreeNode& node, std::string& out) {
    out += str(node.place.line, ":", node.place.column, " ");
    if (node.is_list()) {
        out += "[";
        for (const TreeNode& element : node.elements) {
            append(element, out);
        }
        out += "]";
    } else if (node.is_object()) {
        out += "{";
        for (const TreeNode::Member& member : node.members) {
            out += str(member.name, "@", member.place.line, ":", member.place.column, "=");
            append(member.node, out);
        }
        out += "}";
    } else {
        out += str(static_cast<int>(node.scalar.kind()), "`", json::serialize(node.scalar), "` ");
    }
}

std::string to_text(const TreeNode& node) {
    std::string out;
    append(node, out);
    return out;
}

/// Whether it is plain; what it is then, yaml-cpp must make of it too.
bool is_plain_as_yaml(std::string_view text) {
    const Limits limits;
    const auto plain = read_plain_yaml(text, limits);
    if (!plain) {
        return false;
    }
    Faults faults;
    const auto whole = read_yaml(text, limits, faults);
    EXPECT_TRUE(faults.empty()) << text;
    EXPECT_TRUE(whole) << text;
    if (whole) {
        EXPECT_EQ(to_text(*plain), to_text(*whole)) << text;
    }
    return true;
}

TEST(PlainYaml, IsReadAsYamlIs) {
    for (const std::string_view text : {
             "a: 1",
             "a: 1\n",
             "# only\n\na: 1  # and behind\n\n  # indented\nb: two words\n",
             "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
             "a:\n  - 1\n  - x: 1\n    y: 2\n  -   z: 3\n  - - 4\n    - 5\nb: 6\n",
             "a:\n- 1\n- 2\nb: 3\n",
             "a:\n  # a comment\n\n  b: 1\n",
             "a: {b: 1, c: [x, 'y', \"z\", {}, []], \"d e\": {f: g}}  # flow\n",
             "a: 'it''s'\nb: \"q\\\"\\\\\\n\\t\"\n'c d': 1\n\"e\": 2\n",
             "a: x:y\nb: http://h/p#q\nc: -1\nd: -x\ne: a,b]\nf: 1.5\ng: ~\nh: true\ni: 0x1F\n",
             "a: b#c\nb: [a#b, -1, --x, http://h:80/x]\n",
             "clé: été  # à\nb: ['ü', é]\n",
             "a:    spaced   out   \nb: 1",
             "a: \"#no comment\"\nb: '#neither'\nc: {d: '#'}\n",
         }) {
        EXPECT_TRUE(is_plain_as_yaml(text)) << text;
    }
}

TEST(PlainYaml, LeavesEverythingElseToOthers) {
    for (const std::string_view text : {
             "",
             "# nothing\n",
             "a",
             "- a",
             " a: 1",
             "a:",
             "a:\nb: 1",
             "a: 1\na: 2",
             "a: 1\n  b: 2",
             "a:\n   b: 1\n  c: 2",
             "a: b: c",
             "a: - b",
             "a: |\n  text\n",
             "a: >\n  text\n",
             "a: &x 1",
             "a: *x",
             "a: !t 1",
             "a: two\n  lines\n",
             "a: 'two\n  lines'\n",
             "a: [1,\n  2]\n",
             "a: [1, ]",
             "a: {b}",
             "a: {b: }",
             "a: {b:1}",
             "a: [b: 1]",
             "a: {b: 1} c",
             "a: [1]#x",
             "a: 'x'y",
             "a: \"\\u0041\"",
             "a: .inf",
             "1: a",
             "~: a",
             "<<: {a: 1}",
             "? a\n: 1",
             "a : 1",
             "a:\t1",
             "a: 1\r\n",
             "--- \na: 1\n",
             "a: 1\n---\nb: 2\n",
             "a: 1\n...\n",
             "%YAML 1.2\n---\na: 1",
             "a:\n  -\n    b\n",
             "a: [b",
             "a: {b: c",
             "a: @b",
         }) {
        EXPECT_FALSE(is_plain_as_yaml(text)) << text;
    }
}

TEST(PlainYaml, IsWhatTheExamplesAreWrittenIn) {
    int plain = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(HAL9_EXAMPLES)) {
        if (entry.path().filename() == "network.yaml") {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string text(std::istreambuf_iterator<char>(file), {});
            plain += is_plain_as_yaml(text) ? 1 : 0;
        }
    }
    EXPECT_GE(plain, 3);
}

/// Lines of pieces that are likely to mean something together.
class Texts {
public:
    explicit Texts(std::uint64_t seed) : random_(seed) {}

    std::string next() {
        std::string out;
        std::size_t indent = 0;
        for (std::uint64_t i = 1 + random_.below(6); i > 0; --i) {
            out += std::string(indent, ' ') + line();
            out += random_.chance(0.95) ? "\n" : "";
            indent = random_.chance(0.5) ? indent : 2 * random_.below(4) + random_.below(8) / 7;
        }
        for (std::uint64_t i = random_.chance(0.3) ? random_.below(3) : 0; i > 0; --i) {
            out.insert(random_.below(out.size() + 1), piece());
        }
        return out;
    }

private:
    std::string line() {
        std::string out = random_.chance(0.2) ? "- " : "";
        out += random_.chance(0.8) ? name() : value();
        if (random_.chance(0.5)) {
            out += " " + value();
        }
        return random_.chance(0.9) ? out : out + " # c";
    }

    std::string name() {
        static constexpr std::array<std::string_view, 8>
            names{"a:", "b:", "c d:", "'e':", "\"f\":", "- g:", "é:", "h-i:"};
        return std::string(names.at(random_.below(names.size())));
    }

    std::string value() {
        if (random_.chance(0.3)) {
            std::string out = random_.chance(0.5) ? "[" : "{";
            const bool list = out == "[";
            for (std::uint64_t i = random_.below(4); i > 0; --i) {
                out += list ? value() : name() + " " + value();
                out += i > 1 ? ", " : "";
            }
            return out + (list ? "]" : "}");
        }
        static constexpr std::array<std::string_view, 12> values{
            "1",
            "x",
            "'q'",
            "\"r\"",
            "x y",
            "-1",
            "true",
            "1.5",
            "~",
            "x:y",
            "z#",
            "'it''s'"
        };
        return std::string(values.at(random_.below(values.size())));
    }

    std::string piece() {
        static constexpr std::string_view signs = " \n:-#,[]{}'\"&*!|>%@`?~.<=\\a1";
        return std::string(1, signs[random_.below(signs.size())]);
    }

    SeededRandom random_;
};

TEST(PlainYaml, IsReadAsYamlIsWhateverItIs) {
    Texts texts(7);
    int plain = 0;
    constexpr int rounds = 20'000;
    for (int i = 0; i < rounds; ++i) {
        plain += is_plain_as_yaml(texts.next()) ? 1 : 0;
    }
    EXPECT_GT(plain, rounds / 20);
}

}  // namespace
}  // namespace hal9::definition::detail
