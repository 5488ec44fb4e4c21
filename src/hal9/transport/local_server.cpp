#include "hal9/transport/local_server.hpp"

#include "hal9/base/all_signals_blocked.hpp"
#include "hal9/base/text.hpp"
#include "hal9/transport/detail/local_connection.hpp"
#include "hal9/transport/local_address.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <exception>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::transport {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr auto flush_time = std::chrono::seconds(1);
constexpr auto accept_pause = std::chrono::milliseconds(50);

std::unexpected<Error> cannot_listen(const std::string& path, int error) {
    ErrorCode code = ErrorCode::unavailable;
    if (error == EACCES || error == EPERM || error == EROFS) {
        code = ErrorCode::permission_denied;
    } else if (error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOSPC) {
        code = ErrorCode::resource_exhausted;
    }
    return fail(code, str("cannot listen at ", path, ": ", std::generic_category().message(error)));
}

/// A socket that a process left behind goes; anything else stays.
Result<void> remove_left_socket(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return errno == ENOENT ? Result<void>{} : cannot_listen(path, errno);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return fail(
            ErrorCode::conflict,
            str(path, " is in the way of the socket and is none; move it elsewhere")
        );
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return cannot_listen(path, errno);
    }
    return {};
}

/// A listening descriptor that the caller closes.
Result<int> listen_at(const std::string& path) {
    HAL9_TRY(const LocalAddress address, LocalAddress::of(path));
    HAL9_TRY_VOID(remove_left_socket(path));
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return cannot_listen(path, errno);
    }
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.socket_path().c_str(), address.socket_path().size() + 1);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&name);
    // The mode comes before the name: the file is never there with another one.
    if (::fchmod(listener, S_IRUSR | S_IWUSR) != 0 || ::bind(listener, generic, sizeof name) != 0 ||
        ::listen(listener, SOMAXCONN) != 0) {
        const int error = errno;
        ::close(listener);
        return cannot_listen(path, error);
    }
    return listener;
}

}  // namespace

class LocalServer::Inside final : public detail::ConnectionOwner {
public:
    Inside(std::string path, LocalServerOptions options, Executor& strand, LocalHandler& handler)
        : path_(std::move(path)),
          options_(options),
          strand_(strand),
          handler_(handler),
          acceptor_(io_),
          flushing_(io_),
          mailbox_(std::make_shared<detail::Mailbox>(io_)) {}

    ~Inside() override { stop(); }

    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

    /// Throws what Asio and std::thread throw. The listener is its own from here on.
    void start(int listener) {
        boost::system::error_code error;
        if (acceptor_.assign(Protocol(), listener, error)) {
            ::close(listener);
            throw boost::system::system_error(error);
        }
        asio::co_spawn(io_, accept_all(), detail::NothingMayLeave{});
        const AllSignalsBlocked inherited_by_the_thread;
        thread_ = std::thread([this] {
            pthread_setname_np(pthread_self(), "hal9-socket");
            io_.run();
        });
    }

    void stop() {
        if (!thread_.joinable()) {
            return;
        }
        ::unlink(path_.c_str());
        std::move_only_function<void()> work = [this] { begin_to_stop(); };
        static_cast<void>(mailbox_->post(work));  // it is closed below
        mailbox_->close();
        thread_.join();
    }

    void requested(const std::shared_ptr<LocalPeer>& peer, LocalRequest request) override {
        strand_.post([&handler = handler_, peer, request = std::move(request)]() mutable {
            handler.request(peer, request.id, std::move(request.method), std::move(request.params));
        });
    }

    void ended(const std::shared_ptr<detail::LocalConnection>& connection) override {
        connections_.erase(connection);
        if (connections_.empty()) {
            flushing_.cancel();
        }
        strand_.post([&handler = handler_, peer = connection->peer()] { handler.gone(peer); });
    }

private:
    asio::awaitable<void> accept_all() {
        asio::steady_timer pause(io_);
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(no_throw);
            if (!acceptor_.is_open()) {
                co_return;
            }
            if (error) {
                // Out of descriptors: the next one comes when somebody has closed one.
                pause.expires_after(accept_pause);
                co_await pause.async_wait(no_throw);
            } else if (connections_.size() >= options_.connections_max) {
                refuse(socket);
            } else {
                const auto connection =
                    std::make_shared<detail::LocalConnection>(std::move(socket), options_, *this);
                connections_.insert(connection);
                connection->begin(mailbox_);
            }
        }
    }

    /// A line instead of a greeting. It fits into what the system keeps for a new socket.
    void refuse(Protocol::socket& socket) const {
        const std::string line = to_line(error_message(
            std::nullopt,
            Error(
                ErrorCode::resource_exhausted,
                str("there are ",
                    options_.connections_max,
                    " connections already (connections_max); try again later")
            )
        ));
        boost::system::error_code ignored;  // it has left already
        ignored = socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(line), ignored);
    }

    void begin_to_stop() {
        boost::system::error_code ignored;  // it is closed then, whatever the system says
        ignored = acceptor_.close(ignored);
        const auto connections = connections_;
        if (connections.empty()) {
            return;
        }
        flushing_.expires_after(flush_time);
        flushing_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) {
                close_all();
            }
        });
        for (const auto& connection : connections) {
            connection->finish();
        }
    }

    void close_all() {
        const auto connections = connections_;
        for (const auto& connection : connections) {
            connection->close();
        }
    }

    std::string path_;
    LocalServerOptions options_;
    Executor& strand_;
    LocalHandler& handler_;
    asio::io_context io_{1};
    Protocol::acceptor acceptor_;
    asio::steady_timer flushing_;
    std::shared_ptr<detail::Mailbox> mailbox_;  ///< shared with peers that are kept longer
    std::set<std::shared_ptr<detail::LocalConnection>> connections_;  ///< with their coroutines
    std::thread thread_;
};

LocalServer::LocalServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

LocalServer::~LocalServer() = default;

void LocalServer::stop() {
    inside_->stop();
}

Result<std::unique_ptr<LocalServer>> LocalServer::start(
    const std::string& path,
    LocalServerOptions options,
    Executor& strand,
    LocalHandler& handler
) {
    try {
        auto inside = std::make_unique<Inside>(path, options, strand, handler);
        HAL9_TRY(const int listener, listen_at(path));
        inside->start(listener);
        return std::unique_ptr<LocalServer>(new LocalServer(std::move(inside)));
    } catch (const std::exception& error) {
        return fail(
            ErrorCode::resource_exhausted,
            str("cannot listen at ", path, ": ", error.what())
        );
    }
}

}  // namespace hal9::transport
