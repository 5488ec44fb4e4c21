// LocalServer: the socket of a store's holder, newline-delimited JSON (local_protocol.hpp).
//
// Knows no method: requests are handed to a handler on the strand, which answers through the peer.
// One thread accepts, one reads for each connection; limits are refused with a line that says why.
#pragma once

#include "hal9/base/executor.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace hal9::transport {

/// One connection. Kept by whoever still has to answer it.
class LocalPeer {
public:
    virtual ~LocalPeer() = default;
    /// Thread: any. A peer that is gone, or does not read for ten seconds, is answered by nobody.
    virtual void answer(std::uint64_t id, const Result<json::value>& result) = 0;
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
    /// Thread: the strand. After the last request of the peer.
    virtual void gone(const std::shared_ptr<LocalPeer>& peer) = 0;
};

struct LocalServerOptions {
    std::size_t message_bytes_max = 0;
    std::uint32_t connections_max = 0;
};

class LocalServer {
public:
    /// Listens at the path, for its owner alone (mode 0600). A socket file that is there already is
    /// replaced: the caller holds the store's lock, so nobody listens on it. `strand` and `handler`
    /// outlive the server and what it posted.
    [[nodiscard]] static Result<std::unique_ptr<LocalServer>> start(
        const std::string& path,
        LocalServerOptions options,
        Executor& strand,
        LocalHandler& handler
    );
    /// Closes every connection, removes the file, and waits for its threads.
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

private:
    class Inside;
    explicit LocalServer(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace hal9::transport
