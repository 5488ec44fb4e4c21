// NodeInProcess: a node on a store on disk as the binary has it, in the benchmark's own process.
#pragma once

#include "hal9/definition/network.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/ports/kind.hpp"
#include "hal9/runtime/node.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hal9::bench {

/// Says what went wrong on stderr and ends the process.
[[noreturn]] void die(const Error& error);

/// The process ends, with a word on stderr, where anything fails: a benchmark has nothing to mend.
class NodeInProcess {
public:
    /// A new store in `directory`; the binary's kinds and these.
    NodeInProcess(const std::string& directory, std::vector<std::unique_ptr<Kind>> more_kinds);
    ~NodeInProcess();
    NodeInProcess(const NodeInProcess&) = delete;
    NodeInProcess& operator=(const NodeInProcess&) = delete;

    [[nodiscard]] runtime::Node& node();
    [[nodiscard]] Now now() const;
    [[nodiscard]] definition::Network parse(std::string_view definition) const;
    /// Of the commits so far.
    [[nodiscard]] WriterStats stats() const;

    /// Turns of the node; `look` comes before each, at this time at the latest. Once it returns
    /// nothing the store is closed.
    void run(const std::function<std::optional<SteadyTime>()>& look);

private:
    class Inside;
    std::unique_ptr<Inside> inside_;
};

/// Ends the process with what went wrong.
template <class T>
T must(Result<T> result) {
    if (!result) {
        die(result.error());
    }
    if constexpr (!std::is_void_v<T>) {
        return *std::move(result);
    }
}

}  // namespace hal9::bench
