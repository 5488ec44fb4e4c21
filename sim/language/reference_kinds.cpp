#include "sim/language/reference_kinds.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "sim/language/reference_files.hpp"
#include "sim/language/reference_json_kinds.hpp"
#include "sim/language/values.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <utility>

namespace hal9::sim::language {
namespace {

std::vector<Emitted> one(json::value value) {
    std::vector<Emitted> out;
    out.push_back({std::move(value), {}});
    return out;
}

std::unexpected<Error> wrong(std::string_view what) {
    return fail(ErrorCode::invalid_argument, str(what, " is not what it must be"));
}

Result<std::string> text_setting(const ReferenceCall& call, std::string_view name) {
    const json::value* const found = call.settings.if_contains(name);
    if (found == nullptr || !found->is_string()) {
        return wrong(name);
    }
    return std::string(found->get_string());
}

/// A match of a pattern in a text.
struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<std::string> value;  ///< of the first group, or of all of it without groups
};

std::vector<Match> matches_of(const std::string& pattern, const std::string& text) {
    const std::regex regex(pattern);
    std::vector<Match> out;
    for (std::sregex_iterator at(text.begin(), text.end(), regex); at != std::sregex_iterator();
         ++at) {
        const std::ssub_match& part = (*at)[at->size() > 1 ? 1 : 0];
        const auto begin = static_cast<std::size_t>(at->position());
        out.push_back(
            {begin,
             begin + static_cast<std::size_t>(at->length()),
             part.matched ? std::optional(part.str()) : std::nullopt}
        );
    }
    return out;
}

// ---- text.split

/// Where pieces begin and end. No pattern of the generator matches nothing.
std::vector<Match> pieces_of(const ReferenceCall& call, const std::string& text) {
    const auto& settings = call.settings;
    const char* const cut = settings.contains("before")  ? "before"
                            : settings.contains("after") ? "after"
                                                         : "on";
    const auto matches = matches_of(std::string(settings.at(cut).as_string()), text);
    std::vector<Match> pieces;
    std::size_t begin = 0;
    if (settings.contains("before")) {
        const json::value* const head = settings.if_contains("head");
        if (head == nullptr || *head != "keep") {
            begin = matches.empty() ? text.size() : matches.front().begin;
        }
        for (const Match& match : matches) {
            if (match.begin > begin) {
                pieces.push_back({begin, match.begin, {}});
                begin = match.begin;
            }
        }
    } else {
        for (const Match& match : matches) {
            pieces.push_back({begin, settings.contains("after") ? match.end : match.begin, {}});
            begin = match.end;
        }
    }
    if (begin < text.size()) {
        pieces.push_back({begin, text.size(), {}});
    }
    return pieces;
}

Emissions text_split(const ReferenceCall& call) {
    HAL9_TRY(const std::string text, text_setting(call, "text"));
    std::vector<Emitted> out;
    const json::value* const limit = call.settings.if_contains("limit");
    if (limit != nullptr && (!limit->is_int64() || limit->get_int64() < 1)) {
        return wrong("limit");
    }
    for (const Match& piece : pieces_of(call, text)) {
        if (limit != nullptr && std::cmp_greater_equal(out.size(), limit->get_int64())) {
            break;
        }
        out.push_back(
            {json::object{
                 {"index", static_cast<std::int64_t>(out.size())},
                 {"offset", static_cast<std::int64_t>(piece.begin)},
                 {"text", text.substr(piece.begin, piece.end - piece.begin)},
             },
             {}}
        );
    }
    return out;
}

// ---- text.extract

json::value number_from(const std::string& text) {
    if (std::regex_match(text, std::regex("[+-]?[0-9]{1,15}"))) {
        return std::stoll(text);
    }
    if (std::regex_match(text, std::regex("[+-]?[0-9]{1,15}[.][0-9]{1,15}"))) {
        return std::stod(text);
    }
    return nullptr;
}

json::value field_of(const json::value& definition, const std::string& text) {
    const bool plain = definition.is_string();
    const json::value& pattern = plain ? definition : definition.at("find");
    const auto matches = matches_of(std::string(pattern.as_string()), text);
    if (matches.empty() || !matches.front().value) {
        return nullptr;
    }
    const std::string& value = *matches.front().value;
    const bool number =
        !plain && definition.as_object().contains("as") && definition.at("as") == "number";
    return number ? number_from(value) : json::value(value);
}

Emissions text_extract(const ReferenceCall& call) {
    HAL9_TRY(const std::string text, text_setting(call, "text"));
    json::object fields;
    if (const json::value* const wanted = call.settings.if_contains("one")) {
        for (const auto& [name, definition] : wanted->as_object()) {
            fields[name] = field_of(definition, text);
        }
    }
    const json::value* const each = call.settings.if_contains("each");
    if (each == nullptr) {
        return one(fields);
    }
    // By place in the text, then by the name of the field.
    std::map<std::pair<std::size_t, std::string>, std::string> found;
    for (const auto& [name, pattern] : each->as_object()) {
        std::set<std::string> seen;
        for (const Match& match : matches_of(std::string(pattern.as_string()), text)) {
            if (match.value && seen.insert(*match.value).second) {
                found[{match.begin, std::string(name)}] = *match.value;
            }
        }
    }
    json::array rows;
    for (const auto& [place, value] : found) {
        json::object row = fields;
        for (const auto& [name, pattern] : each->as_object()) {
            row[name] = place.second == name ? json::value(value) : json::value(nullptr);
        }
        rows.push_back(std::move(row));
    }
    fields[call.settings.at("rows").as_string()] = std::move(rows);
    return one(fields);
}

// ---- text.replace

/// \0 to \9 and \\; nothing else behind a backslash.
std::string rewritten(const std::string& with, const std::smatch& match) {
    std::string out;
    for (std::size_t i = 0; i < with.size(); ++i) {
        if (with[i] != '\\') {
            out += with[i];
        } else if (const char what = with[++i]; what == '\\') {
            out += what;
        } else {
            out += match[static_cast<std::size_t>(what - '0')].str();
        }
    }
    return out;
}

Emissions text_replace(const ReferenceCall& call) {
    HAL9_TRY(const std::string text, text_setting(call, "text"));
    HAL9_TRY(const std::string with, text_setting(call, "with"));
    const json::value* const given = call.settings.if_contains("all");
    if (given != nullptr && !given->is_bool()) {
        return wrong("all");
    }
    const bool all = given == nullptr || given->get_bool();
    const std::regex regex(std::string(call.settings.at("pattern").as_string()));
    std::string out;
    std::int64_t count = 0;
    std::size_t begin = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), regex); at != std::sregex_iterator();
         ++at) {
        if (!all && count == 1) {
            break;
        }
        out += at->prefix().str() + rewritten(with, *at);
        begin = static_cast<std::size_t>(at->position() + at->length());
        ++count;
    }
    return one(json::object{{"text", out + text.substr(begin)}, {"count", count}});
}

