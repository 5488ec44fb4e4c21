// The verb test: a network against its cases.
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/app/case_report.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/app/case_schema.hpp"
#include "hal9/app/case_suite.hpp"
#include "hal9/app/case_update.hpp"
#include "hal9/app/case_verdict.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/app/files.hpp"
#include "hal9/app/network_source.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/glob.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::app {
namespace {

struct TestOptions {
    CommonOptions common;
    std::string network;
    std::string cases;  ///< folder or file; "" for `cases` beside the network
    std::string filter;
    std::string timeout = "10s";
    bool list = false;
    bool schema = false;
    bool update = false;
};

/// Says on a terminal which case is at work, once it has taken a while.
class CaseProgress {
public:
    CaseProgress(const Clock& clock, std::size_t all)
        : clock_(clock), began_(clock.now().steady), all_(all) {}

    void begin(const TestCase& test) {
        ++number_;
        if (is_terminal_ && clock_.now().steady - began_ >= quiet_for) {
            const std::string line = str(number_, " of ", all_, "  ", printable(test.name));
            std::fputs(str("\r\x1b[K", clipped(line, 79), "\r").c_str(), stderr);
            is_shown_ = true;
        }
    }

    void erase() {
        if (std::exchange(is_shown_, false)) {
            std::fputs("\r\x1b[K", stderr);
        }
    }

private:
    static constexpr Duration quiet_for = std::chrono::seconds(2);

    const Clock& clock_;
    SteadyTime began_;
    std::size_t all_;
    std::size_t number_ = 0;
    bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool is_shown_ = false;
};

/// Runs and tells.
class CaseSession {
public:
    CaseSession(
        const TestOptions& options,
        const definition::Network& tested,
        const CaseSuite& suite,
        CaseLimits limits
    )
        : options_(options),
          tested_(tested),
          suite_(suite),
          limits_(limits),
          runner_(tested, suite.networks, limits, clock_),
          progress_(clock_, suite.number_of_cases()) {
        const char* const no_color = std::getenv("NO_COLOR");
        colours_ = ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
    }

    ExitCode run() {
        for (const CaseFile& file : suite_.files) {
            std::vector<CaseReport> reports;
            for (const TestCase& test : file.cases) {
                progress_.begin(test);
                const SteadyTime began = clock_.now().steady;
                auto outcome = runner_.run(test);
                if (!outcome) {
                    progress_.erase();
                    return report(outcome.error());
                }
                CaseReport told{.file = &file, .test = &test, .outcome = *std::move(outcome)};
                told.failures = judge(test, told.outcome);
                told.wall = clock_.now().steady - began;
                reports.push_back(std::move(told));
                if (!options_.update) {
                    tell(reports.back());
                }
            }
            if (options_.update) {
                update(file, reports);
                std::ranges::for_each(reports, [this](const CaseReport& each) { tell(each); });
            }
        }
        if (!options_.common.json) {
            tell_unreached();
            std::puts(str(passed_, " passed, ", failed_, " failed", updated_text()).c_str());
        }
        return failed_ == 0 ? ExitCode::done : ExitCode::failed;
    }

private:
    void tell(const CaseReport& told) {
        progress_.erase();
        ++(told.has_passed() ? passed_ : failed_);
        updated_ += told.is_updated ? 1 : 0;
        for (const auto& [neuron, counts] : told.outcome.signals) {
            reached_.insert(neuron);
        }
        if (options_.common.json) {
            print_json(to_json(told));
        } else {
            std::fputs(to_text(told, colours_).c_str(), stdout);
        }
        std::fflush(stdout);
    }

    /// Of cases that were chosen nothing follows for the others.
    void tell_unreached() const {
        std::string names;
        for (const definition::Neuron& neuron : tested_.neurons) {
            if (options_.filter.empty() && !reached_.contains(neuron.name)) {
                names += str(names.empty() ? "" : ", ", neuron.name);
            }
        }
        if (!names.empty()) {
            std::puts(str("no case reaches: ", names).c_str());
        }
    }

    [[nodiscard]] std::string updated_text() const {
        return options_.update ? str(", ", updated_, " updated") : std::string();
    }

    /// Whether this failure is one that a new result mends.
    static bool is_of_result(const CaseReport& told, const CaseFailure& failure) {
        const Expectations& expected = told.test->expected;
        return expected.are_none()
                   ? failure.pointer == told.test->pointer
                   : expected.result && failure.pointer.starts_with(expected.result->pointer);
    }

    void update(const CaseFile& file, std::vector<CaseReport>& reports) {
        std::vector<NewResult> results;
        for (CaseReport& told : reports) {
            const bool completed = told.outcome.end == CaseOutcome::End::completed;
            const auto mended = [&told](const CaseFailure& each) {
                return is_of_result(told, each);
            };
            if (completed && std::ranges::any_of(told.failures, mended)) {
                results.push_back({told.test->pointer, told.outcome.result});
                std::erase_if(told.failures, mended);
                told.is_updated = true;
            }
        }
        if (results.empty()) {
            return;
        }
        auto text = update_results(file, results, limits_.limits);
        const auto written =
            text ? write_whole(file.path, *text) : Result<void>(fail(text.error()));
        if (!written) {
            for (CaseReport& told : reports) {
                if (std::exchange(told.is_updated, false)) {
                    told.failures.push_back(
                        {.pointer = told.test->pointer, .message = written.error().message}
                    );
                }
            }
        }
    }

