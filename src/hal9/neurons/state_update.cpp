#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace hal9::neurons {
namespace {

/// The state after the change.
json::value state_by_op(const json::object& settings) {
    const json::value* op = settings.if_contains("op");
    if (op != nullptr && *op == "increment") {
        return json::object{{"type", "number"}};
    }
    return op != nullptr && *op == "delete" ? json::object{{"type", "null"}} : json::object();
}

const KindDescription about{
    .name = "state.update",
    .summary = "Changes the state of its key and emits it",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["op"],
  "properties": {
    "op": {"enum": ["increment", "merge", "set", "delete"], "x-template": false, "description": "increment: adds a number, to 0 where there is no state yet; merge: a JSON merge patch (RFC 7396); set: takes the place of the state; delete: there is none any more"},
    "value": {"description": "what is added (1 if left out), merged or set"}
  },
  "if": {"properties": {"op": {"enum": ["merge", "set"]}}},
  "then": {"required": ["value"]}
})json",
    .output_schema =
        R"json({"description": "The state after the change; null where there is none."})json",
    .output_of = state_by_op,
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .keyed = true,
    .revision = 1,
};

enum class Update : std::uint8_t { increment, merge, set, remove };

constexpr std::array<std::string_view, 4> update_names{
    "increment",
    "merge",
    "set",
    "delete"
};  // as Update

__extension__ using Wide = __int128;

std::optional<Wide> whole_number(const json::value& value) {
    if (const std::int64_t* number = value.if_int64()) {
        return *number;
    }
    if (const std::uint64_t* number = value.if_uint64()) {
        return *number;
    }
    return std::nullopt;
}

std::unexpected<Error> out_of_range(const json::value& state, const json::value& value) {
    return fail(
        ErrorCode::invalid_argument,
        str("the state ",
            canonical_json(state),
            " and ",
            canonical_json(value),
            " add up to more than a JSON number holds")
    );
}

/// Whole numbers stay whole, of 64 bits; with any other the sum is a double.
Result<json::value> add(const json::value& state, const json::value& value) {
    const auto a = whole_number(state);
    const auto b = whole_number(value);
    if (a && b) {
        const Wide sum = *a + *b;
        if (sum >= std::numeric_limits<std::int64_t>::min() &&
            sum <= std::numeric_limits<std::int64_t>::max()) {
            return static_cast<std::int64_t>(sum);
        }
        if (sum > 0 && sum <= std::numeric_limits<std::uint64_t>::max()) {
            return static_cast<std::uint64_t>(sum);
        }
        return out_of_range(state, value);
    }
    const double sum = state.to_number<double>() + value.to_number<double>();
    if (!std::isfinite(sum)) {
        return out_of_range(state, value);
    }
    return sum;
}

/// RFC 7396 section 2.
json::value
merge_patch(json::value target, const json::value& patch) {  // NOLINT(misc-no-recursion)
    const json::object* members = patch.if_object();
    if (members == nullptr) {
        return patch;
    }
    json::object out;
    if (json::object* object = target.if_object()) {
        out = std::move(*object);
    }
    for (const auto& [name, value] : *members) {
        if (value.is_null()) {
            out.erase(name);
        } else {
            json::value& member = out[name];
            member = merge_patch(std::move(member), value);
        }
    }
    return out;
}

class StateUpdate final : public PureHandler {
public:
    StateUpdate(json::object constant, Update update)
        : constant_(std::move(constant)), update_(update) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        HAL9_TRY(json::value after, state_after(call));
        StepDone done{.state = StateChange{}};
        // No state and a state of null are one and the same.
        if (!after.is_null()) {
            done.state->value = after;
        }
        sink.emit(std::move(after));
        return done;
    }

private:
    [[nodiscard]] Result<json::value> state_after(const Call& call) const {
        const json::value before = call.state == nullptr ? json::value(nullptr) : *call.state;
        const json::value* value = call.find(constant_, "value");
        switch (update_) {
            case Update::increment:
                return increment(before, value == nullptr ? json::value(1) : *value);
            case Update::merge:
            case Update::set:
                break;
            case Update::remove:
                return json::value(nullptr);
        }
        if (value == nullptr) {
            return wrong_type("value", "given", nullptr);
        }
        return update_ == Update::set ? *value : merge_patch(before, *value);
    }

    static Result<json::value> increment(const json::value& before, const json::value& value) {
        if (!value.is_number()) {
            return wrong_type("value", "a number", &value);
        }
        if (before.is_null()) {
            return add(0, value);
        }
        if (!before.is_number()) {
            return wrong_type("the state", "a number to increment", &before);
        }
        return add(before, value);
    }

    json::object constant_;
    Update update_;
};

class StateUpdateKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        const json::value* op = constant.if_contains("op");
        const auto* found =
            op == nullptr || !op->is_string()
                ? update_names.end()
                : std::ranges::find(update_names, std::string_view(op->get_string()));
        if (found == update_names.end()) {
            return wrong_type("op", "increment, merge, set or delete", op);
        }
        return Handler(std::make_unique<StateUpdate>(
            constant,
            static_cast<Update>(found - update_names.begin())
        ));
    }
};

}  // namespace

std::unique_ptr<Kind> make_state_update(const KindParts& /*parts*/) {
    return std::make_unique<StateUpdateKind>();
}

}  // namespace hal9::neurons
