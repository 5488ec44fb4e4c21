#include "hal9/app/case_suite.hpp"

#include "hal9/app/definition_file.hpp"
#include "hal9/app/detail/case_names.hpp"
#include "hal9/app/files.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

namespace hal9::app {
namespace {

namespace fs = std::filesystem;

struct NamedFile {
    std::string path;
    std::string name;  ///< of its cases
};

class SuiteReader {
public:
    SuiteReader(const definition::Network& tested, const Limits& limits)
        : tested_(tested), limits_(limits) {}

    std::variant<CaseSuite, UnreadableCases> read(const std::string& path) {
        for (const NamedFile& file : find_files(path)) {
            read_file(file);
        }
        for (const CaseFile& file : suite_.files) {
            for (const TestCase& test : file.cases) {
                read_networks(file, test);
                check_names(file, test);
            }
        }
        if (unreadable_.lines.empty() && suite_.number_of_cases() > limits_.cases_max) {
            add_error(
                str(path,
                    " has ",
                    with_thousands(suite_.number_of_cases()),
                    " cases; at most ",
                    with_thousands(limits_.cases_max),
                    " (cases_max)")
            );
        }
        if (!unreadable_.lines.empty()) {
            return std::move(unreadable_);
        }
        return std::move(suite_);
    }

private:
    void add(std::string line) { unreadable_.lines.push_back(std::move(line)); }

    /// Of something that stands in no text.
    void add_error(std::string_view message) { add(str("hal9: ", message)); }

    void add_at(const CaseFile& file, definition::TextPlace place, std::string message) {
        const definition::Fault fault{place.line, place.column, std::move(message)};
        std::string line = definition::to_string(fault, file.path);
        // What several cases share is wrong once.
        if (std::ranges::find(unreadable_.lines, line) == unreadable_.lines.end()) {
            add(std::move(line));
        }
    }

    std::vector<NamedFile> find_files(const std::string& path) {
        std::error_code wrong;
        if (fs::is_regular_file(path, wrong)) {
            return {{path, fs::path(path).stem().string()}};
        }
        std::vector<NamedFile> out;
        const fs::recursive_directory_iterator none;
        for (auto at = fs::recursive_directory_iterator(path, wrong); !wrong && at != none;
             at.increment(wrong)) {
            static constexpr std::array<std::string_view, 3> endings{".yaml", ".yml", ".json"};
            const fs::path file = at->path();
            const bool may_be_case =
                std::ranges::find(endings, file.extension().string()) != endings.end();
            if (may_be_case && at->is_regular_file(wrong)) {
                const fs::path name = file.lexically_relative(path).replace_extension();
                out.push_back({file.string(), name.string()});
            }
        }
        if (wrong) {
            add_error(
                str("cannot read ",
                    path,
                    " (",
                    wrong.message(),
                    "); name a folder of cases with --cases")
            );
        }
        std::ranges::sort(out, {}, &NamedFile::path);
        return out;
    }

    void read_file(const NamedFile& file) {
        auto text = read_whole(file.path, limits_.definition_bytes_max);
        if (!text) {
            add_error(text.error().message);
            return;
        }
        if (is_network(*text, limits_)) {
            return;
        }
        auto read = read_case_file(file.path, file.name, *std::move(text), limits_);
        if (read) {
            suite_.files.push_back(*std::move(read));
            return;
        }
        for (const definition::Fault& fault : read.error()) {
            add(definition::to_string(fault, file.path));
        }
    }

    void read_networks(const CaseFile& file, const TestCase& test) {
        for (const auto& [pointer, path] : test.networks) {
            if (suite_.networks.contains(path) || unreadable_networks_.contains(path)) {
                continue;
            }
            const auto text = read_definition(path, limits_);
            if (!text) {
                add_at(file, file.document.place(pointer), text.error().message);
                unreadable_networks_.insert(path);
                continue;
            }
            auto parsed = parse_definition(text->text, limits_);
            if (parsed) {
                suite_.networks.emplace(path, *std::move(parsed));
                continue;
            }
            unreadable_networks_.insert(path);
            for (const definition::Fault& fault : parsed.error()) {
                add(definition::to_string(fault, path));
            }
        }
    }

    /// That there are the neurons which answer or are counted.
    void check_names(const CaseFile& file, const TestCase& test) {
        detail::CaseNames names(tested_);
        std::set<std::string_view> named{tested_.name};
        for (const auto& [pointer, path] : test.networks) {
            const auto found = suite_.networks.find(path);
            if (found == suite_.networks.end()) {
                return;  // there is no telling
            }
            if (!named.insert(found->second.name).second) {
                add_at(
                    file,
                    file.document.place(pointer),
                    str("there is a network \"",
                        found->second.name,
                        "\" in this case already; remove one, or give it another name")
                );
                return;
            }
            names.add(found->second);
        }
        const std::vector<std::string> known = names.all();
        const std::vector<std::string_view> candidates(known.begin(), known.end());
        const auto check = [&](const std::string& pointer, std::string_view neuron) {
            if (std::ranges::find(known, neuron) == known.end()) {
                const auto near = nearest_name(neuron, candidates);
                add_at(
                    file,
                    file.document.name_place(pointer),
                    str("there is no neuron \"",
                        neuron,
                        near ? str("\"; did you mean `", *near, "`?")
                             : std::string("\"; of another network it is NETWORK/NEURON"))
                );
            }
        };
        for (const auto& [neuron, answers] : test.answers) {
            for (const Said<CaseAnswer>& answer : answers) {
                check(answer.pointer, neuron);
            }
        }
        for (const auto& [pointer, expected] : test.expected.signals) {
            check(pointer, expected.neuron);
        }
    }

    const definition::Network& tested_;
    const Limits& limits_;
    CaseSuite suite_;
    UnreadableCases unreadable_;
    std::set<std::string> unreadable_networks_;
};

}  // namespace

std::size_t CaseSuite::number_of_cases() const {
    std::size_t count = 0;
    for (const CaseFile& file : files) {
        count += file.cases.size();
    }
    return count;
}

std::variant<CaseSuite, UnreadableCases>
read_cases(const std::string& path, const definition::Network& tested, const Limits& limits) {
    return SuiteReader(tested, limits).read(path);
}

}  // namespace hal9::app
