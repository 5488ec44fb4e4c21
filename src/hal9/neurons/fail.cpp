#include "hal9/base/random.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/kind.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "fail",
    .summary = "Emits its payload or fails, by a seeded chance: for trying error paths",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "rate": {"type": "number", "minimum": 0, "maximum": 1, "default": 1, "description": "the share of attempts that fail"},
    "error": {
      "enum": ["invalid_argument", "not_found", "conflict", "permission_denied", "limit_exceeded", "rate_limited", "resource_exhausted", "timeout", "deadline_exceeded", "cancelled", "unavailable", "nondeterministic", "data_loss", "internal"],
      "default": "unavailable",
      "x-template": false
    },
    "seed": {"type": "integer", "default": 0, "description": "which attempts fail is a function of seed, position among the siblings and number of the attempt"}
  }
})json",
    .output_schema = R"json({"x-payload": true, "description": "Its payload."})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

/// In [0, 1).
double chance_of(std::uint64_t seed, std::uint32_t ordinal, std::uint16_t attempt) {
    return static_cast<double>(mix64(mix64(mix64(seed) ^ ordinal) ^ attempt) >> 11U) * 0x1.0p-53;
}

class Fail final : public PureHandler {
public:
    Fail(json::object constant, ErrorCode code) : constant_(std::move(constant)), code_(code) {}

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        HAL9_TRY(const double rate, find_rate(call));
        HAL9_TRY(const std::uint64_t seed, find_seed(call));
        if (chance_of(seed, call.ordinal, call.attempt) < rate) {
            return hal9::fail(
                code_,
                str("failed on purpose (ordinal ",
                    call.ordinal,
                    ", attempt ",
                    call.attempt,
                    "): kind `fail` with rate ",
                    rate,
                    " and seed ",
                    seed)
            );
        }
        sink.emit(call.payload != nullptr ? *call.payload : json::value(nullptr));
        return StepDone{};
    }

private:
    [[nodiscard]] Result<double> find_rate(const Call& call) const {
        const json::value* found = call.find(constant_, "rate");
        if (found == nullptr) {
            return 1.0;
        }
        const double rate = found->is_number() ? found->to_number<double>() : -1;
        if (!(rate >= 0 && rate <= 1)) {
            return wrong_type("rate", "a number from 0 to 1", found);
        }
        return rate;
    }

    [[nodiscard]] Result<std::uint64_t> find_seed(const Call& call) const {
        const json::value* found = call.find(constant_, "seed");
        if (found == nullptr) {
            return 0U;
        }
        if (found->is_int64()) {
            return static_cast<std::uint64_t>(found->get_int64());
        }
        if (found->is_uint64()) {
            return found->get_uint64();
        }
        return wrong_type("seed", "a whole number", found);
    }

    json::object constant_;
    ErrorCode code_;
};

class FailKind final : public Kind {
public:
    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        ErrorCode code = ErrorCode::unavailable;
        if (const json::value* name = constant.if_contains("error")) {
            const auto known =
                name->is_string() ? error_code_from(name->get_string()) : std::nullopt;
            if (!known) {
                return wrong_type("error", "the name of an error", name);
            }
            code = *known;
        }
        return Handler(std::make_unique<Fail>(constant, code));
    }
};

}  // namespace

std::unique_ptr<Kind> make_fail(const KindParts& /*parts*/) {
    return std::make_unique<FailKind>();
}

}  // namespace hal9::neurons
