// CaseFile: what a case of `hal9 test` says, read from YAML or JSON, with every fault at its place.
//
// A case is an input, what people answer, what lies in files, and what is expected of the run. A
// file holds one, or under `cases` several that share what stands beside it. Nothing is run here:
// see case_runner.hpp. docs/reference/cases.md says what each key means.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/base/json.hpp"
#include "hal9/definition/placed_document.hpp"
#include "hal9/definition/predicate.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hal9::app {

/// Something that a case says, and the JSON Pointer to where in its file it stands.
template <class T>
struct Said {
    std::string pointer;
    T value;
};

/// What somebody answers to the questions of one neuron.
struct CaseAnswer {
    json::value answer;
    std::string by = "somebody";
    std::string question;                       ///< what the question must contain
    std::optional<definition::Predicate> when;  ///< on the payload of the signal that asks
    Duration after{0};                          ///< how long the question waits for it
    std::optional<std::uint32_t> times;         ///< questions that it answers; none: any number
};

/// Answers by the name of the neuron that asks, the first that fits first.
using CaseAnswers = std::map<std::string, std::vector<Said<CaseAnswer>>, std::less<>>;

/// What somebody sends to the run, or to one that it started.
struct CaseMessage {
    std::string name;
    std::string to;  ///< a network that is called; "": the run itself
    json::value message;
    std::string by = "somebody";
    Duration after{0};  ///< the beginning of the run
};

/// A file as the runs of the case see it.
struct CaseContent {
    /// What lies in a file or directory of this machine.
    struct From {
        std::string path;
    };

    std::string path;  ///< absolute
    std::variant<std::string, From, Error> content;
};

struct ExpectedError {
    std::optional<ErrorCode> code;
    std::string message;  ///< a part of it
};

struct ExpectedSignals {
    std::string neuron;
    std::optional<SignalStatus> status;  ///< none: in any
    std::uint64_t count = 0;
};

struct Expectations {
    std::optional<Said<json::value>> result;
    std::optional<Said<json::value>> matches;
    std::optional<Said<definition::Predicate>> holds;
    std::optional<Said<ExpectedError>> error;
    std::optional<Said<Duration>> took;
    std::vector<Said<ExpectedSignals>> signals;

    [[nodiscard]] bool are_none() const {
        return !result && !matches && !holds && !error && !took && signals.empty();
    }
};

struct TestCase {
    std::string name;     ///< that of its file, with `/` and its own where the file holds several
    std::string pointer;  ///< to the case in its file
    std::string description;
    json::value input = json::object{};
    std::vector<json::value> earlier;         ///< inputs of runs that ended before
    std::vector<Said<std::string>> networks;  ///< files of those that it calls
    CaseAnswers answers;
    std::vector<Said<CaseMessage>> messages;
    std::vector<Said<CaseContent>> files;
    std::optional<WallTime> now;  ///< when it begins
    Expectations expected;
};

struct CaseFile {
    std::string path;  ///< as it was named
    std::string text;
    definition::PlacedDocument document;
    std::vector<TestCase> cases;
};

/// `name` is that of its case, or before the slash that of its cases. Files that it names are
/// relative to it.
[[nodiscard]] std::expected<CaseFile, std::vector<definition::Fault>>
read_case_file(std::string path, const std::string& name, std::string text, const Limits& limits);

/// Whether the text has the key `hal9`: a network, which may lie among the cases that call it.
[[nodiscard]] bool is_network(std::string_view text, const Limits& limits);

}  // namespace hal9::app
