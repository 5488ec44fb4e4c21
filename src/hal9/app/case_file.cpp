#include "hal9/app/case_file.hpp"

#include "hal9/app/detail/case_fields.hpp"
#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace hal9::app {
namespace {

using definition::Fault;
using definition::PlacedDocument;
using definition::pointer_to;
using detail::FieldNames;
using detail::in_quotes;
using detail::is_one_of;
using Found = detail::FoundValue;

constexpr std::array<std::string_view, 15> case_keys{
    "description",
    "input",
    "earlier",
    "answers",
    "messages",
    "networks",
    "files",
    "now",
    "result",
    "matches",
    "holds",
    "error",
    "signals",
    "took",
    "cases",
};
constexpr std::array<std::string_view, 6> answer_keys{
    "answer",
    "by",
    "question",
    "when",
    "after",
    "times",
};
constexpr std::array<std::string_view, 5> message_keys{"name", "to", "message", "by", "after"};
constexpr std::array<std::string_view, 3> content_keys{"text", "from", "error"};
constexpr std::array<std::string_view, 2> error_keys{"code", "message"};

class CaseReader {
public:
    CaseReader(const PlacedDocument& document, std::string folder, const Limits& limits)
        : document_(document), folder_(std::move(folder)), fields_(document, limits) {}

    std::vector<TestCase> read(const std::string& name) {
        std::vector<TestCase> cases;
        const json::object* const top =
            fields_.object({"", &document_.value()}, "a case", case_keys);
        if (top == nullptr) {
            return cases;
        }
        const json::value* const several = top->if_contains("cases");
        if (several == nullptr) {
            cases.push_back(read_case(name, "", *top));
            return cases;
        }
        const json::object* const rows = several->if_object();
        if (rows == nullptr || rows->empty()) {
            add("/cases", "`cases` must be an object of cases by their names");
            return cases;
        }
        shared_ = top;
        for (const auto& [row, value] : *rows) {
            const std::string pointer = pointer_to("/cases", row);
            const FieldNames keys = FieldNames(case_keys).first(case_keys.size() - 1);
            if (const json::object* const one = fields_.object({pointer, &value}, "a case", keys)) {
                cases.push_back(read_case(str(name, '/', std::string_view(row)), pointer, *one));
            }
        }
        return cases;
    }

    std::vector<Fault> take_faults() { return fields_.take_faults(); }

private:
    void add(const std::string& pointer, std::string message) {
        fields_.add(pointer, std::move(message));
    }

    /// What a case leaves out is what its file says for all of them.
    [[nodiscard]] std::optional<Found>
    find(const json::object& one, const std::string& pointer, std::string_view name) const {
        if (const json::value* const own = one.if_contains(name)) {
            return Found{pointer_to(pointer, name), own};
        }
        const json::value* const shared = shared_ ? shared_->if_contains(name) : nullptr;
        return shared ? std::optional(Found{pointer_to("", name), shared}) : std::nullopt;
    }

    TestCase read_case(std::string name, const std::string& pointer, const json::object& one) {
        TestCase out{.name = std::move(name), .pointer = pointer};
        if (const auto description = find(one, pointer, "description")) {
            out.description = fields_.text(*description, "`description`").value_or("");
        }
        if (const auto input = find(one, pointer, "input")) {
            out.input = *input->value;
        }
        if (const auto earlier = find(one, pointer, "earlier")) {
            read_earlier(*earlier, out);
        }
        if (const auto networks = find(one, pointer, "networks")) {
            read_networks(*networks, out);
        }
        if (const auto answers = find(one, pointer, "answers")) {
            read_answers(*answers, out);
        }
        if (const auto messages = find(one, pointer, "messages")) {
            read_messages(*messages, out);
        }
        if (const auto files = find(one, pointer, "files")) {
            read_files(*files, out);
        }
        if (const auto now = find(one, pointer, "now")) {
            const auto text = fields_.text(*now, "`now`");
            out.now = text ? parse_rfc3339(*text) : std::nullopt;
            if (text && !out.now) {
                add(now->pointer, "`now` must be a time such as 2031-01-14T08:30:00Z");
            }
        }
        read_expectations(one, pointer, out.expected);
        return out;
    }

    void read_earlier(const Found& found, TestCase& out) {
        if (const json::array* const inputs = found.value->if_array()) {
            out.earlier.assign(inputs->begin(), inputs->end());
        } else {
            add(found.pointer, "`earlier` must be a list of inputs");
        }
    }

    void read_networks(const Found& found, TestCase& out) {
        const json::array* const files = found.value->if_array();
        if (files == nullptr) {
            add(found.pointer, "`networks` must be a list of definition files");
            return;
        }
        for (std::size_t i = 0; i < files->size(); ++i) {
            const Found file{str(found.pointer, '/', i), &(*files)[i]};
            if (const auto path = fields_.text(file, "an element of `networks`")) {
                out.networks.push_back({file.pointer, resolved(*path)});
            }
        }
    }

