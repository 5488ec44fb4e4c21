#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "json.split",
    .summary = "Emits each element of a list",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["list"],
  "properties": {
    "list": {"type": "array", "description": "its elements are emitted in order; one that is no object becomes {value: ELEMENT}"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "x-elements": "list",
  "description": "Each element of the list; one that is no object as `{value: ELEMENT}`."
})json",
    .emits = Emits::many,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

class JsonSplit final : public PureHandler {
public:
    explicit JsonSplit(json::object constant) : constant_(std::move(constant)) {}

    /// The cursor's position is the next element.
    Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink) const override {
        const json::value* list = call.find(constant_, "list");
        if (list == nullptr || !list->is_array()) {
            return wrong_type("list", "a list", list);
        }
        const json::array& elements = list->get_array();
        while (cursor.position < elements.size()) {
            const json::value& element = elements[static_cast<std::size_t>(cursor.position++)];
            sink.emit(element.is_object() ? element : json::object{{"value", element}});
            if (sink.full()) {
                return StepMore{};
            }
        }
        return StepDone{};
    }

private:
    json::object constant_;
};

class JsonSplitKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return Handler(std::make_unique<JsonSplit>(constant));
    }
};

}  // namespace

std::unique_ptr<Kind> make_json_split(const KindParts& /*parts*/) {
    return std::make_unique<JsonSplitKind>();
}

}  // namespace hal9::neurons
