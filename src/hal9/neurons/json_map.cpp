#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "json.map",
    .summary = "Emits a value made of the payload: any JSON with ${} in it",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["value"],
  "properties": {
    "value": {"description": "what is emitted"}
  }
})json",
    .output_schema = R"json({"x-setting": "value", "description": "The setting `value`."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

class JsonMap final : public PureHandler {
public:
    explicit JsonMap(json::object constant) : constant_(std::move(constant)) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        const json::value* value = call.find(constant_, "value");
        if (value == nullptr) {
            return wrong_type("value", "given", nullptr);
        }
        sink.emit(*value);
        return StepDone{};
    }

private:
    json::object constant_;
};

class JsonMapKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return Handler(std::make_unique<JsonMap>(constant));
    }
};

}  // namespace

std::unique_ptr<Kind> make_json_map(const KindParts& /*parts*/) {
    return std::make_unique<JsonMapKind>();
}

}  // namespace hal9::neurons