    [[nodiscard]] std::string resolved(const std::string& path) const {
        return (std::filesystem::path(folder_) / path).lexically_normal().string();
    }

    void read_answers(const Found& found, TestCase& out) {
        const json::object* const neurons = found.value->if_object();
        if (neurons == nullptr) {
            add(found.pointer, "`answers` must be an object of answers by neuron");
            return;
        }
        for (const auto& [neuron, value] : *neurons) {
            auto& answers = out.answers[std::string(neuron)];
            const std::string pointer = pointer_to(found.pointer, neuron);
            if (const json::array* const list = value.if_array()) {
                for (std::size_t i = 0; i < list->size(); ++i) {
                    read_answer({str(pointer, '/', i), &(*list)[i]}, answers);
                }
            } else {
                read_answer({pointer, &value}, answers);
            }
        }
    }

    void read_answer(const Found& found, std::vector<Said<CaseAnswer>>& out) {
        const json::object* const one = fields_.object(found, "an answer", answer_keys);
        if (one == nullptr) {
            return;
        }
        const json::value* const value = one->if_contains("answer");
        if (value == nullptr) {
            add(found.pointer, "an answer lacks the key \"answer\"; add it");
            return;
        }
        Said<CaseAnswer> answer{found.pointer, {.answer = *value}};
        for (const auto& [name, member] : *one) {
            read_answer_member(name, {pointer_to(found.pointer, name), &member}, answer.value);
        }
        out.push_back(std::move(answer));
    }

    void read_answer_member(std::string_view name, const Found& found, CaseAnswer& out) {
        if (name == "by") {
            out.by = fields_.text(found, "`by`").value_or(out.by);
        } else if (name == "question") {
            out.question = fields_.text(found, "`question`").value_or("");
        } else if (name == "when") {
            out.when = fields_.predicate(found, "`when`");
        } else if (name == "after") {
            out.after = fields_.duration(found, "`after`").value_or(out.after);
        } else if (name == "times") {
            const auto times = fields_.count(found, "`times`");
            out.times = times ? std::optional(static_cast<std::uint32_t>(*times)) : std::nullopt;
        }
    }

    void read_messages(const Found& found, TestCase& out) {
        const json::array* const messages = found.value->if_array();
        if (messages == nullptr) {
            add(found.pointer, "`messages` must be a list of messages");
            return;
        }
        for (std::size_t i = 0; i < messages->size(); ++i) {
            read_message({str(found.pointer, '/', i), &(*messages)[i]}, out);
        }
    }

    void read_message(const Found& found, TestCase& out) {
        const json::object* const one = fields_.object(found, "a message", message_keys);
        if (one == nullptr) {
            return;
        }
        Said<CaseMessage> message{found.pointer, {}};
        for (const auto& [name, member] : *one) {
            const Found part{pointer_to(found.pointer, name), &member};
            if (name == "name") {
                message.value.name = fields_.text(part, "`name`").value_or("");
            } else if (name == "to") {
                message.value.to = fields_.text(part, "`to`").value_or("");
            } else if (name == "message") {
                message.value.message = member;
            } else if (name == "by") {
                message.value.by = fields_.text(part, "`by`").value_or("");
            } else if (name == "after") {
                message.value.after = fields_.duration(part, "`after`").value_or(Duration(0));
            }
        }
        if (!one->contains("name")) {
            add(found.pointer, "a message lacks the key \"name\"; add it");
        }
        out.messages.push_back(std::move(message));
    }

    void read_files(const Found& found, TestCase& out) {
        const json::object* const files = found.value->if_object();
        if (files == nullptr) {
            add(found.pointer, "`files` must be an object of contents by absolute path");
            return;
        }
        for (const auto& [path, value] : *files) {
            const std::string pointer = pointer_to(found.pointer, path);
            const std::filesystem::path normal =
                std::filesystem::path(std::string(path)).lexically_normal();
            if (!normal.is_absolute()) {
                fields_.add_to_name(
                    pointer,
                    str(in_quotes(path), " is no absolute path; it must begin with /")
                );
            } else if (auto content = read_content({pointer, &value})) {
                out.files.push_back({pointer, {normal.string(), *std::move(content)}});
            }
        }
    }

