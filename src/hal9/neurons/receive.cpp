#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/waiting.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "receive",
    .summary = "Waits for a message to the run",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["name"],
  "properties": {
    "name": {"type": "string", "minLength": 1, "description": "which messages: the next one of this name is taken"},
    "within": {"type": "string", "description": "a duration such as 2d; without a message by then the step fails (deadline_exceeded)"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["message", "by", "at"],
  "properties": {
    "message": {"description": "what was sent: any JSON"},
    "by": {"type": "string", "description": "who sent it"},
    "at": {"type": "string", "format": "date-time"}
  }
})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

class Receive final : public PureHandler {
public:
    explicit Receive(json::object constant) : constant_(std::move(constant)) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (call.phase > 0) {
            return emit_answer(call, sink);
        }
        HAL9_TRY(const std::string_view name, string_setting(call, constant_, "name"));
        if (name.empty()) {
            return fail(ErrorCode::invalid_argument, "`name` is empty; allowed: a text");
        }
        StepReceive receive{.name = std::string(name), .until = {}};
        HAL9_TRY(receive.until, end_of_wait(call, constant_));
        return receive;
    }

private:
    json::object constant_;
};

class ReceiveKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        HAL9_TRY_VOID(check_within(constant));
        return Handler(std::make_unique<Receive>(constant));
    }
};

}  // namespace

std::unique_ptr<Kind> make_receive(const KindParts& /*parts*/) {
    return std::make_unique<ReceiveKind>();
}

}  // namespace hal9::neurons
