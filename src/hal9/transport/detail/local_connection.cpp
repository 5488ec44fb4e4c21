#include "hal9/transport/detail/local_connection.hpp"

#include "hal9/base/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::transport::detail {
namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t block_bytes = 65'536;
/// Times message_bytes_max: more waits for a peer only if it asks on and on and never reads.
constexpr std::size_t unread_messages_max = 4;

}  // namespace

void NothingMayLeave::operator()(const std::exception_ptr& left) const {
    if (left) {
        std::rethrow_exception(left);  // out of the thread's function
    }
}

bool Mailbox::post(std::move_only_function<void()>& work) {
    const std::scoped_lock lock(mutex_);
    if (io_ == nullptr) {
        return false;
    }
    asio::post(*io_, std::move(work));
    return true;
}

void Mailbox::close() {
    const std::scoped_lock lock(mutex_);
    io_ = nullptr;
}

void RemotePeer::answer(std::uint64_t id, Result<json::value> result) {
    std::move_only_function<void()> work =
        [connection = connection_, id, result = std::move(result)]() mutable {
            if (const auto alive = connection.lock()) {
                alive->answer(id, std::move(result));
            }
        };
    static_cast<void>(mailbox_->post(work));  // a server that is gone answers nobody
}

LocalConnection::LocalConnection(
    Socket socket,
    const LocalServerOptions& options,
    ConnectionOwner& owner
)
    : socket_(std::move(socket)),
      options_(options),
      owner_(owner),
      lines_(options.message_bytes_max),
      with_line_{
          .timer = asio::steady_timer(socket_.get_executor()),
          .lost = &LocalConnection::line_expired
      },
      with_reader_{
          .timer = asio::steady_timer(socket_.get_executor()),
          .lost = &LocalConnection::close
      },
      changed_(socket_.get_executor(), asio::steady_timer::time_point::max()) {}

void LocalConnection::begin(const std::shared_ptr<Mailbox>& mailbox) {
    peer_ = std::make_shared<RemotePeer>(mailbox, weak_from_this());
    send(to_line(greeting_message(::getpid())));
    asio::co_spawn(socket_.get_executor(), serve(shared_from_this()), NothingMayLeave{});
}

asio::awaitable<void> LocalConnection::serve(std::shared_ptr<LocalConnection> self) {
    co_await read_requests();
    disarm(with_line_);
    stop_reading();
    // Who has sent its last request may still wait for answers.
    while (!closed_ && (!outgoing_.empty() || (unanswered_ > 0 && !finishing_))) {
        co_await changed_.async_wait(no_throw);
    }
    close();
    owner_.ended(self);
}

asio::awaitable<void> LocalConnection::read_requests() {
    std::vector<char> block(block_bytes);
    while (!closed_ && !finishing_) {
        if (is_full()) {
            co_await changed_.async_wait(no_throw);
            continue;
        }
        const auto line = lines_.next();
        if (!line) {
            send(to_line(error_message(std::nullopt, line.error())));
            co_return;
        }
        if (*line) {
            line_armed_ = false;
            disarm(with_line_);
            if (!take_line(**line)) {
                co_return;
            }
            continue;
        }
        if (lines_.has_part_of_a_line() && !line_armed_) {
            line_armed_ = true;
            arm(with_line_);
        }
        const auto [error, got] = co_await socket_.async_read_some(asio::buffer(block), no_throw);
        if (got > 0) {
            lines_.append({block.data(), got});
        } else if (line_expired_) {
            const Error why(
                ErrorCode::timeout,
                str("a line was begun and not ended for ", options_.patience.count(), " ms")
            );
            send(to_line(error_message(std::nullopt, why)));
            co_return;
        }
        if (error) {
            co_return;
        }
    }
}

bool LocalConnection::take_line(std::string_view line) {
    auto request = parse_request(line);
    if (request) {
        ++unanswered_;
        owner_.requested(peer_, *std::move(request));
        return true;
    }
    send(to_line(error_message(request.error().id, request.error().error)));
    // Without an id nobody can tell which request it was.
    return request.error().id.has_value();
}

void LocalConnection::answer(std::uint64_t id, Result<json::value> result) {
    if (unanswered_ > 0) {
        --unanswered_;
    }
    std::string line = to_line(
        result ? result_message(id, *std::move(result)) : error_message(id, result.error())
    );
    if (line.size() > options_.message_bytes_max + 1) {
        const Error too_long(
            ErrorCode::limit_exceeded,
            str("the answer has ",
                format_size(line.size()),
                "; allowed: ",
                format_size(options_.message_bytes_max),
                " (message_bytes_max)")
        );
        line = to_line(error_message(id, too_long));
    }
    send(std::move(line));
    changed_.cancel();
}

void LocalConnection::send(std::string line) {
    if (closed_) {
        return;
    }
    outgoing_bytes_ += line.size();
    outgoing_.push_back(std::move(line));
    if (outgoing_bytes_ > unread_messages_max * options_.message_bytes_max + block_bytes) {
        close();
        return;
    }
    if (!std::exchange(writing_, true)) {
        asio::co_spawn(socket_.get_executor(), write_queue(shared_from_this()), NothingMayLeave{});
    }
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): keeps the connection while it writes.
asio::awaitable<void> LocalConnection::write_queue(std::shared_ptr<LocalConnection> /*self*/) {
    while (!outgoing_.empty() && !closed_) {
        std::string_view rest = outgoing_.front();
        while (!rest.empty() && !closed_) {
            arm(with_reader_);
            const auto [error, sent] =
                co_await socket_.async_write_some(asio::buffer(rest.data(), rest.size()), no_throw);
            if (error) {
                close();
                break;
            }
            rest.remove_prefix(sent);
        }
        outgoing_bytes_ -= outgoing_.front().size();
        outgoing_.pop_front();
        changed_.cancel();
    }
    disarm(with_reader_);
    writing_ = false;
}

void LocalConnection::finish() {
    finishing_ = true;
    stop_reading();
    changed_.cancel();
}

void LocalConnection::close() {
    if (std::exchange(closed_, true)) {
        return;
    }
    boost::system::error_code ignored;  // it is closed then, whatever the system says
    ignored = socket_.close(ignored);
    disarm(with_line_);
    disarm(with_reader_);
    changed_.cancel();
}

/// Wakes a read without disturbing what is being written.
void LocalConnection::stop_reading() {
    boost::system::error_code ignored;  // the peer has left already
    ignored = socket_.shutdown(Socket::shutdown_receive, ignored);
}

void LocalConnection::arm(Patience& patience) {
    patience.timer.expires_after(options_.patience);
    patience.timer.async_wait([weak = weak_from_this(), &patience, armed = ++patience.armed](
                                  const boost::system::error_code& cancelled
                              ) {
        const auto alive = weak.lock();
        if (!cancelled && alive && patience.armed == armed) {
            (alive.get()->*patience.lost)();
        }
    });
}

void LocalConnection::disarm(Patience& patience) {
    ++patience.armed;
    patience.timer.cancel();
}

void LocalConnection::line_expired() {
    line_expired_ = true;
    stop_reading();
}

bool LocalConnection::is_full() const {
    return unanswered_ >= options_.requests_max || outgoing_bytes_ > options_.message_bytes_max;
}

}  // namespace hal9::transport::detail