    std::optional<decltype(CaseContent::content)> read_content(const Found& found) {
        if (const json::string* const text = found.value->if_string()) {
            return std::string(*text);
        }
        const json::object* const one = fields_.object(found, "a file", content_keys);
        if (one == nullptr) {
            return std::nullopt;
        }
        if (one->size() != 1 || !is_one_of(one->begin()->key(), content_keys)) {
            add(found.pointer, "a file has just one of text, from and error");
            return std::nullopt;
        }
        const std::string_view name = one->begin()->key();
        const Found member{pointer_to(found.pointer, name), &one->begin()->value()};
        if (name == "error") {
            const auto code = fields_.error_code(member);
            return code ? std::optional(Error(*code, "as the case has it")) : std::nullopt;
        }
        auto text = fields_.text(member, str('`', name, '`'));
        if (!text) {
            return std::nullopt;
        }
        if (name == "from") {
            return CaseContent::From{resolved(*text)};
        }
        return *std::move(text);
    }

    void read_expectations(const json::object& one, const std::string& pointer, Expectations& out) {
        if (const auto result = find(one, pointer, "result")) {
            out.result = {result->pointer, *result->value};
        }
        if (const auto matches = find(one, pointer, "matches")) {
            out.matches = {matches->pointer, *matches->value};
        }
        if (const auto holds = find(one, pointer, "holds")) {
            if (auto predicate = fields_.predicate(*holds, "`holds`")) {
                out.holds = {holds->pointer, *std::move(predicate)};
            }
        }
        if (const auto error = find(one, pointer, "error")) {
            read_error(*error, out);
        }
        if (const auto took = find(one, pointer, "took")) {
            if (const auto duration = fields_.duration(*took, "`took`")) {
                out.took = {took->pointer, *duration};
            }
        }
        if (const auto signals = find(one, pointer, "signals")) {
            read_signals(*signals, out);
        }
        if (out.error && (out.result || out.matches || out.holds)) {
            add(out.error->pointer,
                "a run that fails has no result; keep `error`, or `result`, `matches` and `holds`");
        }
    }

    void read_error(const Found& found, Expectations& out) {
        ExpectedError expected;
        if (found.value->is_string()) {
            expected.code = fields_.error_code(found);
        } else if (const json::object* const one = fields_.object(found, "`error`", error_keys)) {
            if (const json::value* const code = one->if_contains("code")) {
                expected.code = fields_.error_code({pointer_to(found.pointer, "code"), code});
            }
            if (const json::value* const message = one->if_contains("message")) {
                const Found part{pointer_to(found.pointer, "message"), message};
                expected.message = fields_.text(part, "`message`").value_or("");
            }
        }
        out.error = {found.pointer, std::move(expected)};
    }

    void read_signals(const Found& found, Expectations& out) {
        const json::object* const neurons = found.value->if_object();
        if (neurons == nullptr) {
            add(found.pointer, "`signals` must be an object of numbers by neuron");
            return;
        }
        for (const auto& [neuron, value] : *neurons) {
            const std::string pointer = pointer_to(found.pointer, neuron);
            const json::object* const statuses = value.if_object();
            if (statuses == nullptr) {
                if (const auto count = fields_.count({pointer, &value}, "a number of signals")) {
                    out.signals.push_back({pointer, {std::string(neuron), {}, *count}});
                }
                continue;
            }
            read_statuses(std::string(neuron), pointer, *statuses, out);
        }
    }

    void read_statuses(
        const std::string& neuron,
        const std::string& pointer,
        const json::object& counts,
        Expectations& out
    ) {
        static constexpr std::array<std::string_view, 5> statuses{
            "waiting",
            "parked",
            "completed",
            "failed",
            "cancelled",
        };
        for (const auto& [status, number] : counts) {
            const Found found{pointer_to(pointer, status), &number};
            if (!is_one_of(status, statuses)) {
                fields_.add_unknown(pointer, str("status ", in_quotes(status)), status, statuses);
            } else if (const auto count = fields_.count(found, "a number of signals")) {
                out.signals.push_back({found.pointer, {neuron, signal_status_from(status), *count}}
                );
            }
        }
    }

    const PlacedDocument& document_;
    std::string folder_;
    detail::CaseFields fields_;
    const json::object* shared_ = nullptr;
};

}  // namespace

std::expected<CaseFile, std::vector<Fault>>
read_case_file(std::string path, const std::string& name, std::string text, const Limits& limits) {
    auto document = PlacedDocument::read(text, limits);
    if (!document) {
        return std::unexpected(std::move(document).error());
    }
    CaseReader reader(*document, std::filesystem::path(path).parent_path().string(), limits);
    std::vector<TestCase> cases = reader.read(name);
    if (auto faults = reader.take_faults(); !faults.empty()) {
        return std::unexpected(std::move(faults));
    }
    return CaseFile{std::move(path), std::move(text), *std::move(document), std::move(cases)};
}

bool is_network(std::string_view text, const Limits& limits) {
    const auto document = PlacedDocument::read(text, limits);
    const json::object* const top = document ? document->value().if_object() : nullptr;
    return top != nullptr && top->contains("hal9");
}

}  // namespace hal9::app