// ---- text.check

/// All texts in a value: strings, names of members, numbers as JSON writes them.
void collect_texts(const json::value& value, std::vector<std::string>& out) {
    if (value.is_string() || value.is_number()) {
        out.push_back(text_of(value));
    } else if (value.is_array()) {
        for (const json::value& element : value.get_array()) {
            collect_texts(element, out);
        }
    } else if (value.is_object()) {
        for (const auto& [name, member] : value.get_object()) {
            out.emplace_back(name);
            collect_texts(member, out);
        }
    }
}

/// The distinct ones in order of appearance.
std::vector<std::string> found_by(const json::array& patterns, const std::string& text) {
    std::vector<Match> all;
    for (const json::value& pattern : patterns) {
        std::ranges::copy(
            matches_of(std::string(pattern.as_string()), text),
            std::back_inserter(all)
        );
    }
    std::ranges::stable_sort(all, {}, &Match::begin);
    std::vector<std::string> out;
    for (const Match& match : all) {
        const std::string value = match.value.value_or("");
        if (!value.empty() && std::ranges::find(out, value) == out.end()) {
            out.push_back(value);
        }
    }
    return out;
}

Emissions text_check(const ReferenceCall& call) {
    HAL9_TRY(const std::string text, text_setting(call, "text"));
    const json::value* const needs = call.settings.if_contains("needs");
    if (needs != nullptr && (!needs->is_int64() || needs->get_int64() < 0)) {
        return wrong("needs");
    }
    std::vector<std::string> known;
    collect_texts(call.settings.at("allowed"), known);
    json::array matches;
    json::array unknown;
    for (const std::string& match : found_by(call.settings.at("patterns").as_array(), text)) {
        matches.emplace_back(match);
        const bool occurs = std::ranges::any_of(known, [&](const std::string& each) {
            return each.find(match) != std::string::npos;
        });
        if (!occurs) {
            unknown.emplace_back(match);
        }
    }
    const bool enough =
        needs == nullptr || std::cmp_greater_equal(matches.size(), needs->get_int64());
    return one(json::object{
        {"ok", unknown.empty() && enough},
        {"matches", std::move(matches)},
        {"unknown", std::move(unknown)},
    });
}

