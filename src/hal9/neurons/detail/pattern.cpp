#include "hal9/neurons/detail/pattern.hpp"

#include "hal9/base/text.hpp"

#include <array>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

using re2::StringPiece;

Span span_in(std::string_view text, const StringPiece& piece) {
    const auto begin = static_cast<std::size_t>(piece.data() - text.data());
    return {begin, begin + piece.size()};
}

}  // namespace

Result<Pattern>
Pattern::compile(std::string_view member, std::string_view pattern, const Limits& limits) {
    if (pattern.size() > limits.pattern_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("`",
                member,
                "` is a pattern of ",
                pattern.size(),
                " bytes; at most ",
                limits.pattern_bytes_max)
        );
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(limits.pattern_memory_max));
    auto re = std::make_unique<const RE2>(StringPiece(pattern.data(), pattern.size()), options);
    if (re->ok()) {
        return Pattern(std::move(re));
    }
    if (re->error_code() == RE2::ErrorPatternTooLarge) {
        return fail(
            ErrorCode::limit_exceeded,
            str("`",
                member,
                "`: the pattern needs more memory than ",
                format_size(limits.pattern_memory_max),
                " once compiled; repeat less in it")
        );
    }
    return fail(
        ErrorCode::invalid_argument,
        str("`",
            member,
            "` is no RE2 pattern: ",
            re->error(),
            "; RE2's syntax has neither look-around nor back-references")
    );
}

std::optional<Span> Pattern::match(std::string_view text, std::size_t from, RE2::Anchor anchor)
    const {
    StringPiece found;
    if (from > text.size() ||
        !re_->Match(StringPiece(text.data(), text.size()), from, text.size(), anchor, &found, 1)) {
        return std::nullopt;
    }
    return span_in(text, found);
}

std::optional<Span> Pattern::find(std::string_view text, std::size_t from) const {
    return match(text, from, RE2::UNANCHORED);
}

std::optional<Span> Pattern::match_at(std::string_view text, std::size_t at) const {
    return match(text, at, RE2::ANCHOR_START);
}

std::optional<Pattern::Capture> Pattern::capture(std::string_view text, std::size_t from) const {
    if (re_->NumberOfCapturingGroups() == 0) {
        const auto span = find(text, from);
        return span ? std::optional(Capture{.match = *span, .value = span}) : std::nullopt;
    }
    std::array<StringPiece, 2> found;
    if (from > text.size() || !re_->Match(
                                  StringPiece(text.data(), text.size()),
                                  from,
                                  text.size(),
                                  RE2::UNANCHORED,
                                  found.data(),
                                  static_cast<int>(found.size())
                              )) {
        return std::nullopt;
    }
    Capture capture{.match = span_in(text, found[0]), .value = std::nullopt};
    if (found[1].data() != nullptr) {
        capture.value = span_in(text, found[1]);
    }
    return capture;
}

std::size_t next_character(std::string_view text, std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
        ++at;
    }
    return at;
}

}  // namespace hal9::neurons
