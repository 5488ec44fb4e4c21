#include "hal9/base/check.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/pattern.hpp"
#include "hal9/ports/kind.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

using re2::StringPiece;

const KindDescription about{
    .name = "text.replace",
    .summary = "Replaces what a pattern matches in a text",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text", "pattern", "with"],
  "properties": {
    "text": {"type": "string", "description": "what is searched"},
    "pattern": {"type": "string", "x-pattern": true, "description": "what is replaced"},
    "with": {"type": "string", "description": "what takes its place; \\1 to \\9 are the pattern's groups, \\0 the whole match, \\\\ is a backslash"},
    "all": {"type": "boolean", "default": true, "description": "false: only the first match is replaced"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text", "count"],
  "properties": {
    "text": {"type": "string"},
    "count": {"type": "integer", "minimum": 0, "description": "how many matches were replaced"}
  }
})json",
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

StringPiece piece_of(std::string_view text) {
    return {text.data(), text.size()};
}

Result<void> check_rewrite(const Pattern& pattern, std::string_view with) {
    std::string error;
    if (pattern.re().CheckRewriteString(piece_of(with), &error)) {
        return {};
    }
    return fail(
        ErrorCode::invalid_argument,
        str("`with`: ",
            error,
            "; groups of the pattern: ",
            pattern.re().NumberOfCapturingGroups(),
            R"(; allowed: \0 for the match, \1 and so on for a group, \\ for a backslash)")
    );
}

/// A text under replacement. Which matches there are is RE2's rule (RE2::GlobalReplace): from left
/// to right without overlap, an empty match not where another one has just ended.
class Replacement {
public:
    Replacement(const Pattern& pattern, std::string_view with, std::size_t bytes_max)
        : re_(pattern.re()),
          with_(piece_of(with)),
          bytes_max_(bytes_max),
          groups_(static_cast<std::size_t>(RE2::MaxSubmatch(with_)) + 1) {}

    Result<void> run(std::string_view text, bool all) {
        std::size_t at = 0;      // what stands before was copied or replaced
        std::size_t search = 0;  // where the next match may begin
        std::size_t last_end = std::string_view::npos;
        while (search <= text.size() && (all || count_ == 0) && match(text, search)) {
            const auto begin = static_cast<std::size_t>(groups_[0].data() - text.data());
            const std::size_t end = begin + groups_[0].size();
            if (begin == end && begin == last_end) {
                search = next_character(text, end);
                continue;
            }
            HAL9_TRY_VOID(append(text.substr(at, begin - at)));
            HAL9_TRY_VOID(append_rewritten());
            ++count_;
            at = search = last_end = end;
        }
        return append(text.substr(std::min(at, text.size())));
    }

    json::object take() && {
        json::object emitted;
        emitted.reserve(2);
        emitted.emplace("count", count_);
        emitted.emplace("text", out_);
        return emitted;
    }

private:
    bool match(std::string_view text, std::size_t from) {
        return re_.Match(
            piece_of(text),
            from,
            text.size(),
            RE2::UNANCHORED,
            groups_.data(),
            static_cast<int>(groups_.size())
        );
    }

    Result<void> append_rewritten() {
        rewritten_.clear();
        const bool valid =
            re_.Rewrite(&rewritten_, with_, groups_.data(), static_cast<int>(groups_.size()));
        HAL9_ASSERT(valid);
        return append(rewritten_);
    }

    Result<void> append(std::string_view text) {
        if (text.size() > bytes_max_ - out_.size()) {
            return fail(
                ErrorCode::limit_exceeded,
                str("the text grows beyond ", format_size(bytes_max_), " (payload_bytes_max)")
            );
        }
        out_ += text;
        return {};
    }

    const RE2& re_;
    StringPiece with_;
    std::size_t bytes_max_;
    std::vector<StringPiece> groups_;
    std::string out_;
    std::string rewritten_;
    std::uint64_t count_ = 0;
};

class TextReplace final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<TextReplace>();
        const json::value* with = constant.if_contains("with");
        if (const json::value* pattern = constant.if_contains("pattern")) {
            HAL9_TRY(handler->pattern_, compile(*pattern, limits));
            if (with != nullptr && with->is_string()) {
                HAL9_TRY_VOID(check_rewrite(*handler->pattern_, with->get_string()));
            }
        }
        handler->constant_ = constant;
        handler->limits_ = limits;
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        if (pattern_) {
            return replace(call, *pattern_, sink);
        }
        const json::value* given = call.settings.if_contains("pattern");
        if (given == nullptr) {
            return wrong_type("pattern", "a string", nullptr);
        }
        HAL9_TRY(const Pattern pattern, compile(*given, limits_));
        return replace(call, pattern, sink);
    }

private:
    static Result<Pattern> compile(const json::value& pattern, const Limits& limits) {
        if (!pattern.is_string()) {
            return wrong_type("pattern", "a string", &pattern);
        }
        return Pattern::compile("pattern", pattern.get_string(), limits);
    }

    Result<StepEnd> replace(const Call& call, const Pattern& pattern, Sink& sink) const {
        HAL9_TRY(const std::string_view text, string_setting(call, constant_, "text"));
        HAL9_TRY(const std::string_view with, string_setting(call, constant_, "with"));
        HAL9_TRY_VOID(check_rewrite(pattern, with));
        const json::value* all = call.find(constant_, "all");
        if (all != nullptr && !all->is_bool()) {
            return wrong_type("all", "true or false", all);
        }
        Replacement replacement(pattern, with, limits_.payload_bytes_max);
        HAL9_TRY_VOID(replacement.run(text, all == nullptr || all->get_bool()));
        sink.emit(std::move(replacement).take());
        return StepDone{};
    }

    json::object constant_;
    Limits limits_;
    std::optional<Pattern> pattern_;  ///< nothing when it comes with the call
};

class TextReplaceKind final : public Kind {
public:
    explicit TextReplaceKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return TextReplace::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_text_replace(const KindParts& parts) {
    return std::make_unique<TextReplaceKind>(parts.limits);
}

}  // namespace hal9::neurons
