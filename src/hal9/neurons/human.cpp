#include "hal9/definition/parse.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/waiting.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <utility>

namespace hal9::neurons {
namespace {

json::value answer_by_form(const json::object& settings);

const KindDescription about{
    .name = "human",
    .summary = "Asks a person and waits for the answer",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["question"],
  "properties": {
    "question": {"description": "what the person is shown: a text, or any JSON"},
    "form": {"type": "object", "x-schema": true, "description": "a JSON Schema that an answer must satisfy; any answer does if it is left out"},
    "within": {"type": "string", "description": "a duration such as 2d; without an answer by then the step fails (deadline_exceeded)"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["answer", "by", "at"],
  "properties": {
    "answer": {"description": "as the form has it; a refusal is an answer like any other"},
    "by": {"type": "string", "description": "who answered"},
    "at": {"type": "string", "format": "date-time"}
  }
})json",
    .output_of = answer_by_form,
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

/// An answer satisfies the form, unless that comes with the call.
json::value answer_by_form(const json::object& settings) {
    json::value output = parse_json(about.output_schema).value();
    const json::value* form = settings.if_contains("form");
    if (form != nullptr && json::serialize(*form).find("${") == std::string::npos) {
        output.at("properties").at("answer") = *form;
    }
    return output;
}

class Human final : public PureHandler {
public:
    Human(json::object constant, const Limits& limits)
        : constant_(std::move(constant)), limits_(limits) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (call.phase > 0) {
            return emit_answer(call, sink);
        }
        const json::value* question = call.find(constant_, "question");
        if (question == nullptr) {
            return wrong_type("question", "given", nullptr);
        }
        StepAsk ask{.question = *question, .form = nullptr, .until = {}};
        if (const json::value* form = call.find(constant_, "form")) {
            if (call.settings.contains("form")) {
                HAL9_TRY_VOID(definition::check_schema(*form, "`form`", limits_));
            }
            ask.form = *form;
        }
        HAL9_TRY(ask.until, end_of_wait(call, constant_));
        return ask;
    }

private:
    json::object constant_;
    Limits limits_;
};

class HumanKind final : public Kind {
public:
    explicit HumanKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        if (const json::value* form = constant.if_contains("form")) {
            HAL9_TRY_VOID(definition::check_schema(*form, "`form`", limits_));
        }
        HAL9_TRY_VOID(check_within(constant));
        return Handler(std::make_unique<Human>(constant, limits_));
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_human(const KindParts& parts) {
    return std::make_unique<HumanKind>(parts.limits);
}

}  // namespace hal9::neurons
