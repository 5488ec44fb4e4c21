#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/pattern.hpp"
#include "hal9/ports/kind.hpp"

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "text.split",
    .summary = "Cuts a text into pieces, before, after or on each match of a pattern",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text"],
  "oneOf": [{"required": ["before"]}, {"required": ["after"]}, {"required": ["on"]}],
  "properties": {
    "text": {"type": "string", "description": "what is cut; an empty text has no pieces"},
    "before": {"type": "string", "x-pattern": true, "description": "each match begins a piece"},
    "after": {"type": "string", "x-pattern": true, "description": "each match ends a piece"},
    "on": {"type": "string", "x-pattern": true, "description": "matches stand between the pieces and belong to none; nothing follows a match at the very end"},
    "limit": {"type": "integer", "minimum": 1, "description": "emits this many pieces and leaves the rest of the text"},
    "head": {"enum": ["drop", "keep"], "default": "drop", "x-template": false, "description": "with `before`: what becomes of the text before the first match"}
  },
  "dependencies": {"head": ["before"]}
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text", "index", "offset"],
  "properties": {
    "text": {"type": "string"},
    "index": {"type": "integer", "minimum": 0, "description": "position among the pieces"},
    "offset": {"type": "integer", "minimum": 0, "description": "where the piece begins, in bytes of UTF-8"}
  }
})json",
    .emits = Emits::many,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

enum class Cut : std::uint8_t { before, after, on };

constexpr std::array<std::pair<std::string_view, Cut>, 3> cuts{
    {{"before", Cut::before}, {"after", Cut::after}, {"on", Cut::on}}
};

struct Cutter {
    Cut cut = Cut::before;
    Pattern pattern;
    bool keep_head = false;

    static Result<Cutter>
    make(Cut cut, std::string_view member, const json::value& pattern, const Limits& limits) {
        if (!pattern.is_string()) {
            return wrong_type(member, "a string", &pattern);
        }
        HAL9_TRY(
            Pattern compiled,
            Pattern::compile(member, std::string_view(pattern.get_string()), limits)
        );
        return Cutter{.cut = cut, .pattern = std::move(compiled), .keep_head = false};
    }
};

/// Compiles the one of before, after and on that `settings` have; nothing when they have none.
Result<std::optional<Cutter>> find_cutter(const json::object& settings, const Limits& limits) {
    for (const auto& [member, cut] : cuts) {
        if (const json::value* pattern = settings.if_contains(member)) {
            HAL9_TRY(Cutter cutter, Cutter::make(cut, member, *pattern, limits));
            return cutter;
        }
    }
    return std::nullopt;
}

/// Walks over a text piece by piece. The beginning of a piece is all that it remembers, so the
/// walk goes on from there after the sink was full.
///
/// An empty match cuts nothing where a piece has just begun; the next one is looked for one
/// character further on. So no piece is empty, except between two matches of `on`.
class Pieces {
public:
    Pieces(const Cutter& cutter, std::string_view text, const Cursor& cursor)
        : cutter_(cutter), text_(text), begin_(cursor.position), search_(cursor.position) {
        if (cutter.cut != Cut::before) {
            return;
        }
        if (cursor.index == 0) {
            if (!cutter.keep_head) {
                skip_head();
            }
        } else if (const auto match = cutter.pattern.match_at(text, begin_)) {
            search_ = match->end;
        }
    }

    /// Nothing at the end of the text.
    std::optional<Span> next() {
        if (begin_ >= text_.size()) {
            return std::nullopt;
        }
        const std::optional<Span> match = next_cut();
        Span piece{begin_, text_.size()};
        if (!match) {
            begin_ = text_.size();
        } else if (cutter_.cut == Cut::before) {
            piece.end = begin_ = match->begin;
            search_ = match->end;
        } else {
            piece.end = cutter_.cut == Cut::after ? match->end : match->begin;
            begin_ = search_ = match->end;
        }
        return piece;
    }

    [[nodiscard]] std::size_t position() const { return begin_; }

private:
    void skip_head() {
        const auto first = cutter_.pattern.find(text_, 0);
        begin_ = first ? first->begin : text_.size();
        search_ = first ? first->end : text_.size();
    }

    /// The next match that cuts, not before search_.
    std::optional<Span> next_cut() {
        auto match = cutter_.pattern.find(text_, search_);
        while (match && cuts_nothing(*match)) {
            const std::size_t further =
                match->empty() ? next_character(text_, match->begin) : match->end;
            match = cutter_.pattern.find(text_, further);
        }
        return match;
    }

    [[nodiscard]] bool cuts_nothing(const Span& match) const {
        return cutter_.cut == Cut::before ? match.begin == begin_
                                          : match.empty() && match.begin == begin_;
    }

    const Cutter& cutter_;
    std::string_view text_;
    std::size_t begin_;   ///< of the next piece
    std::size_t search_;  ///< where the next cut is looked for
};

class TextSplit final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<TextSplit>();
        HAL9_TRY(handler->cutter_, find_cutter(constant, limits));
        handler->constant_ = constant;
        handler->limits_ = limits;
        const json::value* head = constant.if_contains("head");
        handler->keep_head_ = head != nullptr && *head == "keep";
        if (handler->cutter_) {
            handler->cutter_->keep_head = handler->keep_head_;
        }
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink) const override {
        HAL9_TRY(const std::string_view text, string_setting(call, constant_, "text"));
        HAL9_TRY(const std::uint64_t limit, find_limit(call));
        if (cutter_) {
            return split(*cutter_, text, limit, cursor, sink);
        }
        HAL9_TRY(std::optional<Cutter> cutter, find_cutter(call.settings, limits_));
        if (!cutter) {
            return wrong_type("before`, `after` or `on", "a string", nullptr);
        }
        cutter->keep_head = keep_head_;
        return split(*cutter, text, limit, cursor, sink);
    }

private:
    [[nodiscard]] Result<std::uint64_t> find_limit(const Call& call) const {
        const json::value* found = call.find(constant_, "limit");
        if (found == nullptr) {
            return std::numeric_limits<std::uint64_t>::max();
        }
        boost::system::error_code error;
        const auto limit = found->is_number() ? found->to_number<std::uint64_t>(error) : 0;
        if (error || limit == 0) {
            return wrong_type("limit", "a whole number of at least 1", found);
        }
        return limit;
    }

    static StepEnd split(
        const Cutter& cutter,
        std::string_view text,
        std::uint64_t limit,
        Cursor& cursor,
        Sink& sink
    ) {
        Pieces pieces(cutter, text, cursor);
        while (cursor.index < limit) {
            const std::optional<Span> piece = pieces.next();
            if (!piece) {
                break;
            }
            json::object emitted;
            emitted.reserve(3);
            emitted.emplace("index", cursor.index);
            emitted.emplace("offset", piece->begin);
            emitted.emplace("text", piece->of(text));
            sink.emit(std::move(emitted));
            ++cursor.index;
            cursor.position = pieces.position();
            if (sink.full()) {
                return StepMore{};
            }
        }
        return StepDone{};
    }

    json::object constant_;
    Limits limits_;
    std::optional<Cutter> cutter_;  ///< nothing when the pattern comes with the call
    bool keep_head_ = false;
};

class TextSplitKind final : public Kind {
public:
    explicit TextSplitKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return TextSplit::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_text_split(const KindParts& parts) {
    return std::make_unique<TextSplitKind>(parts.limits);
}

}  // namespace hal9::neurons
