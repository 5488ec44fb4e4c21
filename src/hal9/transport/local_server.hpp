// LocalServer: the socket of a store's holder, newline-delimited JSON (local_protocol.hpp).
//
// Knows no method: requests are handed to a handler on the strand, which answers through the peer.
// One thread of its own does all reading and writing, so nobody who answers ever waits for a peer.
// What a peer can make it keep is bounded: connections, requests not yet answered, bytes not yet
// read by the peer, the length of a line and the time that a line or an unread answer may take.
#pragma once

#include "hal9/base/executor.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hal9::transport {

/// One connection. Kept by whoever still has to answer it, as long as they like.
class LocalPeer {
public:
    virtual ~LocalPeer() = default;
    /// Thread: any; never waits. To a peer or server that is gone: nothing happens.
    virtual void answer(std::uint64_t id, Result<json::value> result) = 0;
};

class LocalHandler {
public:
    virtual ~LocalHandler() = default;
    /// Thread: the strand. Must answer once, now or later.
    virtual void request(
        std::shared_ptr<LocalPeer> peer,
        std::uint64_t id,
        std::string method,
        json::object params
    ) = 0;
    /// Thread: the strand. Once, after the last request of the peer.
    virtual void gone(const std::shared_ptr<LocalPeer>& peer) = 0;
};

struct LocalServerOptions {
    std::size_t message_bytes_max = 0;  ///< one line, either way
    std::uint32_t connections_max = 0;
    std::uint32_t requests_max = 16;  ///< of one peer, unanswered; further ones are not read
    std::chrono::milliseconds patience =
        std::chrono::seconds(10);  ///< for a line to end once it began, and for a peer to read
};

class LocalServer {
public:
    /// Listens at the path, for its owner alone (mode 0600). A socket that is there already is
    /// replaced: the caller holds the store's lock, so nobody listens on it. conflict when the path
    /// is something else; unavailable, permission_denied, resource_exhausted by what the system
    /// says. `strand` and `handler` outlive the server and what it posted.
    [[nodiscard]] static Result<std::unique_ptr<LocalServer>> start(
        const std::string& path,
        LocalServerOptions options,
        Executor& strand,
        LocalHandler& handler
    );
    /// Stops.
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    /// Removes the file, reads nothing more, gives peers at most a second to read what was answered
    /// before, closes, and posts `gone` for each. Posts nothing after it returned. Idempotent.
    void stop();

private:
    class Inside;
    explicit LocalServer(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::transport
