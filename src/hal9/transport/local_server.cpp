#include "hal9/transport/local_server.hpp"

#include "hal9/base/text.hpp"
#include "hal9/transport/local_address.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::transport {
namespace {

constexpr int half_line_patience_ms = 10'000;
constexpr time_t writing_patience_s = 10;

class Connection final : public LocalPeer {
public:
    explicit Connection(int socket) : socket_(socket) {
        const timeval patience{.tv_sec = writing_patience_s, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }

    ~Connection() override { ::close(socket_); }

    void answer(std::uint64_t id, const Result<json::value>& result) override {
        write(result ? result_message(id, *result) : error_message(id, result.error()));
    }

    void write(const json::object& message) {
        const std::string line = to_line(message);
        const std::scoped_lock lock(writing_);
        for (std::string_view rest = line; !rest.empty();) {
            const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) {
                continue;
            }
            if (sent < 0) {
                shut();
                return;
            }
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Ends reading and writing; the descriptor stays until nobody needs the peer.
    void shut() const { ::shutdown(socket_, SHUT_RDWR); }

    [[nodiscard]] int socket() const { return socket_; }

private:
    const int socket_;
    std::mutex writing_;
};

/// Signals are the business of others.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

class LocalServer::Inside {
public:
    Inside(
        int listener,
        std::string path,
        LocalServerOptions options,
        Executor& strand,
        LocalHandler& handler
    )
        : listener_(listener),
          path_(std::move(path)),
          options_(options),
          strand_(strand),
          handler_(handler),
          accepting_([this] { accept_all(); }) {}

    ~Inside() {
        stopping_.store(true);
        ::shutdown(listener_, SHUT_RDWR);
        accepting_.join();
        ::unlink(path_.c_str());
        ::close(listener_);
        for (Served& served : served_) {
            served.connection->shut();
        }
        for (Served& served : served_) {
            served.thread.join();
        }
    }

    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    struct Served {
        std::shared_ptr<Connection> connection;  ///< shared with who still has to answer it
        std::thread thread;
        std::atomic<bool> ended{false};
    };

    void accept_all() {
        block_signals();
        while (!stopping_.load()) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) {
                // Out of descriptors: not a reason to spin.
                pollfd none{};
                ::poll(&none, 0, stopping_.load() ? 0 : 50);
                continue;
            }
            forget_ended();
            auto connection = std::make_shared<Connection>(socket);
            connection->write(greeting_message(::getpid()));
            if (served_.size() >= options_.connections_max) {
                connection->write(error_message(
                    std::nullopt,
                    Error(
                        ErrorCode::resource_exhausted,
                        str("there are ",
                            options_.connections_max,
                            " connections already (connections_max); try again later")
                    )
                ));
                continue;
            }
            Served& served = served_.emplace_back();
            served.connection = std::move(connection);
            served.thread = std::thread([this, &served] {
                block_signals();
                serve(served.connection);
                served.ended.store(true);
            });
        }
    }

    void forget_ended() {
        std::erase_if(served_, [](Served& served) {
            if (served.ended.load()) {
                served.thread.join();
                return true;
            }
            return false;
        });
    }

    void serve(const std::shared_ptr<Connection>& connection) {
        LineBuffer lines(options_.message_bytes_max);
        std::array<char, 65'536> block{};
        while (take_lines(connection, lines)) {
            pollfd wait{.fd = connection->socket(), .events = POLLIN, .revents = 0};
            const int patience = lines.has_part_of_a_line() ? half_line_patience_ms : -1;
            const int ready = ::poll(&wait, 1, patience);
            if (ready == 0) {
                refuse(*connection, ErrorCode::timeout, "a line was begun and not ended for 10 s");
                break;
            }
            const ssize_t got = ::recv(connection->socket(), block.data(), block.size(), 0);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                break;
            }
            lines.append({block.data(), static_cast<std::size_t>(got)});
        }
        connection->shut();
        strand_.post([this, connection] { handler_.gone(connection); });
    }

    /// False when the connection has to end.
    bool take_lines(const std::shared_ptr<Connection>& connection, LineBuffer& lines) {
        while (true) {
            const auto line = lines.next();
            if (!line) {
                connection->write(error_message(std::nullopt, line.error()));
                return false;
            }
            if (!*line) {
                return true;
            }
            auto request = parse_request(**line);
            if (!request) {
                connection->write(error_message(request.error().id, request.error().error));
                return false;
            }
            strand_.post([this, connection, request = *std::move(request)]() mutable {
                handler_.request(
                    connection,
                    request.id,
                    std::move(request.method),
                    std::move(request.params)
                );
            });
        }
    }

    static void refuse(Connection& connection, ErrorCode code, std::string_view why) {
        connection.write(error_message(std::nullopt, Error(code, std::string(why))));
    }

    const int listener_;
    const std::string path_;
    const LocalServerOptions options_;
    Executor& strand_;
    LocalHandler& handler_;
    std::atomic<bool> stopping_{false};
    std::list<Served> served_;  ///< the accepting thread's; after it ended the destructor's
    std::thread accepting_;
};

LocalServer::LocalServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

LocalServer::~LocalServer() = default;

Result<std::unique_ptr<LocalServer>> LocalServer::start(
    const std::string& path,
    LocalServerOptions options,
    Executor& strand,
    LocalHandler& handler
) {
    HAL9_TRY(const LocalAddress address, LocalAddress::of(path));
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return fail(ErrorCode::resource_exhausted, str("no socket: ", std::strerror(errno)));
    }
    ::fchmod(listener, 0600);  // before bind: the file is never there with another mode
    ::unlink(path.c_str());
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.socket_path().c_str(), address.socket_path().size() + 1);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&name);
    if (::bind(listener, generic, sizeof name) != 0 || ::listen(listener, SOMAXCONN) != 0) {
        const int why = errno;
        ::close(listener);
        return fail(
            ErrorCode::unavailable,
            str("cannot listen at ", path, ": ", std::strerror(why))
        );
    }
    return std::unique_ptr<LocalServer>(
        new LocalServer(std::make_unique<Inside>(listener, path, options, strand, handler))
    );
}

}  // namespace hal9::transport
