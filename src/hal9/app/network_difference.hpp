// NetworkDifference: what one definition says that another does not, by neuron, and what it means.
//
// Works on documents in canonical form, as NetworkGraph does. A run keeps its version, so nothing
// of this touches work that has begun; it says what new runs do otherwise, and what there is to see
// to before they begin.
#pragma once

#include "hal9/base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app {

/// What a changed member means for the work of its neuron.
enum class Effect : std::uint8_t {
    work,    ///< it does something else with a signal
    flow,    ///< its signals go elsewhere, or carry something else
    result,  ///< results of its children are put together in another way
    state,   ///< state that all versions share is kept under other keys, or for another time
    policy,  ///< the same results, at another pace or after other failures
};

[[nodiscard]] std::string_view to_string(Effect effect) noexcept;

struct MemberChange {
    std::string member;  ///< JSON Pointer (RFC 6901) into its neuron, or into the network
    std::optional<json::value> before;
    std::optional<json::value> after;
    std::vector<std::string> neurons;  ///< of `defaults`: those it counts for
};

struct NeuronChange {
    enum class Kind : std::uint8_t { added, removed, changed };

    std::string neuron;
    Kind kind = Kind::changed;
    std::vector<MemberChange> members;  ///< of one that was added or removed: all of them
    std::vector<Effect> effects;        ///< of one that changed
};

struct NetworkDifference {
    std::vector<MemberChange> network;  ///< all but `neurons`
    std::vector<NeuronChange> neurons;  ///< by name
    /// Neurons that did not change, whose results may differ: below them is one that did.
    std::vector<std::string> affected;

    [[nodiscard]] bool is_empty() const { return network.empty() && neurons.empty(); }
};

[[nodiscard]] NetworkDifference compare(const json::value& before, const json::value& after);

/// {equal, network, neurons, affected}
[[nodiscard]] json::object to_json(const NetworkDifference& difference);
/// For people: a line a member, long values cut to what differs in them; control characters are
/// escaped. "" where nothing differs.
[[nodiscard]] std::string to_text(const NetworkDifference& difference, std::size_t columns);

}  // namespace hal9::app
