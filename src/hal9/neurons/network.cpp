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
    .name = "network",
    .summary = "Runs a network and emits the result of that run",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["network"],
  "properties": {
    "network": {"type": "string", "minLength": 1, "description": "the name of a network that was applied; its newest version runs, of the own network the same version"},
    "input": {"description": "the payload of the run; that of the signal if left out"}
  }
})json",
    .output_schema = R"json({"description": "The result of the run."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

class Network final : public PureHandler {
public:
    explicit Network(json::object constant) : constant_(std::move(constant)) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (call.phase > 0) {
            return emit_answer(call, sink);
        }
        HAL9_TRY(const std::string_view network, string_setting(call, constant_, "network"));
        return StepRunNetwork{
            .network = std::string(network),
            .input = value_or_payload(call, constant_, "input"),
        };
    }

private:
    json::object constant_;
};

class NetworkKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return Handler(std::make_unique<Network>(constant));
    }
};

}  // namespace

std::unique_ptr<Kind> make_network(const KindParts& /*parts*/) {
    return std::make_unique<NetworkKind>();
}

}  // namespace hal9::neurons
