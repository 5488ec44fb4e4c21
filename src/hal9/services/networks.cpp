#include "hal9/services/networks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/views.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace hal9::services {
namespace {

using NetworkSummary = SignalReader::NetworkSummary;

constexpr std::array<std::string_view, 3> methods{
    "network.list",
    "network.versions",
    "network.get",
};
constexpr std::size_t shown_digits = 12;
constexpr std::size_t digits_min = 4;
constexpr std::uint32_t page_rows = 1'000;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// A number without a sign or leading zeros; nothing for all else.
std::optional<std::uint32_t> number_in(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = wrong == std::errc() && end == text.data() + text.size();
    return whole && number > 0 && text.front() != '0' ? std::optional(number) : std::nullopt;
}

/// The versions that what stands behind the `@` may mean.
class Matches {
public:
    explicit Matches(std::string_view wanted)
        : prefix_(wanted.size() >= digits_min && is_hex(wanted) ? wanted : std::string_view()),
          number_(number_in(wanted)) {}

    /// Neither the number nor the hash of a version.
    [[nodiscard]] bool are_impossible() const { return prefix_.empty() && !number_; }

    void look_at(const NetworkVersion& version, std::uint32_t number) {
        const bool fits =
            number == number_ || (!prefix_.empty() && version.hash.starts_with(prefix_));
        if (!fits) {
            return;
        }
        if (found_++ == 0) {
            first_ = version.id;
            first_number_ = number;
        }
        if (found_ <= named_max) {
            names_ +=
                str(names_.empty() ? "" : ", ",
                    number,
                    " (",
                    std::string_view(version.hash).substr(0, shown_digits),
                    ")");
        }
    }

    [[nodiscard]] std::size_t found() const { return found_; }

    [[nodiscard]] NetworkVersionId first() const { return first_; }

    [[nodiscard]] std::uint32_t first_number() const { return first_number_; }

    /// `2 (1f0c…), 5 (1f0d…)`
    [[nodiscard]] std::string names() const { return found_ > named_max ? names_ + ", …" : names_; }

private:
    static constexpr std::size_t named_max = 5;

    std::string_view prefix_;
    std::optional<std::uint32_t> number_;
    std::size_t found_ = 0;
    NetworkVersionId first_;
    std::uint32_t first_number_ = 0;
    std::string names_;
};

/// Hands every version of the network to `look` with its number, oldest first, until it says false.
template <class Look>
Result<void> visit_versions(SignalReader& reader, std::string_view name, const Look& look) {
    NetworkVersionId after;
    for (std::uint32_t number = 1;;) {
        HAL9_TRY(
            const auto page,
            reader.list_network_versions(default_organization, name, after, page_rows)
        );
        for (const NetworkVersion& version : page) {
            if (!look(version, number++)) {
                return {};
            }
        }
        if (page.size() < page_rows) {
            return {};
        }
        after = page.back().id;
    }
}

json::object network_view(const NetworkSummary& network) {
    NetworkVersion newest;
    newest.name = network.name;
    newest.hash = network.hash;
    newest.created = network.created;
    return {
        {"id", network.name},
        {"state", to_string(network.state)},
        {"versions", network.versions},
        {"unfinished_runs", network.unfinished_runs},
        {"newest", version_view(newest, network.versions)},
    };
}

}  // namespace

std::string version_id(std::string_view name, std::string_view hash) {
    return str(name, "@", hash.substr(0, shown_digits));
}

json::object version_view(const NetworkVersion& version, std::uint32_t number) {
    return {
        {"id", version_id(version.name, version.hash)},
        {"network", version.name},
        {"version", number},
        {"hash", version.hash},
        {"created", time_view(version.created)},
    };
}

bool Networks::knows(std::string_view method) {
    return std::ranges::find(methods, method) != methods.end();
}

Result<json::value> Networks::answer(std::string_view method, const json::object& params) {
    if (method == "network.list") {
        return list(params);
    }
    if (method == "network.versions") {
        return versions(params);
    }
    if (method == "network.get") {
        return get(params);
    }
    return fail(ErrorCode::not_found, str("there is no method \"", method, "\""));
}

Result<NetworkSummary> Networks::find_in_any_state(std::string_view name) {
    HAL9_TRY(auto network, reader_.find_network_summary(default_organization, name));
    if (!network) {
        return fail(
            ErrorCode::not_found,
            str("there is no network \"", name, "\"; `hal9 network list` shows those there are")
        );
    }
    return *std::move(network);
}

