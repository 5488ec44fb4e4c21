#include "hal9/app/detail/case_people.hpp"

#include "hal9/base/text.hpp"
#include "hal9/model/run.hpp"

#include <algorithm>
#include <utility>

namespace hal9::app::detail {
namespace {

/// As a person is shown it.
std::string text_of(const json::value& question) {
    const json::string* const text = question.if_string();
    return text ? std::string(*text) : json::serialize(question);
}

const json::value& member(const json::value& object, std::string_view name) {
    static const json::value none;
    const json::object* const members = object.if_object();
    const json::value* const found = members ? members->if_contains(name) : nullptr;
    return found ? *found : none;
}

Result<json::value> parsed(const Body& body) {
    return body ? parse_json(*body) : Result<json::value>(nullptr);
}

}  // namespace

void CasePeople::begin(RunId run, WallTime now) {
    run_ = run;
    began_ = now;
    for (const Said<CaseMessage>& message : test_.messages) {
        by_time_.push_back(&message);
    }
    std::ranges::stable_sort(by_time_, {}, [](const auto* each) { return each->value.after; });
}

Result<bool> CasePeople::act(WallTime now) {
    HAL9_TRY(const bool answered, answer(now));
    HAL9_TRY(const bool sent, send_message(now));
    return sent || answered;
}

/// The run of the case, or of those of a network that it started the first one that waits for the
/// message, else the first; nothing: none goes on.
Result<std::optional<RunId>> CasePeople::run_for(const CaseMessage& message) {
    if (message.to.empty()) {
        return run_;
    }
    HAL9_TRY(const auto runs, store_.unfinished_runs(default_organization));
    std::optional<RunId> first;
    for (const RunRecord& run : runs) {
        if (run.network != message.to || run.id <= *run_ || run.state != RunState::running) {
            continue;
        }
        HAL9_TRY(const auto receiver, store_.find_receiver(run.id, message.name));
        if (receiver) {
            return run.id;
        }
        first = first ? first : run.id;
    }
    return first;
}

/// One at a time: what it leads to comes before the next one.
Result<bool> CasePeople::send_message(WallTime now) {
    if (messages_sent_ == by_time_.size() || began_ + by_time_[messages_sent_]->value.after > now) {
        return false;
    }
    const auto& [pointer, message] = *by_time_[messages_sent_++];
    HAL9_TRY(const auto run, run_for(message));
    if (!run) {
        refused_.push_back(
            {pointer,
             str("no run of network \"", message.to, "\" was under way when this was to be sent")}
        );
        return true;
    }
    sending_.push_back(StartedTask::start<Result<bool>>(
        node_.send(*run, {message.name, message.message, message.by}),
        [this, &pointer](const Result<bool>& sent) {
            if (!sent) {
                refused_.push_back({pointer, sent.error().full_message()});
            }
        }
    ));
    return true;
}

Result<bool> CasePeople::answer(WallTime now) {
    HAL9_TRY(const auto questions, open_questions());
    bool answered = false;
    for (const SignalId signal : questions) {
        if (!seen_.contains(signal)) {
            HAL9_TRY(const Question question, read(signal));
            const Said<CaseAnswer>* const chosen = choose(question);
            seen_[signal] = {chosen, chosen ? now + chosen->value.after : WallTime{}};
        }
        Seen& seen = seen_[signal];
        if (seen.answer != nullptr && !seen.is_sent && seen.due <= now) {
            seen.is_sent = true;
            send_answer(signal, *seen.answer);
            answered = true;
        }
    }
    return answered;
}

std::optional<WallTime> CasePeople::next_act() const {
    std::optional<WallTime> next;
    if (messages_sent_ < by_time_.size()) {
        next = began_ + by_time_[messages_sent_]->value.after;
    }
    for (const auto& [signal, seen] : seen_) {
        if (seen.answer != nullptr && !seen.is_sent) {
            next = next ? std::min(*next, seen.due) : seen.due;
        }
    }
    return next;
}

/// In the order in which they were made.
Result<std::vector<SignalId>> CasePeople::open_questions() {
    constexpr std::uint32_t page = 1'000;
    std::vector<SignalId> out;
    std::optional<OpenKey> after;
    while (true) {
        HAL9_TRY(const auto rows, store_.open_rows(default_organization, after, page));
        for (const OpenRow& row : rows) {
            if (row.status == SignalStatus::waiting && row.waits_for == WaitsFor::person) {
                out.push_back(row.key.signal);
            }
            after = row.key;
        }
        if (rows.size() < page) {
            break;
        }
    }
    std::ranges::sort(out);
    return out;
}

Result<CasePeople::Question> CasePeople::read(SignalId signal) {
    HAL9_TRY(const auto record, store_.find_signal(signal, true));
    HAL9_TRY(const auto run, store_.find_run(run_of(signal)));
    if (!record || !run) {
        return fail(ErrorCode::internal, "an open signal is not in the store");
    }
    Question out{.neuron = names_.of(run->network, record->neuron)};
    HAL9_TRY(out.asked, parsed(record->result));
    HAL9_TRY(out.payload, parsed(record->payload));
    return out;
}

const Said<CaseAnswer>* CasePeople::choose(const Question& question) {
    const auto answers = test_.answers.find(question.neuron);
    if (answers == test_.answers.end()) {
        return nullptr;
    }
    const std::string asked = text_of(member(question.asked, "question"));
    for (const Said<CaseAnswer>& each : answers->second) {
        const CaseAnswer& answer = each.value;
        const bool fits = asked.contains(answer.question) &&
                          (!answer.when || answer.when->holds(question.payload)) &&
                          (!answer.times || times_used(each) < *answer.times);
        if (fits) {
            ++used_[&each];
            return &each;
        }
    }
    return nullptr;
}

std::uint32_t CasePeople::times_used(const Said<CaseAnswer>& answer) const {
    const auto found = used_.find(&answer);
    return found == used_.end() ? 0 : found->second;
}

void CasePeople::send_answer(SignalId signal, const Said<CaseAnswer>& answer) {
    sending_.push_back(StartedTask::start<Result<void>>(
        node_.answer(signal, {answer.value.answer, answer.value.by}),
        [this, &pointer = answer.pointer](const Result<void>& sent) {
            if (!sent) {
                refused_.push_back({pointer, sent.error().full_message()});
            }
        }
    ));
}

Result<std::vector<std::string>> CasePeople::describe_waiting() {
    constexpr std::uint32_t page = 1'000;
    std::vector<std::string> out;
    std::optional<OpenKey> after;
    while (true) {
        HAL9_TRY(const auto rows, store_.open_rows(default_organization, after, page));
        for (const OpenRow& row : rows) {
            after = row.key;
            const bool asks =
                row.status == SignalStatus::waiting && row.waits_for >= WaitsFor::person;
            if (asks || row.status == SignalStatus::parked) {
                HAL9_TRY(std::string line, describe(row.key.signal));
                out.push_back(std::move(line));
            }
        }
        if (rows.size() < page) {
            return out;
        }
    }
}

Result<std::string> CasePeople::describe(SignalId signal) {
    HAL9_TRY(const Question question, read(signal));
    HAL9_TRY(const auto record, store_.find_signal(signal, false));
    const std::string neuron = str('`', question.neuron, '`');
    if (record->status == SignalStatus::parked) {
        const Error error = record->error.value_or(Error());
        return str(neuron, " is parked (", to_string(error.code), "): ", error.full_message());
    }
    if (record->waits_for == WaitsFor::message) {
        const std::string name = text_of(member(question.asked, "name"));
        return str(neuron, " waits for a message \"", name, "\"");
    }
    const std::string asked = text_of(member(question.asked, "question"));
    const auto seen = seen_.find(signal);
    const bool refused = seen != seen_.end() && seen->second.answer != nullptr;
    return str(
        neuron,
        " asks \"",
        asked,
        refused ? "\", and the answer is refused"
                : "\", and no answer of the case fits; add one under `answers`"
    );
}

void CasePeople::add_problems(std::vector<CaseProblem>& out) const {
    out.insert(out.end(), refused_.begin(), refused_.end());
    for (std::size_t i = messages_sent_; i < by_time_.size(); ++i) {
        out.push_back({by_time_[i]->pointer, "the run ended before this was sent"});
    }
    for (const auto& [neuron, answers] : test_.answers) {
        for (const Said<CaseAnswer>& answer : answers) {
            const bool is_own = answer.pointer.starts_with(test_.pointer + "/answers");
            if (is_own && times_used(answer) == 0) {
                out.push_back(
                    {answer.pointer, str("nothing that `", neuron, "` asked was answered with this")
                    }
                );
            }
        }
    }
}

}  // namespace hal9::app::detail
