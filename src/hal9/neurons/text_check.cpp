#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/occurrence.hpp"
#include "hal9/neurons/detail/pattern.hpp"
#include "hal9/ports/kind.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "text.check",
    .summary = "Checks that everything in a text that matches patterns occurs in what is known",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text", "patterns", "allowed"],
  "properties": {
    "text": {"type": "string", "description": "what is checked"},
    "patterns": {
      "type": "array",
      "minItems": 1,
      "maxItems": 64,
      "items": {"type": "string", "x-pattern": true},
      "description": "what is looked for: the matches of each pattern, or of its first group; empty ones count for nothing"
    },
    "allowed": {"description": "any JSON: a match is known if it equals, or is a part of, a string anywhere in it (names of members included) or a number as JSON writes it; upper and lower case differ"},
    "needs": {"type": "integer", "minimum": 0, "default": 0, "description": "with fewer distinct matches the text is not ok"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["ok", "matches", "unknown"],
  "properties": {
    "ok": {"type": "boolean", "description": "nothing is unknown, and there are as many distinct matches as needed"},
    "matches": {"type": "array", "items": {"type": "string"}, "description": "the distinct matches in order of appearance"},
    "unknown": {"type": "array", "items": {"type": "string"}, "description": "those of them that do not occur in what is allowed"}
  }
})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

using Patterns = std::vector<Pattern>;

Result<Patterns> compile_patterns(const json::value& patterns, const Limits& limits) {
    if (!patterns.is_array() || patterns.get_array().empty()) {
        return wrong_type("patterns", "a list of patterns, at least one", &patterns);
    }
    Patterns out;
    for (const json::value& pattern : patterns.get_array()) {
        if (!pattern.is_string()) {
            return wrong_type("patterns", "a list of strings", &pattern);
        }
        HAL9_TRY(Pattern compiled, Pattern::compile("patterns", pattern.get_string(), limits));
        out.push_back(std::move(compiled));
    }
    return out;
}

/// The distinct matches, in the order in which they first appear; at the same place in that of the
/// patterns.
Result<std::vector<std::string_view>>
find_matches(const Patterns& patterns, std::string_view text, std::size_t bytes_max) {
    struct Found {
        std::size_t position;
        std::string_view value;
    };

    std::vector<Found> found;
    std::size_t bytes = 0;
    for (const Pattern& pattern : patterns) {
        std::unordered_set<std::string_view> seen;
        std::size_t from = 0;
        while (const auto capture = pattern.capture(text, from)) {
            from = capture->match.empty() ? next_character(text, capture->match.end)
                                          : capture->match.end;
            const auto value = capture->value.value_or(Span{}).of(text);
            if (value.empty() || !seen.insert(value).second) {
                continue;
            }
            found.push_back({.position = capture->match.begin, .value = value});
            bytes += value.size();
            if (bytes > bytes_max) {
                return fail(
                    ErrorCode::limit_exceeded,
                    str("the matches take more than ",
                        format_size(bytes_max),
                        " (payload_bytes_max); split the text first")
                );
            }
        }
    }
    std::ranges::stable_sort(found, {}, &Found::position);
    std::unordered_set<std::string_view> seen;
    std::vector<std::string_view> out;
    for (const Found& match : found) {
        if (seen.insert(match.value).second) {
            out.push_back(match.value);
        }
    }
    return out;
}

class TextCheck final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<TextCheck>();
        if (const json::value* patterns = constant.if_contains("patterns")) {
            HAL9_TRY(handler->patterns_, compile_patterns(*patterns, limits));
        }
        handler->constant_ = constant;
        handler->limits_ = limits;
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (patterns_) {
            return check(call, *patterns_, sink);
        }
        const json::value* given = call.settings.if_contains("patterns");
        if (given == nullptr) {
            return wrong_type("patterns", "a list of patterns", nullptr);
        }
        HAL9_TRY(const Patterns patterns, compile_patterns(*given, limits_));
        return check(call, patterns, sink);
    }

private:
    Result<StepEnd> check(const Call& call, const Patterns& patterns, Sink& sink) const {
        HAL9_TRY(const std::string_view text, string_setting(call, constant_, "text"));
        HAL9_TRY(const std::uint64_t needs, find_needs(call));
        const json::value* allowed = call.find(constant_, "allowed");
        if (allowed == nullptr) {
            return wrong_type("allowed", "given", nullptr);
        }
        HAL9_TRY(const auto matches, find_matches(patterns, text, limits_.payload_bytes_max));
        HAL9_TRY(
            const std::vector<bool> known,
            find_occurring(matches, *allowed, limits_.check_bytes_max)
        );
        json::array unknown;
        for (std::size_t i = 0; i < matches.size(); ++i) {
            if (!known[i]) {
                unknown.emplace_back(matches[i]);
            }
        }
        json::object emitted;
        emitted.reserve(3);
        emitted.emplace("matches", json::array(matches.begin(), matches.end()));
        emitted.emplace("ok", unknown.empty() && matches.size() >= needs);
        emitted.emplace("unknown", std::move(unknown));
        sink.emit(std::move(emitted));
        return StepDone{};
    }

    [[nodiscard]] Result<std::uint64_t> find_needs(const Call& call) const {
        const json::value* found = call.find(constant_, "needs");
        if (found == nullptr) {
            return 0U;
        }
        boost::system::error_code error;
        const auto needs = found->is_number() ? found->to_number<std::uint64_t>(error) : 0;
        if (error || !found->is_number()) {
            return wrong_type("needs", "a whole number of at least 0", found);
        }
        return needs;
    }

    json::object constant_;
    Limits limits_;
    std::optional<Patterns> patterns_;  ///< nothing when they come with the call
};

class TextCheckKind final : public Kind {
public:
    explicit TextCheckKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return TextCheck::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_text_check(const KindParts& parts) {
    return std::make_unique<TextCheckKind>(parts.limits);
}

}  // namespace hal9::neurons
