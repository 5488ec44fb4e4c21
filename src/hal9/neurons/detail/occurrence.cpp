#include "hal9/neurons/detail/occurrence.hpp"

#include "hal9/base/text.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace hal9::neurons {
namespace {

/// The strings of a value, each once. Views into the value, and into the texts of its numbers.
class Texts {
public:
    explicit Texts(const json::value& value) { collect(value); }

    [[nodiscard]] const std::unordered_set<std::string_view>& all() const { return all_; }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    void collect(const json::value& value) {  // NOLINT(misc-no-recursion): value_depth_max
        if (const json::string* text = value.if_string()) {
            add(*text);
        } else if (value.is_number()) {
            add(numbers_.emplace_back(canonical_json(value)));
        } else if (const json::array* list = value.if_array()) {
            for (const json::value& element : *list) {
                collect(element);
            }
        } else if (const json::object* object = value.if_object()) {
            for (const auto& member : *object) {
                add(member.key());
                collect(member.value());
            }
        }
    }

    void add(std::string_view text) {
        if (all_.insert(text).second) {
            bytes_ += text.size();
        }
    }

    std::deque<std::string> numbers_;
    std::unordered_set<std::string_view> all_;
    std::size_t bytes_ = 0;
};

/// The hash of a window of bytes, moved on byte by byte (Karp and Rabin 1987).
class RollingHash {
public:
    explicit RollingHash(std::string_view window) {
        for (const char byte : window) {
            value_ = value_ * base + number(byte);
            leaving_ *= base;
        }
    }

    void move(char out, char in) { value_ = value_ * base + number(in) - leaving_ * number(out); }

    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    static constexpr std::uint64_t base = 0x9E3779B97F4A7C15ULL;

    static std::uint64_t number(char byte) { return static_cast<unsigned char>(byte) + 1ULL; }

    std::uint64_t value_ = 0;
    std::uint64_t leaving_ = 1;  ///< base to the power of the window's length
};

using Numbered = std::unordered_multimap<std::uint64_t, std::size_t>;  ///< hash -> word

/// Marks the words of one length that are part of the text, and forgets them.
void find_in(
    std::string_view text,
    std::size_t length,
    std::span<const std::string_view> words,
    Numbered& wanted,
    std::vector<bool>& found
) {
    if (text.size() < length) {
        return;
    }
    RollingHash hash(text.substr(0, length));
    for (std::size_t at = 0; !wanted.empty(); ++at) {
        auto [candidate, end] = wanted.equal_range(hash.value());
        while (candidate != end) {
            if (words[candidate->second] == text.substr(at, length)) {
                found[candidate->second] = true;
                candidate = wanted.erase(candidate);
            } else {
                ++candidate;
            }
        }
        if (at + length == text.size()) {
            return;
        }
        hash.move(text[at], text[at + length]);
    }
}

}  // namespace

Result<std::vector<bool>> find_occurring(
    std::span<const std::string_view> words,
    const json::value& value,
    std::size_t scan_bytes_max
) {
    const Texts texts(value);
    std::vector<bool> found(words.size());
    std::map<std::size_t, Numbered> by_length;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (texts.all().contains(words[i])) {
            found[i] = true;
        } else {
            by_length[words[i].size()].emplace(RollingHash(words[i]).value(), i);
        }
    }
    if (!by_length.empty() && texts.bytes() > scan_bytes_max / by_length.size()) {
        return fail(
            ErrorCode::limit_exceeded,
            str("matches of ",
                with_thousands(by_length.size()),
                " different lengths are looked for in ",
                format_size(texts.bytes()),
                "; at most ",
                format_size(scan_bytes_max),
                " are read for that; check less at once")
        );
    }
    for (auto& [length, wanted] : by_length) {
        for (const std::string_view text : texts.all()) {
            find_in(text, length, words, wanted, found);
        }
    }
    return found;
}

}  // namespace hal9::neurons
