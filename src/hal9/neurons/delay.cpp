#include "hal9/base/dates.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "delay",
    .summary = "Emits its payload later: after a while, or at a time",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "oneOf": [{"required": ["for"]}, {"required": ["until"]}],
  "properties": {
    "for": {"type": "string", "description": "a duration such as 30s, counted from the first attempt; at most 36500d"},
    "until": {"type": "string", "description": "a time (RFC 3339); one in the past is no wait"}
  }
})json",
    .output_schema = R"json({"x-payload": true, "description": "Its payload."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

Result<WallTime> read_until(const json::value& value) {
    if (!value.is_string()) {
        return wrong_type("until", "a time such as \"2026-11-24T13:26:00Z\"", &value);
    }
    const std::string_view text(value.get_string());
    if (const auto time = parse_rfc3339(text)) {
        return *time;
    }
    return fail(
        ErrorCode::invalid_argument,
        str("`until` is \"", text, "\"; it must be a time such as 2026-11-24T13:26:00Z (RFC 3339)")
    );
}

class Delay final : public PureHandler {
public:
    explicit Delay(json::object constant) : constant_(std::move(constant)) {}

    /// The wait is durable: after it the payload is emitted whatever the clock says, so it is
    /// waited for once.
    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (call.phase == 0) {
            HAL9_TRY(const WallTime until, end_of_wait(call));
            if (until > call.now) {
                return StepWait{until};
            }
        }
        sink.emit(call.payload != nullptr ? *call.payload : json::value(nullptr));
        return StepDone{};
    }

private:
    [[nodiscard]] Result<WallTime> end_of_wait(const Call& call) const {
        if (const json::value* value = call.find(constant_, "for")) {
            HAL9_TRY(const Duration duration, read_duration("for", *value));
            return call.now + duration;
        }
        if (const json::value* value = call.find(constant_, "until")) {
            return read_until(*value);
        }
        return wrong_type("for` or `until", "given", nullptr);
    }

    json::object constant_;
};

class DelayKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        if (const json::value* value = constant.if_contains("for")) {
            HAL9_TRY_VOID(read_duration("for", *value));
        }
        if (const json::value* value = constant.if_contains("until")) {
            HAL9_TRY_VOID(read_until(*value));
        }
        return Handler(std::make_unique<Delay>(constant));
    }
};

}  // namespace

std::unique_ptr<Kind> make_delay(const KindParts& /*parts*/) {
    return std::make_unique<DelayKind>();
}

}  // namespace hal9::neurons