    const TestOptions& options_;
    const definition::Network& tested_;
    const CaseSuite& suite_;
    CaseLimits limits_;
    adapters::SystemClock clock_;
    CaseRunner runner_;
    CaseProgress progress_;
    bool colours_ = false;
    std::set<std::string, std::less<>> reached_;  ///< neurons that had signals
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::size_t updated_ = 0;
};

/// Its own name or one of the folders and files it is in.
bool is_wanted(const Glob& filter, const std::string& name) {
    for (std::size_t end = name.find('/'); end != std::string::npos;
         end = name.find('/', end + 1)) {
        if (filter.matches(std::string_view(name).substr(0, end))) {
            return true;
        }
    }
    return filter.matches(name);
}

Result<void> keep_wanted(CaseSuite& suite, const std::string& pattern) {
    if (!pattern.empty()) {
        HAL9_TRY(const Glob filter, Glob::compile(pattern));
        for (CaseFile& file : suite.files) {
            std::erase_if(file.cases, [&filter](const TestCase& test) {
                return !is_wanted(filter, test.name);
            });
        }
    }
    if (suite.number_of_cases() == 0) {
        return fail(
            ErrorCode::not_found,
            pattern.empty() ? "there are no cases; a case is a .yaml, .yml or .json file"
                            : str("no case is named ", pattern, "; --list shows those there are")
        );
    }
    return {};
}

ExitCode list(const CaseSuite& suite, bool as_json) {
    json::array rows;
    for (const CaseFile& file : suite.files) {
        for (const TestCase& test : file.cases) {
            const json::object row{
                {"id", test.name},
                {"file", file.path},
                {"line", file.document.name_place(test.pointer).line},
                {"description", test.description},
            };
            if (as_json) {
                print_json(row);
            } else {
                rows.push_back({{"case", test.name}, {"description", test.description}});
            }
        }
    }
    if (!as_json) {
        std::fputs(to_table(rows).c_str(), stdout);
    }
    return ExitCode::done;
}

/// Where the cases lie.
Result<std::string> folder_of(const TestOptions& options, const NetworkSource& network) {
    if (!options.cases.empty()) {
        return options.cases;
    }
    if (network.version || options.network == "-") {
        return fail(
            ErrorCode::invalid_argument,
            "only beside a definition file there is a folder of cases; name one with --cases"
        );
    }
    return (std::filesystem::path(options.network).parent_path() / "cases").string();
}

ExitCode test(const TestOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    CaseLimits limits{.limits = config->limits};
    if (const auto time_max = parse_duration(options.timeout); time_max) {
        limits.time_max = *time_max;
    } else {
        return report({time_max.error().code, str("--timeout: ", time_max.error().message)});
    }
    const auto source = find_network(*config, options.network);
    if (!source) {
        return source.error();
    }
    const auto tested = parse_definition(source->canonical, config->limits);
    if (!tested) {
        print_faults(tested.error(), source->label);
        return ExitCode::failed;
    }
    if (options.schema) {
        print_json(case_schema(source->definition, describe_kinds(), config->limits));
        return ExitCode::done;
    }
    const auto folder = folder_of(options, *source);
    if (!folder) {
        return report(folder.error());
    }
    auto read = read_cases(*folder, *tested, config->limits);
    if (const auto* const unreadable = std::get_if<UnreadableCases>(&read)) {
        for (const std::string& line : unreadable->lines) {
            say(line, stderr);
        }
        return ExitCode::usage;
    }
    CaseSuite& suite = std::get<CaseSuite>(read);
    if (const auto kept = keep_wanted(suite, options.filter); !kept) {
        return report(kept.error());
    }
    return options.list ? list(suite, options.common.json)
                        : CaseSession(options, *tested, suite, limits).run();
}

}  // namespace

void add_test_verb(VerbContext context) {
    auto options = std::make_shared<TestOptions>();  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand("test", "Run the cases of a network");
    add_common_options(*verb, options->common);
    verb->add_option("NETWORK", options->network, "Definition file, or a version in the store")
        ->required();
    verb->add_option("--cases", options->cases, "Folder of cases, or one of them")
        ->type_name("DIR");
    verb->add_option("--filter", options->filter, "Only cases of such names")->type_name("GLOB");
    CLI::Option* const list = verb->add_flag("--list", options->list, "Print the cases, run none");
    CLI::Option* const schema = verb->add_flag(
        "--schema",
        options->schema,
        "Print a JSON Schema of the cases, for editors"
    );
    CLI::Option* const update =
        verb->add_flag("--update", options->update, "Write the results into the cases");
    list->excludes(schema)->excludes(update);
    schema->excludes(update);
    verb->add_option("--timeout", options->timeout, "For each case; 10s if not said")
        ->type_name("DURATION");
    verb->footer("Example: hal9 test examples/approval/network.yaml --filter 'deciding/*'");
    verb->callback([options, &code = context.code] { code = test(*options); });
}

}  // namespace hal9::app
