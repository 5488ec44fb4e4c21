#include "hal9/base/text.hpp"
#include "hal9/definition/predicate.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

using definition::Predicate;

const KindDescription about{
    .name = "json.route",
    .summary = "Emits a value to the neuron of the first route that holds of it",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["routes"],
  "properties": {
    "value": {"description": "what is tested and emitted; the payload if left out"},
    "routes": {
      "type": "array",
      "minItems": 1,
      "maxItems": 64,
      "description": "tried in order; each leads to a neuron of `forward`",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["when", "to"],
        "properties": {
          "when": {"type": "object", "x-predicate": true, "description": "a predicate; `at` points into the value"},
          "to": {"type": "string", "x-template": false, "x-neuron": true}
        }
      }
    },
    "otherwise": {"type": "string", "x-template": false, "x-neuron": true, "description": "where a value goes for which no route holds; without it that is an error"}
  }
})json",
    .output_schema =
        R"json({"x-setting": "value", "description": "The setting `value`, or the payload."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

struct Route {
    Predicate when;
    std::string to;
};

using Routes = std::vector<Route>;

Result<std::string> read_target(std::string_view member, const json::value* value) {
    if (value == nullptr || !value->is_string()) {
        return wrong_type(member, "the name of a neuron", value);
    }
    return std::string(value->get_string());
}

Result<Routes> compile_routes(const json::value& routes, const Limits& limits) {
    if (!routes.is_array()) {
        return wrong_type("routes", "a list", &routes);
    }
    Routes out;
    for (std::size_t i = 0; i < routes.get_array().size(); ++i) {
        const std::string member = str("routes/", i);
        const json::object* route = routes.get_array()[i].if_object();
        const json::value* when = route == nullptr ? nullptr : route->if_contains("when");
        if (when == nullptr) {
            return wrong_type(member, "an object with `when` and `to`", &routes.get_array()[i]);
        }
        auto predicate = Predicate::compile(*when, limits);
        if (!predicate) {
            return fail(Error(
                predicate.error().code,
                str("`", member, "/when` is no predicate"),
                predicate.error()
            ));
        }
        HAL9_TRY(std::string to, read_target(str(member, "/to"), route->if_contains("to")));
        out.push_back({.when = *std::move(predicate), .to = std::move(to)});
    }
    return out;
}

class JsonRoute final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<JsonRoute>();
        if (const json::value* routes = constant.if_contains("routes")) {
            HAL9_TRY(handler->routes_, compile_routes(*routes, limits));
        }
        if (const json::value* otherwise = constant.if_contains("otherwise")) {
            HAL9_TRY(handler->otherwise_, read_target("otherwise", otherwise));
        }
        handler->constant_ = constant;
        handler->limits_ = limits;
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (routes_) {
            return route(call, *routes_, sink);
        }
        const json::value* given = call.settings.if_contains("routes");
        if (given == nullptr) {
            return wrong_type("routes", "a list", nullptr);
        }
        HAL9_TRY(const Routes routes, compile_routes(*given, limits_));
        return route(call, routes, sink);
    }

private:
    Result<StepEnd> route(const Call& call, const Routes& routes, Sink& sink) const {
        json::value value = value_or_payload(call, constant_, "value");
        for (const Route& route : routes) {
            if (route.when.holds(value)) {
                sink.emit_to(route.to, std::move(value));
                return StepDone{};
            }
        }
        if (otherwise_) {
            sink.emit_to(*otherwise_, std::move(value));
            return StepDone{};
        }
        constexpr std::size_t shown_bytes_max = 200;
        const std::string text = canonical_json(value);
        return fail(
            ErrorCode::invalid_argument,
            str("none of the ",
                routes.size(),
                " routes holds of ",
                beginning(text, shown_bytes_max),
                text.size() > shown_bytes_max ? "…" : "",
                "; add one that does, or `otherwise`")
        );
    }

    json::object constant_;
    Limits limits_;
    std::optional<Routes> routes_;  ///< nothing when ${} stands in them
    std::optional<std::string> otherwise_;
};

class JsonRouteKind final : public Kind {
public:
    explicit JsonRouteKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return JsonRoute::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_json_route(const KindParts& parts) {
    return std::make_unique<JsonRouteKind>(parts.limits);
}

}  // namespace hal9::neurons
