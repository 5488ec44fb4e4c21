#include "hal9/app/where.hpp"

#include "hal9/app/input_value.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace hal9::app {
namespace {

constexpr std::string_view run_names[] = {"state", "network", "tag", "since", "until"};
constexpr std::string_view signal_names[] = {"neuron", "state"};
constexpr std::string_view letter_names[] = {"run", "network", "neuron", "code"};

std::string list_of(std::span<const std::string_view> names) {
    std::string list;
    for (const std::string_view name : names) {
        list += str(list.empty() ? "" : ", ", name);
    }
    return list;
}

/// Each name once, and one of those allowed.
Result<json::object>
read_pairs(const std::vector<std::string>& arguments, std::span<const std::string_view> allowed) {
    json::object pairs;
    for (const std::string& argument : arguments) {
        HAL9_TRY_VOID(check_utf8(argument, "--where"));
        HAL9_TRY(Pair pair, split_pair(argument, "where", str(allowed.front(), "=VALUE")));
        if (std::ranges::find(allowed, pair.name) == allowed.end()) {
            return fail(
                ErrorCode::invalid_argument,
                str("--where ",
                    printable(pair.name),
                    ": there is no such filter; allowed: ",
                    list_of(allowed))
            );
        }
        if (pairs.contains(pair.name)) {
            return fail(
                ErrorCode::invalid_argument,
                str("--where ", pair.name, " is given twice; all filters must hold, give it once")
            );
        }
        pairs[pair.name] = pair.value;
    }
    return pairs;
}

Result<std::string> time_of(std::string_view name, std::string_view text, WallTime now) {
    if (parse_rfc3339(text)) {
        return std::string(text);
    }
    if (const auto back = parse_duration(text)) {
        return format_time({now.us - back->count()});
    }
    return fail(
        ErrorCode::invalid_argument,
        str("--where ",
            name,
            "=",
            text,
            " is no time; write a time such as 2026-11-24T13:26:00Z, or how long ago, such as 2h")
    );
}

}  // namespace

Result<json::object> runs_where(const std::vector<std::string>& arguments, WallTime now) {
    HAL9_TRY(const json::object pairs, read_pairs(arguments, run_names));
    json::object params;
    for (const auto& [name, value] : pairs) {
        const std::string_view text(value.get_string());
        if (name == "since" || name == "until") {
            HAL9_TRY(const std::string time, time_of(name, text, now));
            params[name == "since" ? "from" : "until"] = time;
        } else {
            params[name] = text;
        }
    }
    return params;
}

Result<json::object> signals_where(const std::vector<std::string>& arguments) {
    HAL9_TRY(const json::object pairs, read_pairs(arguments, signal_names));
    json::object params;
    for (const auto& [name, value] : pairs) {
        params[name == "state" ? "status" : "neuron"] = value;
    }
    return params;
}

Result<json::object> letters_where(const std::vector<std::string>& arguments) {
    return read_pairs(arguments, letter_names);
}

}  // namespace hal9::app
