// The people of a case of `hal9 test`: they find what is asked, answer, and send what the case
// says.
#pragma once

#include "hal9/adapters/memory/memory_store.hpp"
#include "hal9/app/case_file.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/app/detail/case_names.hpp"
#include "hal9/base/task.hpp"
#include "hal9/runtime/node.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hal9::app::detail {

class CasePeople {
public:
    /// All outlive it.
    CasePeople(
        const TestCase& test,
        const CaseNames& names,
        runtime::Node& node,
        memory::MemoryStore& store
    )
        : test_(test), names_(names), node_(node), store_(store) {}

    /// The run that messages go to began.
    void begin(RunId run, WallTime now);
    /// Answers and sends what its time has come for; whether there was anything.
    [[nodiscard]] Result<bool> act(WallTime now);
    /// When somebody has something else in mind.
    [[nodiscard]] std::optional<WallTime> next_act() const;
    /// What unfinished signals wait for that nobody will give them, a line each.
    [[nodiscard]] Result<std::vector<std::string>> describe_waiting();
    /// What was refused, messages that came too late, and answers of this case alone that nobody
    /// asked for.
    void add_problems(std::vector<CaseProblem>& out) const;

private:
    /// A question that was seen, and what somebody has in mind to answer.
    struct Seen {
        const Said<CaseAnswer>* answer = nullptr;
        WallTime due;
        bool is_sent = false;
    };

    struct Question {
        std::string neuron;
        json::value asked;  ///< {question, form}
        json::value payload;
    };

    [[nodiscard]] Result<bool> answer(WallTime now);
    [[nodiscard]] Result<bool> send_message(WallTime now);
    [[nodiscard]] Result<std::optional<RunId>> run_for(const CaseMessage& message);
    [[nodiscard]] Result<std::vector<SignalId>> open_questions();
    [[nodiscard]] Result<Question> read(SignalId signal);
    [[nodiscard]] const Said<CaseAnswer>* choose(const Question& question);
    [[nodiscard]] std::uint32_t times_used(const Said<CaseAnswer>& answer) const;
    void send_answer(SignalId signal, const Said<CaseAnswer>& answer);
    [[nodiscard]] Result<std::string> describe(SignalId signal);

    const TestCase& test_;
    const CaseNames& names_;
    runtime::Node& node_;
    memory::MemoryStore& store_;
    std::map<SignalId, Seen> seen_;
    std::map<const Said<CaseAnswer>*, std::uint32_t> used_;
    std::optional<RunId> run_;
    WallTime began_;
    std::size_t messages_sent_ = 0;  ///< of by_time_
    std::vector<const Said<CaseMessage>*> by_time_;
    std::vector<CaseProblem> refused_;
    std::vector<StartedTask> sending_;
};

}  // namespace hal9::app::detail
