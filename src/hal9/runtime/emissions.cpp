#include "hal9/runtime/emissions.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

Result<Value> value_of(const Body& body) {
    auto parsed = parse_json(body ? std::string_view(*body) : std::string_view("null"));
    if (!parsed) {
        return fail(Error(ErrorCode::data_loss, "what the store holds is no JSON", parsed.error()));
    }
    return std::make_shared<const json::value>(*std::move(parsed));
}

Emissions::Emissions(const Limits& limits, std::size_t copies)
    : limits_(limits),
      items_max_(
          std::max<std::size_t>(1, limits.chunk_signals_max / std::max<std::size_t>(1, copies))
      ),
      bytes_max_(limits.chunk_bytes_max) {}

void Emissions::emit(json::value value) {
    emit_to({}, std::move(value));
}

void Emissions::emit_to(std::string_view neuron, json::value value) {
    if (error_) {
        return;
    }
    if (kept_ != nullptr) {
        copy_kept(value, *kept_, *payload_);
    }
    if (is_nested_deeper(value, limits_.value_depth_max)) {
        error_ = too_deep("an emitted value", limits_);
        return;
    }
    Body body = make_body(json::serialize(value));
    if (body->size() > limits_.payload_bytes_max) {
        error_ = Error(
            ErrorCode::limit_exceeded,
            str("an emitted value has ",
                with_thousands(body->size()),
                " bytes as JSON; payload_bytes_max is ",
                format_size(limits_.payload_bytes_max))
        );
        return;
    }
    bytes_ += body->size();
    items_.push_back(
        {std::move(body), std::make_shared<const json::value>(std::move(value)), std::string(neuron)
        }
    );
}

void Emissions::keep(const std::vector<std::string>& members, const json::value& payload) {
    kept_ = members.empty() ? nullptr : &members;
    payload_ = &payload;
}

void copy_kept(
    json::value& into,
    const std::vector<std::string>& members,
    const json::value& payload
) {
    json::object* const object = into.if_object();
    const json::object* const from = payload.if_object();
    if (object == nullptr || from == nullptr) {
        return;
    }
    for (const std::string& member : members) {
        if (const json::value* const kept = from->if_contains(member)) {
            object->emplace(member, *kept);  // what was emitted wins
        }
    }
}

bool Emissions::full() const {
    return error_.has_value() || items_.size() >= items_max_ || bytes_ >= bytes_max_;
}

Error too_deep(std::string_view what, const Limits& limits) {
    return {
        ErrorCode::limit_exceeded,
        str(what,
            " is nested deeper than ",
            limits.value_depth_max,
            " levels (value_depth_max); flatten it")
    };
}

std::vector<Emission> Emissions::take() {
    bytes_ = 0;
    return std::exchange(items_, {});
}

}  // namespace hal9::runtime
