// The schema that editors get, with the kinds there are: every network shown to people fits it.
#include "hal9/definition/language_schema.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/document.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

struct ShownNetwork {
    std::string place;
    std::string text;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_network(std::string_view text) {
    return text.find("hal9: 1") != std::string_view::npos;
}

/// The fenced YAML blocks of a page that are whole networks.
void add_networks(const std::filesystem::path& page, std::vector<ShownNetwork>& out) {
    constexpr std::string_view open = "```yaml\n";
    constexpr std::string_view close = "\n```";
    const std::string text = read_file(page);
    for (std::size_t at = 0; (at = text.find(open, at)) != std::string::npos;) {
        at += open.size();
        std::string block = text.substr(at, text.find(close, at) - at + 1);
        if (is_network(block)) {
            out.push_back({.place = page, .text = std::move(block)});
        }
    }
}

std::vector<ShownNetwork> shown_networks() {
    const std::filesystem::path root = HAL9_SOURCE_ROOT;
    std::vector<ShownNetwork> out;
    for (const char* folder : {"docs", "examples"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            if (entry.path().extension() == ".md") {
                add_networks(entry.path(), out);
            } else if (entry.path().extension() == ".yaml") {
                std::string text = read_file(entry.path());
                if (is_network(text)) {
                    out.push_back({.place = entry.path(), .text = std::move(text)});
                }
            }
        }
    }
    return out;
}

class LanguageSchema : public testing::Test {
protected:
    /// "" when it fits.
    [[nodiscard]] std::string misfit(std::string_view network) const {
        const auto document = definition::read_document(network);
        if (!document) {
            return definition::to_string(document.error().front(), "text");
        }
        json::object whole;
        for (const definition::DocumentMember& member : *document) {
            if (member.path.size() == 1) {
                whole[member.path.front()] = member.value;
            }
        }
        const auto checked = definition::check_value(schema_, whole, "the network");
        return checked ? "" : checked.error().message;
    }

    PreparedFiles files_;
    std::vector<KindDescription> kinds_ = descriptions(make_kinds(files_));
    json::value schema_ = definition::language_schema(kinds_);
};

TEST_F(LanguageSchema, FitsEveryNetworkThatIsShown) {
    int right = 0;
    for (const ShownNetwork& network : shown_networks()) {
        // A guide may show a mistake.
        if (definition::parse_network(network.text, kinds_)) {
            ++right;
            EXPECT_EQ(misfit(network.text), "") << network.place;
        }
    }
    EXPECT_GE(right, 20);
}

TEST_F(LanguageSchema, AsksForWhatEachKindNeeds) {
    for (const std::string_view neuron :
         {"kind: json.map",
          "kind: json.map, settings: {valeu: 1}",
          "kind: json.route, settings: {routes: [{when: {at: '', eq: 1}, to: '${/to}'}]}",
          "kind: state.update, settings: {op: increment}",
          "kind: state.update, key: '${/k}', settings: {op: merge}",
          "kind: files.read, settings: {path: x, encoding: '${/e}'}",
          "kind: text.extract, settings: {text: x}",
          "kind: text.extract, settings: {text: x, one: {a: {find: b, as: date}}}",
          "kind: text.extract, settings: {text: x, each: {a: b}}",
          "kind: text.check, settings: {text: x, patterns: [], allowed: 1}",
          "kind: delay, settings: {for: 1s, until: '${/t}'}",
          "kind: fail, settings: {rate: 2}",
          "kind: json.split, settings: {list: 3}"}) {
        const std::string network =
            str("hal9: 1\nname: n\nstart: a\nneurons:\n  a: {layer: L1, ", neuron, "}\n");
        EXPECT_FALSE(definition::parse_network(network, kinds_)) << neuron;
        EXPECT_NE(misfit(network), "") << neuron;
    }
}

}  // namespace
}  // namespace hal9::neurons