Result<NetworkState> Networks::state_of(std::string_view name) {
    HAL9_TRY(const NetworkSummary network, find_in_any_state(name));
    return network.state;
}

Result<NetworkSummary> Networks::find_network(std::string_view name) {
    HAL9_TRY(NetworkSummary network, find_in_any_state(name));
    if (network.state == NetworkState::deleted) {
        return fail(
            ErrorCode::not_found,
            str("the network \"", name, "\" was deleted; apply it again to bring it back")
        );
    }
    return network;
}

Result<Networks::Chosen>
Networks::choose_version(const NetworkSummary& network, std::string_view wanted) {
    const std::string& name = network.name;
    Matches matches(wanted);
    if (matches.are_impossible()) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"",
                name,
                "@",
                wanted,
                "\" names no version; write ",
                name,
                "@3 for the third, or ",
                name,
                "@HASH with at least ",
                digits_min,
                " hex digits of its hash")
        );
    }
    const auto look = [&matches](const NetworkVersion& version, std::uint32_t number) {
        matches.look_at(version, number);
        return true;
    };
    HAL9_TRY_VOID(visit_versions(reader_, name, look));
    if (matches.found() == 0) {
        return fail(
            ErrorCode::not_found,
            str("network \"",
                name,
                "\" has no version ",
                wanted,
                "; `hal9 network list ",
                name,
                "` shows those it has")
        );
    }
    if (matches.found() > 1) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"",
                name,
                "@",
                wanted,
                "\" fits several versions: ",
                matches.names(),
                "; write more of the hash")
        );
    }
    return Chosen{matches.first(), matches.first_number()};
}

Result<NumberedVersion> Networks::find_version(std::string_view reference) {
    const std::size_t at = reference.find('@');
    HAL9_TRY(NetworkSummary network, find_network(reference.substr(0, at)));
    Chosen chosen{network.newest, network.versions};
    if (at != std::string_view::npos) {
        HAL9_TRY(chosen, choose_version(network, reference.substr(at + 1)));
    }
    HAL9_TRY(auto version, reader_.find_network_version(chosen.id));
    if (!version) {
        return fail(
            ErrorCode::data_loss,
            str("version ", chosen.number, " of network \"", network.name, "\" is missing")
        );
    }
    return NumberedVersion{*std::move(version), chosen.number, std::move(network)};
}

Result<NumberedVersion> Networks::numbered(NetworkVersion version) {
    HAL9_TRY(NetworkSummary network, find_network(version.name));
    std::uint32_t number = network.versions;
    if (version.id != network.newest) {
        const auto look = [&](const NetworkVersion& each, std::uint32_t which) {
            number = which;
            return each.id != version.id;
        };
        HAL9_TRY_VOID(visit_versions(reader_, version.name, look));
    }
    return NumberedVersion{std::move(version), number, std::move(network)};
}

Result<json::value> Networks::list(const json::object& params) {
    SignalReader::NetworkFilter filter{.organization = default_organization};
    HAL9_TRY(filter.rows_max, number_parameter(params, "limit", 1'000, 10'000));
    if (params.contains("after")) {
        HAL9_TRY(filter.after, string_parameter(params, "after"));
    }
    HAL9_TRY(const auto networks, reader_.list_networks(filter));
    json::array found;
    for (const NetworkSummary& network : networks) {
        found.push_back(network_view(network));
    }
    return found;
}

Result<json::value> Networks::versions(const json::object& params) {
    HAL9_TRY(const std::string name, string_parameter(params, "network"));
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 10'000));
    HAL9_TRY_VOID(find_network(name));
    std::uint32_t after = 0;
    if (params.contains("after")) {
        HAL9_TRY(const std::string reference, string_parameter(params, "after"));
        HAL9_TRY(const NumberedVersion known, find_version(reference));
        after = known.number;
    }
    json::array found;
    HAL9_TRY_VOID(visit_versions(
        reader_,
        name,
        [&](const NetworkVersion& version, std::uint32_t number) {
            if (number > after) {
                found.push_back(version_view(version, number));
            }
            return found.size() < limit;
        }
    ));
    return found;
}

Result<json::value> Networks::get(const json::object& params) {
    HAL9_TRY(const std::string reference, string_parameter(params, "network"));
    HAL9_TRY(const NumberedVersion found, find_version(reference));
    json::object view = version_view(found.version, found.number);
    view["state"] = to_string(found.network.state);
    view["versions"] = found.network.versions;
    view["unfinished_runs"] = found.network.unfinished_runs;
    HAL9_TRY(view["definition"], parse_json(found.version.definition));
    return view;
}

}  // namespace hal9::services
