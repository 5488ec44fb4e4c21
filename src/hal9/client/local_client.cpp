#include "hal9/client/local_client.hpp"

#include "hal9/base/text.hpp"
#include "hal9/transport/local_address.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <variant>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::client {
namespace {

constexpr std::chrono::seconds greeting_within{5};
constexpr std::chrono::seconds answer_within{60};

std::unexpected<Error> gone(std::string_view what) {
    return fail(
        ErrorCode::unavailable,
        str("the process that holds the store went away (", what, "); ask again, or resume the run")
    );
}

std::unexpected<Error> cannot_connect(const std::string& path, int error) {
    if (error == ENOENT || error == ENOTDIR || error == ECONNREFUSED) {
        return fail(ErrorCode::not_found, str("nobody listens at ", path));
    }
    return fail(
        error == EACCES || error == EPERM ? ErrorCode::permission_denied : ErrorCode::unavailable,
        str("cannot connect to ", path, ": ", std::strerror(error))
    );
}

}  // namespace

LocalClient::LocalClient(int socket) : socket_(socket), buffer_(transport::line_bytes_ceiling) {}

LocalClient::~LocalClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

Result<LocalClient> LocalClient::connect(const std::string& path) {
    HAL9_TRY(const auto address, transport::LocalAddress::of(path));
    LocalClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (client.socket_ < 0) {
        return fail(ErrorCode::unavailable, str("no socket: ", std::strerror(errno)));
    }
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.socket_path().c_str(), address.socket_path().size() + 1);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&name);
    if (::connect(client.socket_, generic, sizeof name) != 0) {
        return cannot_connect(path, errno);
    }
    client.wait_at_most(greeting_within);
    HAL9_TRY_VOID(client.greet());
    client.wait_at_most(answer_within);
    return client;
}

/// For the other side to send something, or to take what is sent.
void LocalClient::wait_at_most(std::chrono::seconds time) const {
    const timeval limit{.tv_sec = time.count(), .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Result<void> LocalClient::greet() {
    HAL9_TRY(const std::string line, next_line());
    HAL9_TRY(const transport::LocalGreeting greeting, transport::parse_greeting(line));
    if (greeting.version != transport::local_protocol_version) {
        return fail(
            ErrorCode::conflict,
            str("the process that holds the store (pid ",
                greeting.pid,
                ") speaks version ",
                greeting.version,
                " of the protocol, this one ",
                transport::local_protocol_version,
                "; use the same hal9 for both")
        );
    }
    return {};
}

Result<json::value> LocalClient::call(std::string_view method, const json::object& params) {
    const std::uint64_t id = ++last_id_;
    const auto sent = send(transport::to_line(transport::request_message(id, method, params)));
    while (true) {
        // A server that closed before it read everything has said why, in most cases.
        auto line_or_end = next_line();
        if (!sent && !line_or_end) {
            return fail(sent.error());
        }
        HAL9_TRY(const std::string line, std::move(line_or_end));
        HAL9_TRY(transport::LocalAnswer answer, transport::parse_answer(line));
        if (answer.id && *answer.id != id) {
            continue;
        }
        if (auto* const error = std::get_if<Error>(&answer.content)) {
            return fail(std::move(*error));
        }
        if (auto* const result = std::get_if<transport::LocalResult>(&answer.content)) {
            return std::move(result->value);
        }
    }
}

Result<void> LocalClient::send(std::string_view line) const {
    while (!line.empty()) {
        const ssize_t sent = ::send(socket_, line.data(), line.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            return gone(std::strerror(errno));
        }
        line.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<std::string> LocalClient::next_line() {
    std::array<char, 65'536> block{};
    while (true) {
        HAL9_TRY(const auto line, buffer_.next());
        if (line) {
            return std::string(*line);
        }
        const ssize_t got = ::recv(socket_, block.data(), block.size(), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) {
                return fail(
                    ErrorCode::unavailable,
                    "the process that holds the store does not answer; is it stopped?"
                );
            }
            return gone(got == 0 ? "it closed the connection" : std::strerror(errno));
        }
        buffer_.append({block.data(), static_cast<std::size_t>(got)});
    }
}

}  // namespace hal9::client
