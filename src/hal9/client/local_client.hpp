// LocalClient: asks the process that holds the store, over its socket.
//
// Blocking, one question at a time. Movable, so it can be a result.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hal9::client {

class LocalClient {
public:
    /// not_found when nobody listens at the path, conflict when the other side speaks another
    /// version, unavailable when it does not greet within five seconds.
    [[nodiscard]] static Result<LocalClient> connect(const std::string& path);
    ~LocalClient();

    LocalClient(LocalClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          buffer_(std::move(other.buffer_)),
          last_id_(other.last_id_) {}

    LocalClient(const LocalClient&) = delete;
    LocalClient& operator=(const LocalClient&) = delete;
    LocalClient& operator=(LocalClient&&) = delete;

    /// The answer; the other side's error as it is; unavailable when it went away or said nothing
    /// for a minute.
    [[nodiscard]] Result<json::value> call(std::string_view method, const json::object& params);

private:
    explicit LocalClient(int socket);
    void wait_at_most(std::chrono::seconds time) const;
    [[nodiscard]] Result<void> greet();
    [[nodiscard]] Result<void> send(std::string_view line) const;
    [[nodiscard]] Result<std::string> next_line();

    int socket_;
    transport::LineBuffer buffer_;
    std::uint64_t last_id_ = 0;
};

}  // namespace hal9::client
