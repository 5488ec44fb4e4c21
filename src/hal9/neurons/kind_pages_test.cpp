// docs/reference/kinds has one page a kind. What stands between the marks is made from the kind's
// description: HAL9_WRITE_PAGES=1 writes it anew. The rest is written by hand; its examples are
// whole networks, and tests/e2e/kinds_test.py runs those that say what comes out.
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"
#include "hal9/neurons/detail/kind_page_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace hal9::neurons {
namespace {

using testing::IsEmpty;

constexpr std::string_view begin_mark =
    "<!-- generated: HAL9_WRITE_PAGES=1 ./dev test neurons.KindPages -->\n";
constexpr std::string_view end_mark = "<!-- written by hand -->\n";

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Of a page or of the index.
std::string generated_part(std::string_view page) {
    const std::size_t begin = page.find(begin_mark);
    const std::size_t end = page.find(end_mark);
    if (begin != 0 || end == std::string_view::npos) {
        return {};
    }
    return std::string(page.substr(begin_mark.size(), end - begin_mark.size()));
}

/// The fenced blocks in YAML.
std::vector<std::string> examples(std::string_view page) {
    constexpr std::string_view open = "\n```yaml\n";
    constexpr std::string_view close = "\n```\n";
    std::vector<std::string> out;
    for (std::size_t at = 0; (at = page.find(open, at)) != std::string_view::npos;) {
        at += open.size();
        const std::size_t end = page.find(close, at);
        EXPECT_NE(end, std::string_view::npos) << "a block that does not end";
        out.emplace_back(page.substr(at, end - at + 1));
    }
    return out;
}

class KindPages : public testing::Test {
protected:
    KindPages() {
        generated_["README.md"] = index_of_kinds(kinds_);
        for (const KindDescription& kind : kinds_) {
            generated_[kind.name + ".md"] = kind_page(kind);
        }
    }

    void write() {
        std::filesystem::create_directories(folder_);
        for (const auto& [name, text] : generated_) {
            const std::string page = read_file(folder_ / name);
            const std::size_t by_hand = page.find(end_mark);
            // Whoever reads at the same time sees the old page or the new one.
            const std::filesystem::path written = folder_ / (name + ".new");
            std::ofstream(written, std::ios::binary)
                << begin_mark << text << "\n"
                << (by_hand == std::string::npos ? std::string(end_mark) : page.substr(by_hand));
            std::filesystem::rename(written, folder_ / name);
        }
    }

    std::filesystem::path folder_ = HAL9_KIND_PAGES;
    PreparedFiles files_;
    std::vector<KindDescription> kinds_ = descriptions(make_kinds(files_));
    std::map<std::string, std::string> generated_;  ///< by name of file
};

TEST_F(KindPages, SayWhatTheKindsSayOfThemselves) {
    if (std::getenv("HAL9_WRITE_PAGES") != nullptr) {
        write();
    }
    for (const auto& [name, text] : generated_) {
        EXPECT_EQ(generated_part(read_file(folder_ / name)), text + "\n")
            << name << ": write it with HAL9_WRITE_PAGES=1 ./dev test neurons.KindPages";
    }
}

TEST_F(KindPages, AreThereForKindsAlone) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        EXPECT_TRUE(generated_.contains(entry.path().filename())) << entry.path();
    }
}

TEST_F(KindPages, ShowNetworksThatWork) {
    for (const KindDescription& kind : kinds_) {
        const auto networks = examples(read_file(folder_ / (kind.name + ".md")));
        bool shows_it = false;
        for (const std::string& network : networks) {
            const auto parsed = definition::parse_network(network, kinds_);
            std::vector<std::string> faults;
            if (!parsed) {
                for (const definition::Fault& fault : parsed.error()) {
                    faults.push_back(definition::to_string(fault, kind.name + ".md"));
                }
            }
            EXPECT_THAT(faults, IsEmpty()) << network;
            shows_it = shows_it || network.find(str("kind: ", kind.name)) != std::string::npos;
        }
        EXPECT_TRUE(shows_it) << kind.name
                              << ".md: add an example, a whole network in a yaml block";
    }
}

}  // namespace
}  // namespace hal9::neurons
