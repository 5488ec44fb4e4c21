#include "hal9/app/config_settings.hpp"

#include "hal9/base/text.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::app {
namespace {

constexpr std::uint64_t kib = 1U << 10U;
constexpr std::uint64_t mib = 1U << 20U;
constexpr std::uint64_t gib = 1U << 30U;

struct Range {
    std::uint64_t min;
    std::uint64_t max;

    [[nodiscard]] bool holds(std::uint64_t value) const { return value >= min && value <= max; }
};

json::value text_as_it_is(std::string_view text) {
    return json::value(text);
}

/// A number where it is one; what is no number is refused where it is set.
json::value text_as_number(std::string_view text) {
    auto value = parse_json(text);
    return value && value->is_number() ? *std::move(value) : json::value(text);
}

std::optional<std::uint64_t> whole_number(const json::value& value) {
    if (value.is_uint64()) {
        return value.get_uint64();
    }
    if (value.is_int64() && value.get_int64() >= 0) {
        return static_cast<std::uint64_t>(value.get_int64());
    }
    return std::nullopt;
}

std::optional<std::uint64_t> size_in(const json::value& value) {
    const json::string* const text = value.if_string();
    const auto size = text == nullptr ? Result<std::uint64_t>(fail({})) : parse_size(*text);
    return size ? std::optional(*size) : std::nullopt;
}

/// Reaches the member of the config, or of its limits, that a pointer to member names.
template <class AnyConfig, class Member>
auto& member_of(AnyConfig& config, Member Config::* member) {
    return config.*member;
}

template <class AnyConfig, class Member>
auto& member_of(AnyConfig& config, Member Limits::* member) {
    return config.limits.*member;
}

template <class AnyConfig, class Member>
auto& member_of(AnyConfig& config, Member definition::Offer::* member) {
    return config.offer.*member;
}

template <auto member, Range range>
bool set_number(Config& config, std::optional<std::uint64_t> value) {
    using Number = std::remove_reference_t<decltype(member_of(config, member))>;
    static_assert(range.max <= std::numeric_limits<Number>::max());
    if (!value || !range.holds(*value)) {
        return false;
    }
    member_of(config, member) = static_cast<Number>(*value);
    return true;
}

template <auto member, std::uint64_t min, std::uint64_t max>
Setting count(std::string_view name) {
    static constexpr Range range{min, max};
    return {
        .name = name,
        .allowed = str("a whole number from ", min, " to ", max),
        .set = [](Config& config, const json::value& value
               ) { return set_number<member, range>(config, whole_number(value)); },
        .get = [](const Config& config) { return json::value(member_of(config, member)); },
        .from_text = text_as_number,
    };
}

template <auto member, std::uint64_t min, std::uint64_t max>
Setting size(std::string_view name) {
    static constexpr Range range{min, max};
    return {
        .name = name,
        .allowed =
            str("a size from ", format_size(min), " to ", format_size(max), ", such as 64KiB"),
        .set = [](Config& config, const json::value& value
               ) { return set_number<member, range>(config, size_in(value)); },
        .get = [](const Config& config
               ) { return json::value(format_size(member_of(config, member))); },
        .from_text = text_as_it_is,
    };
}

/// In milliseconds.
template <auto member, std::int64_t min, std::int64_t max>
Setting duration(std::string_view name) {
    static constexpr Duration low = std::chrono::milliseconds(min);
    static constexpr Duration high = std::chrono::milliseconds(max);
    return {
        .name = name,
        .allowed =
            str("a duration from ",
                format_duration(low),
                " to ",
                format_duration(high),
                ", such as 30s"),
        .set =
            [](Config& config, const json::value& value) {
                const json::string* const text = value.if_string();
                const auto length =
                    text == nullptr ? Result<Duration>(fail({})) : parse_duration(*text);
                if (!length || *length < low || *length > high) {
                    return false;
                }
                member_of(config, member) = *length;
                return true;
            },
        .get = [](const Config& config
               ) { return json::value(format_duration(member_of(config, member))); },
        .from_text = text_as_it_is,
    };
}

constexpr std::array<std::string_view, 2> log_formats{"logfmt", "json"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warning", "error"};

/// One of `words`, in the order of the enumeration's values.
template <auto member, const auto& words>
Setting word(std::string_view name) {
    std::string allowed = "one of";
    for (const std::string_view each : words) {
        allowed += str(each == words.front() ? " " : ", ", each);
    }
    return {
        .name = name,
        .allowed = std::move(allowed),
        .set =
            [](Config& config, const json::value& value) {
                const json::string* const text = value.if_string();
                const auto found = text == nullptr
                                       ? words.end()
                                       : std::ranges::find(words, std::string_view(*text));
                if (found == words.end()) {
                    return false;
                }
                using Word = std::remove_reference_t<decltype(config.*member)>;
                config.*member = static_cast<Word>(found - words.begin());
                return true;
            },
        .get = [](const Config& config
               ) { return json::value(words[static_cast<std::size_t>(config.*member)]); },
        .from_text = text_as_it_is,
    };
}

bool is_path(const json::value& value) {
    return value.is_string() && !value.get_string().empty() &&
           value.get_string().find('\0') == json::string::npos;
}

Setting store_directory() {
    return {
        .name = "store.directory",
        .allowed = "the path of a directory",
        .set =
            [](Config& config, const json::value& value) {
                if (!is_path(value)) {
                    return false;
                }
                config.directory = std::string(value.get_string());
                return true;
            },
        .get = [](const Config& config) { return json::value(config.directory); },
        .from_text = text_as_it_is,
    };
}

json::value text_as_paths(std::string_view text) {
    json::array paths;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        paths.push_back(json::value(text.substr(0, end)));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return paths;
}

Setting files_read() {
    return {
        .name = "capabilities.files.read",
        .allowed =
            "a list of absolute directories, such as [/usr/share/doc] "
            "(in the environment /a:/b)",
        .set =
            [](Config& config, const json::value& value) {
                const json::array* const list = value.if_array();
                const auto is_absolute = [](const json::value& path) {
                    return is_path(path) && path.get_string().front() == '/';
                };
                if (list == nullptr || !std::ranges::all_of(*list, is_absolute)) {
                    return false;
                }
                config.capabilities.erase("files.read");
                for (const json::value& path : *list) {
                    config.capabilities["files.read"].emplace_back(path.get_string());
                }
                return true;
            },
        .get =
            [](const Config& config) {
                json::array list;
                if (const auto found = config.capabilities.find("files.read");
                    found != config.capabilities.end()) {
                    list.insert(list.end(), found->second.begin(), found->second.end());
                }
                return json::value(std::move(list));
            },
        .from_text = text_as_paths,
    };
}

constexpr double cpus_min = 0.01;

Setting node_cpus() {
    return {
        .name = "node.cpus",
        .allowed = "a number of processors from 0.01 to 100000",
        .set =
            [](Config& config, const json::value& value) {
                const double cpus = value.is_number() ? value.to_number<double>() : 0;
                if (cpus < cpus_min || cpus > definition::offered_cpus_max) {
                    return false;
                }
                config.offer.cpus = cpus;
                return true;
            },
        .get =
            [](const Config& config) {
                const double cpus = config.offer.cpus;
                return cpus == std::floor(cpus) ? json::value(static_cast<std::int64_t>(cpus))
                                                : json::value(cpus);
            },
        .from_text = text_as_number,
    };
}

json::value text_as_words(std::string_view text) {
    json::array words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        words.push_back(json::value(text.substr(0, end)));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return words;
}

Setting node_tags() {
    return {
        .name = "node.tags",
        .allowed = "a list of tags, such as [gpu, fast-disk] (in the environment gpu,fast-disk)",
        .set =
            [](Config& config, const json::value& value) {
                const json::array* const list = value.if_array();
                const auto is_tag = [](const json::value& tag) {
                    return tag.is_string() && !tag.get_string().empty();
                };
                if (list == nullptr || !std::ranges::all_of(*list, is_tag)) {
                    return false;
                }
                config.offer.tags.clear();
                for (const json::value& tag : *list) {
                    config.offer.tags.emplace_back(tag.get_string());
                }
                return true;
            },
        .get =
            [](const Config& config) {
                return json::value(json::array(config.offer.tags.begin(), config.offer.tags.end()));
            },
        .from_text = text_as_words,
    };
}

std::vector<Setting> make_settings() {
    return {
        store_directory(),
        count<&Config::file_threads, 1, 64>("runtime.file_threads"),
        count<&Config::compute_threads, 1, 64>("runtime.compute_threads"),
        duration<&Config::shutdown_timeout, 100, 3'600'000>("runtime.shutdown_timeout"),
        size<&definition::Offer::memory_bytes, mib, definition::offered_memory_max>("node.memory"),
        node_cpus(),
        node_tags(),
        size<&Limits::definition_bytes_max, kib, 64 * mib>("limits.definition_bytes_max"),
        count<&Limits::definition_alias_max, 0, 10'000>("limits.definition_alias_max"),
        count<&Limits::definition_depth_max, 8, 64>("limits.definition_depth_max"),
        count<&Limits::neurons_max, 1, 65'535>("limits.neurons_max"),
        count<&Limits::forward_max, 1, 1'000>("limits.forward_max"),
        count<&Limits::quorum_max, 1, 100'000>("limits.quorum_max"),
        size<&Limits::pattern_bytes_max, 16, mib>("limits.pattern_bytes_max"),
        size<&Limits::pattern_memory_max, 64 * kib, gib>("limits.pattern_memory_max"),
        count<&Limits::predicate_depth_max, 1, 64>("limits.predicate_depth_max"),
        size<&Limits::payload_bytes_max, kib, 16 * mib>("limits.payload_bytes_max"),
        count<&Limits::signals_per_run_max, 1, signals_per_run_max>("limits.signals_per_run_max"),
        count<&Limits::depth_max, 1, 64>("limits.depth_max"),
        count<&Limits::chunk_signals_max, 1, 10'000>("limits.chunk_signals_max"),
        size<&Limits::chunk_bytes_max, 64 * kib, 64 * mib>("limits.chunk_bytes_max"),
        count<&Limits::attempts_max, 1, 1'000>("limits.attempts_max"),
        size<&Limits::file_bytes_max, kib, 16 * mib>("limits.file_bytes_max"),
        count<&Limits::files_listed_max, 1, 16'000'000>("limits.files_listed_max"),
        size<&Limits::check_bytes_max, mib, 64 * gib>("limits.check_bytes_max"),
        count<&Limits::ready_window, 16, 1'000'000>("limits.ready_window"),
        count<&Limits::ready_window_total, 16, 10'000'000>("limits.ready_window_total"),
        size<&Limits::window_bytes_max, mib, 64 * gib>("limits.window_bytes_max"),
        size<&Limits::fold_bytes_max, 64 * kib, 64 * gib>("limits.fold_bytes_max"),
        count<&Limits::asynchronous_steps_max, 1, 1'000>("limits.asynchronous_steps_max"),
        count<&Limits::store_queue_rows_max, 16, 1'000'000>("limits.store_queue_rows_max"),
        size<&Limits::store_queue_bytes_max, 64 * kib, 4 * gib>("limits.store_queue_bytes_max"),
        count<&Limits::group_rows_max, 1, 1'000'000>("limits.group_rows_max"),
        size<&Limits::group_bytes_max, 64 * kib, gib>("limits.group_bytes_max"),
        count<&Limits::page_rows_max, 10, 10'000>("limits.page_rows_max"),
        count<&Limits::answer_rows_max, 10, 1'000'000>("limits.answer_rows_max"),
        count<&Limits::idempotency_key_bytes_max, 16, 4'096>("limits.idempotency_key_bytes_max"),
        count<&Limits::value_depth_max, 4, 48>("limits.value_depth_max"),
        count<&Limits::commit_log_rows_max, 1'000, 100'000'000>("limits.commit_log_rows_max"),
        size<&Limits::key_bytes_max, 16, 64 * kib>("limits.key_bytes_max"),
        size<&Limits::key_state_bytes_max, 16, 16 * mib>("limits.key_state_bytes_max"),
        count<&Limits::keys_kept_max, 1, 10'000'000>("limits.keys_kept_max"),
        count<&Limits::child_runs_per_depth, 1, 100'000>("limits.child_runs_per_depth"),
        count<&Limits::tags_per_run_max, 1, 1'000>("limits.tags_per_run_max"),
        count<&Limits::tag_bytes_max, 8, 4'096>("limits.tag_bytes_max"),
        count<&Limits::messages_per_run_max, 1, 1'000'000>("limits.messages_per_run_max"),
        count<&Limits::message_name_bytes_max, 8, 4'096>("limits.message_name_bytes_max"),
        count<&Limits::schedules_max, 1, 1'000'000>("limits.schedules_max"),
        count<&Limits::missed_starts_max, 1, 100'000>("limits.missed_starts_max"),
        count<&Limits::networks_loaded_max, 1, 100'000>("limits.networks_loaded_max"),
        size<&Limits::message_bytes_max, 64 * kib, transport::line_bytes_ceiling>(
            "limits.message_bytes_max"
        ),
        count<&Limits::connections_max, 1, 1'000>("limits.connections_max"),
        count<&Limits::cases_max, 1, 1'000'000>("limits.cases_max"),
        count<&Limits::case_signals_max, 1, 1'000'000'000>("limits.case_signals_max"),
        size<&Limits::case_files_bytes_max, kib, 64 * gib>("limits.case_files_bytes_max"),
        files_read(),
        word<&Config::log_format, log_formats>("telemetry.log_format"),
        word<&Config::log_level, log_levels>("telemetry.log_level"),
    };
}

}  // namespace

std::span<const Setting> config_settings() {
    static const std::vector<Setting> settings = make_settings();
    return settings;
}

std::string environment_name(std::string_view setting) {
    std::string name = str("HAL9_", section_of(setting), "__");
    name += setting.substr(section_of(setting).size() + 1);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return name;
}

std::string_view section_of(std::string_view setting) {
    return setting.substr(0, setting.find('.'));
}

}  // namespace hal9::app