// ---- fail, delay

Emissions fail_by_chance(const ReferenceCall& call) {
    const json::value* const rate = call.settings.if_contains("rate");
    if (rate != nullptr && !rate->is_number()) {
        return wrong("rate");
    }
    const double share = rate == nullptr ? 1 : rate->to_number<double>();
    if (share < 0 || share > 1) {
        return wrong("rate");
    }
    const json::value* const seed = call.settings.if_contains("seed");
    if (seed != nullptr && !seed->is_int64()) {
        return wrong("seed");
    }
    const auto number = seed == nullptr ? 0U : static_cast<std::uint64_t>(seed->get_int64());
    const std::uint64_t dice = mix64(mix64(mix64(number) ^ call.ordinal) ^ call.attempt);
    if (static_cast<double>(dice >> 11U) * 0x1.0p-53 < share) {
        const json::value* const error = call.settings.if_contains("error");
        const auto code =
            error == nullptr ? std::nullopt : error_code_from(std::string_view(error->as_string()));
        return fail(code.value_or(ErrorCode::unavailable), "failed on purpose");
    }
    return one(call.payload);
}

/// Time is the runner's business: what comes out is the same.
Emissions delay(const ReferenceCall& call) {
    const bool times = call.settings.contains("for");
    HAL9_TRY(const std::string text, text_setting(call, times ? "for" : "until"));
    if (times && !std::regex_match(text, std::regex("[0-9]+(us|ms|s|m|h|d)"))) {
        return wrong("for");
    }
    return one(call.payload);
}

using Kind = Emissions (*)(const ReferenceCall&);

const std::map<std::string_view, Kind>& kinds() {
    static const std::map<std::string_view, Kind> all{
        {"delay", delay},
        {"fail", fail_by_chance},
        {"files.list", files_list},
        {"files.read", files_read},
        {"json.filter", json_filter},
        {"json.map", json_map},
        {"json.route", json_route},
        {"json.split", json_split},
        {"state.update", state_update},
        {"text.check", text_check},
        {"text.extract", text_extract},
        {"text.replace", text_replace},
        {"text.split", text_split},
    };
    return all;
}

}  // namespace

Result<std::vector<Emitted>> emit(const ReferenceCall& call) {
    return kinds().at(call.kind)(call);
}

bool emits_many(std::string_view kind) {
    return kind == "text.split" || kind == "json.split" || kind == "files.list";
}

}  // namespace hal9::sim::language
