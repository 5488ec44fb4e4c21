#include "hal9/definition/predicate.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "json.filter",
    .summary = "Emits a value if a predicate holds of it, and nothing otherwise",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["when"],
  "properties": {
    "value": {"description": "what is tested and emitted; the payload if left out"},
    "when": {"type": "object", "x-predicate": true, "description": "a predicate; `at` points into the value"}
  }
})json",
    .output_schema =
        R"json({"x-setting": "value", "description": "The setting `value`, or the payload."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

class JsonFilter final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<JsonFilter>();
        if (const json::value* when = constant.if_contains("when")) {
            HAL9_TRY(handler->when_, compile(*when, limits));
        }
        handler->constant_ = constant;
        handler->limits_ = limits;
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        json::value value = value_or_payload(call, constant_, "value");
        HAL9_TRY(const bool passes, holds(call, value));
        if (passes) {
            sink.emit(std::move(value));
        }
        return StepDone{};
    }

private:
    static Result<definition::Predicate> compile(const json::value& when, const Limits& limits) {
        auto compiled = definition::Predicate::compile(when, limits);
        if (!compiled) {
            return fail(Error(compiled.error().code, "`when` is no predicate", compiled.error()));
        }
        return compiled;
    }

    [[nodiscard]] Result<bool> holds(const Call& call, const json::value& value) const {
        if (when_) {
            return when_->holds(value);
        }
        const json::value* when = call.settings.if_contains("when");
        if (when == nullptr) {
            return wrong_type("when", "a predicate", nullptr);
        }
        HAL9_TRY(const definition::Predicate compiled, compile(*when, limits_));
        return compiled.holds(value);
    }

    json::object constant_;
    Limits limits_;
    std::optional<definition::Predicate> when_;  ///< nothing when ${} stands in it
};

class JsonFilterKind final : public Kind {
public:
    explicit JsonFilterKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return JsonFilter::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_json_filter(const KindParts& parts) {
    return std::make_unique<JsonFilterKind>(parts.limits);
}

}  // namespace hal9::neurons
