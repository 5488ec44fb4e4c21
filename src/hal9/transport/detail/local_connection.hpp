// LocalConnection: one peer of the local socket, between its bytes and the strand.
//
// Lives on the server's thread. Others reach it through its RemotePeer alone, which a handler may
// keep longer than connection and server exist.
#pragma once

#include "hal9/transport/local_protocol.hpp"
#include "hal9/transport/local_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace hal9::transport::detail {

namespace asio = boost::asio;

/// Leads to the server's thread until the server closes it.
class Mailbox {
public:
    explicit Mailbox(asio::io_context& io) : io_(&io) {}

    /// Thread: any. False, with `work` untouched, once it is closed.
    bool post(std::move_only_function<void()>& work);
    /// Thread: any. What was posted before still runs.
    void close();

private:
    std::mutex mutex_;  ///< answers come from threads that may outlive the server
    asio::io_context* io_;
};

class LocalConnection;

class RemotePeer final : public LocalPeer {
public:
    RemotePeer(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<LocalConnection> connection)
        : mailbox_(std::move(mailbox)), connection_(std::move(connection)) {}

    void answer(std::uint64_t id, Result<json::value> result) override;

private:
    std::shared_ptr<Mailbox> mailbox_;           ///< of all peers and their server
    std::weak_ptr<LocalConnection> connection_;  ///< locked on the server's thread only
};

/// What a connection tells its server. Thread: the server's.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    virtual void requested(const std::shared_ptr<LocalPeer>& peer, LocalRequest request) = 0;
    virtual void ended(const std::shared_ptr<LocalConnection>& connection) = 0;
};

// Shared by its coroutines, by the server's list, and for moments by answers on their way.
class LocalConnection final : public std::enable_shared_from_this<LocalConnection> {
public:
    using Socket = asio::local::stream_protocol::socket;

    LocalConnection(Socket socket, const LocalServerOptions& options, ConnectionOwner& owner);

    /// Greets and serves; the owner is told of the end. Call once, owned by a shared_ptr.
    void begin(const std::shared_ptr<Mailbox>& mailbox);
    void answer(std::uint64_t id, Result<json::value> result);
    /// Reads nothing more, and ends when what is to be written has been.
    void finish();
    /// Ends at once.
    void close();

    [[nodiscard]] const std::shared_ptr<LocalPeer>& peer() const { return peer_; }

private:
    /// A timer whose late completions are told from those of what it was armed for since.
    struct Patience {
        asio::steady_timer timer;
        std::uint64_t armed = 0;
        void (LocalConnection::*lost)();
    };

    [[nodiscard]] asio::awaitable<void> serve(std::shared_ptr<LocalConnection> self);
    [[nodiscard]] asio::awaitable<void> read_requests();
    [[nodiscard]] asio::awaitable<void> write_queue(std::shared_ptr<LocalConnection> self);
    /// False when the connection has to end.
    [[nodiscard]] bool take_line(std::string_view line);
    void send(std::string line);
    void stop_reading();
    void arm(Patience& patience);
    static void disarm(Patience& patience);
    void line_expired();
    [[nodiscard]] bool is_full() const;

    Socket socket_;
    LocalServerOptions options_;
    ConnectionOwner& owner_;
    std::shared_ptr<LocalPeer> peer_;  ///< shared with who still has to answer
    LineBuffer lines_;
    std::deque<std::string> outgoing_;
    std::size_t outgoing_bytes_ = 0;
    std::uint32_t unanswered_ = 0;
    bool line_armed_ = false;
    bool line_expired_ = false;
    bool writing_ = false;
    bool finishing_ = false;
    bool closed_ = false;
    Patience with_line_;
    Patience with_reader_;
    asio::steady_timer changed_;  ///< never expires; cancelled when what serve() waits for changed
};

/// Completion of a spawned coroutine: what leaves one is a bug and ends the process.
struct NothingMayLeave {
    void operator()(const std::exception_ptr& left) const;
};

}  // namespace hal9::transport::detail
