// The server against peers that speak the protocol badly, over a real socket.
#include "hal9/transport/local_server.hpp"

#include "hal9/transport/local_address.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <gtest/gtest.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::transport {
namespace {

using namespace std::chrono_literals;

/// Runs what is posted when the test says so, on the test's thread.
class ManualStrand final : public Executor {
public:
    void post(std::move_only_function<void()> work) override {
        const std::scoped_lock lock(mutex_);
        queue_.push_back(std::move(work));
        changed_.notify_all();
    }

    /// Waits for the next piece of work and runs it.
    void run_one() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !queue_.empty(); });
        auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
    }

    [[nodiscard]] std::size_t size() {
        const std::scoped_lock lock(mutex_);
        return queue_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::move_only_function<void()>> queue_;
};

/// Keeps what is asked; the test answers.
struct Recorder final : LocalHandler {
    struct Asked {
        std::shared_ptr<LocalPeer> peer;
        std::uint64_t id;
        std::string method;
    };

    void request(
        std::shared_ptr<LocalPeer> peer,
        std::uint64_t id,
        std::string method,
        json::object /*params*/
    ) override {
        asked.push_back({std::move(peer), id, std::move(method)});
    }

    void gone(const std::shared_ptr<LocalPeer>& peer) override { left.push_back(peer); }

    std::vector<Asked> asked;
    std::vector<std::shared_ptr<LocalPeer>> left;
};

/// A peer that does with bytes what it likes.
class RawPeer {
public:
    explicit RawPeer(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto address = LocalAddress::of(path);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, address->socket_path().c_str(), sizeof name.sun_path - 1);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    }

    ~RawPeer() { ::close(socket_); }

    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
    }

    void end_sending() const { ::shutdown(socket_, SHUT_WR); }

    /// Without the line feed; "" at the end.
    [[nodiscard]] std::string line() {
        std::array<char, 4'096> block{};
        while (buffered_.find('\n') == std::string::npos) {
            const ssize_t got = ::recv(socket_, block.data(), block.size(), 0);
            if (got <= 0) {
                return {};
            }
            buffered_.append(block.data(), static_cast<std::size_t>(got));
        }
        const std::size_t end = buffered_.find('\n');
        const std::string line = buffered_.substr(0, end);
        buffered_.erase(0, end + 1);
        return line;
    }

private:
    int socket_;
    std::string buffered_;
};

Error error_in(const std::string& line) {
    const auto answer = parse_answer(line);
    if (!answer || !std::holds_alternative<Error>(answer->content)) {
        ADD_FAILURE() << "no error: " << line;
        return {};
    }
    return std::get<Error>(answer->content);
}

struct LocalServerTest : testing::Test {
    LocalServerTest() {
        std::string name = std::filesystem::temp_directory_path() / "hal9-server-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory = name;
        path = directory + "/hal9.sock";
    }

    ~LocalServerTest() override {
        server.reset();
        std::filesystem::remove_all(directory);
    }

    LocalServerTest(const LocalServerTest&) = delete;
    LocalServerTest& operator=(const LocalServerTest&) = delete;

    void serve(LocalServerOptions options) {
        server.reset();
        auto started = LocalServer::start(path, options, strand, handler);
        ASSERT_TRUE(started.has_value()) << started.error().message;
        server = *std::move(started);
    }

    void serve() { serve({.message_bytes_max = 10'000, .connections_max = 4}); }

    std::string directory;
    std::string path;
    Recorder handler;
    ManualStrand strand;
    std::unique_ptr<LocalServer> server;
};

TEST_F(LocalServerTest, GreetsThenHandsRequestsToTheStrandInTheirOrder) {
    serve();
    RawPeer peer(path);
    EXPECT_EQ(parse_greeting(peer.line())->pid, ::getpid());
    peer.send("{\"id\":1,\"method\":\"a\"}\n{\"id\":2,\"me");
    peer.send("thod\":\"b\",\"params\":{}}\n");
    strand.run_one();
    strand.run_one();
    ASSERT_EQ(handler.asked.size(), 2U);
    EXPECT_EQ(handler.asked[0].method, "a");
    EXPECT_EQ(handler.asked[1].method, "b");
    EXPECT_EQ(handler.asked[0].peer, handler.asked[1].peer);
    handler.asked[1].peer->answer(2, json::value("second"));
    handler.asked[0].peer->answer(1, fail(ErrorCode::not_found, "no a"));
    EXPECT_EQ(peer.line(), R"({"id":2,"result":"second"})");
    EXPECT_EQ(peer.line(), R"({"id":1,"error":{"code":"not_found","message":"no a"}})");
}

TEST_F(LocalServerTest, APeerThatOnlyStoppedSendingStillGetsItsAnswer) {
    serve();
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":1,\"method\":\"a\"}\n");
    peer.end_sending();
    strand.run_one();
    EXPECT_EQ(strand.size(), 0U) << "not gone while it waits";
    handler.asked[0].peer->answer(1, json::value(true));
    EXPECT_EQ(peer.line(), R"({"id":1,"result":true})");
    EXPECT_EQ(peer.line(), "");
    strand.run_one();
    EXPECT_EQ(handler.left.size(), 1U);
}

TEST_F(LocalServerTest, AnswersToAPeerThatVanishedGoNowhereAndItIsToldGone) {
    serve();
    {
        RawPeer peer(path);
        static_cast<void>(peer.line());
        peer.send("{\"id\":1,\"method\":\"a\"}\n");
    }
    strand.run_one();
    handler.asked[0].peer->answer(1, json::value(true));
    strand.run_one();
    EXPECT_EQ(handler.left, std::vector{handler.asked[0].peer});
    handler.asked[0].peer->answer(1, json::value(true));
    RawPeer next(path);
    EXPECT_TRUE(parse_greeting(next.line()).has_value());
}

TEST_F(LocalServerTest, AMalformedRequestWithAnIdIsAnsweredAndTheConnectionGoesOn) {
    serve();
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":5,\"method\":\"NO\"}\n{\"id\":6,\"method\":\"a\"}\n");
    const std::string refused = peer.line();
    EXPECT_EQ(parse_answer(refused)->id, 5U);
    EXPECT_EQ(error_in(refused).code, ErrorCode::invalid_argument);
    strand.run_one();
    EXPECT_EQ(handler.asked.at(0).id, 6U);
}

TEST_F(LocalServerTest, ALineThatIsNoRequestIsAnsweredAndEndsTheConnection) {
    serve();
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("GET / HTTP/1.1\r\n");
    EXPECT_EQ(error_in(peer.line()).code, ErrorCode::invalid_argument);
    EXPECT_EQ(peer.line(), "");
    strand.run_one();
    EXPECT_TRUE(handler.asked.empty());
    EXPECT_EQ(handler.left.size(), 1U);
}

TEST_F(LocalServerTest, ALineOverTheLimitIsRefused) {
    serve();
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send(std::string(10'001, 'x'));
    const Error error = error_in(peer.line());
    EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
    EXPECT_NE(error.message.find("message_bytes_max"), std::string::npos);
    EXPECT_EQ(peer.line(), "");
}

TEST_F(LocalServerTest, AnAnswerOverTheLimitBecomesAnErrorOfItsRequest) {
    serve();
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":1,\"method\":\"a\"}\n");
    strand.run_one();
    handler.asked[0].peer->answer(1, json::value(std::string(10'000, 'x')));
    const std::string line = peer.line();
    EXPECT_EQ(parse_answer(line)->id, 1U);
    EXPECT_EQ(error_in(line).code, ErrorCode::limit_exceeded);
}

TEST_F(LocalServerTest, ALineThatDoesNotEndIsRefusedAfterAWhile) {
    serve({.message_bytes_max = 10'000, .connections_max = 4, .patience = 20ms});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":1,\"met");
    EXPECT_EQ(error_in(peer.line()).code, ErrorCode::timeout);
    EXPECT_EQ(peer.line(), "");
}

TEST_F(LocalServerTest, APeerThatSaysNothingMayStay) {
    serve({.message_bytes_max = 10'000, .connections_max = 4, .patience = 1ms});
    RawPeer silent(path);
    static_cast<void>(silent.line());
    {
        RawPeer slow(path);  // whose end shows that the patience has run out
        static_cast<void>(slow.line());
        slow.send("{");
        EXPECT_EQ(error_in(slow.line()).code, ErrorCode::timeout);
    }
    strand.run_one();
    silent.send("{\"id\":1,\"method\":\"a\"}\n");
    strand.run_one();
    EXPECT_EQ(handler.asked.at(0).method, "a");
}

TEST_F(LocalServerTest, APeerThatDoesNotReadIsClosedAndDelaysNobody) {
    serve({.message_bytes_max = 4U << 20U, .connections_max = 4, .patience = 20ms});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":1,\"method\":\"a\"}\n");
    strand.run_one();
    // More than the system keeps for it.
    handler.asked[0].peer->answer(1, json::value(std::string(3U << 20U, 'x')));
    strand.run_one();
    EXPECT_EQ(handler.left.size(), 1U);
}

TEST_F(LocalServerTest, WhatAPeerWouldHaveToReadIsBounded) {
    serve({.message_bytes_max = 1U << 20U, .connections_max = 4});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    std::string requests;
    for (int i = 1; i <= 8; ++i) {
        requests += to_line(request_message(static_cast<std::uint64_t>(i), "a", {}));
    }
    peer.send(requests);
    for (int i = 1; i <= 8; ++i) {
        strand.run_one();
    }
    for (const auto& asked : handler.asked) {
        asked.peer->answer(asked.id, json::value(std::string(1'000'000, 'x')));
    }
    strand.run_one();  // long before the ten seconds of its patience
    EXPECT_EQ(handler.left.size(), 1U);
}

TEST_F(LocalServerTest, RequestsBeyondThoseUnansweredAreLeftUnreadUntilOneIsAnswered) {
    serve({.message_bytes_max = 10'000, .connections_max = 4, .requests_max = 2});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send(
        "{\"id\":1,\"method\":\"a\"}\n{\"id\":2,\"method\":\"a\"}\n{\"id\":3,\"method\":\"a\"}\n"
    );
    strand.run_one();
    strand.run_one();
    RawPeer other(path);  // the server's thread has done more since, but not read the third
    static_cast<void>(other.line());
    EXPECT_EQ(strand.size(), 0U);
    handler.asked[0].peer->answer(1, json::value(1));
    strand.run_one();
    EXPECT_EQ(handler.asked.at(2).id, 3U);
}

TEST_F(LocalServerTest, AConnectionTooManyIsToldSoAndRoomIsMadeByThoseThatEnd) {
    serve({.message_bytes_max = 10'000, .connections_max = 1});
    {
        RawPeer first(path);
        static_cast<void>(first.line());
        RawPeer second(path);
        const auto greeting = parse_greeting(second.line());
        ASSERT_FALSE(greeting.has_value());
        EXPECT_EQ(greeting.error().code, ErrorCode::resource_exhausted);
        EXPECT_NE(greeting.error().message.find("connections_max"), std::string::npos);
        EXPECT_EQ(second.line(), "");
    }
    strand.run_one();  // the first is gone
    RawPeer third(path);
    EXPECT_TRUE(parse_greeting(third.line()).has_value());
}

TEST_F(LocalServerTest, StoppingDeliversWhatWasAnsweredAndRemovesTheFile) {
    serve({.message_bytes_max = 1U << 20U, .connections_max = 4});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    RawPeer idle(path);
    static_cast<void>(idle.line());
    peer.send("{\"id\":1,\"method\":\"a\"}\n{\"id\":2,\"method\":\"never\"}\n");
    strand.run_one();
    strand.run_one();
    handler.asked[0].peer->answer(1, json::value("last words"));
    server->stop();
    EXPECT_EQ(peer.line(), R"({"id":1,"result":"last words"})");
    EXPECT_EQ(peer.line(), "");
    EXPECT_EQ(idle.line(), "");
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(strand.size(), 2U) << "both gone were posted before stop() returned";
    server.reset();
    handler.asked[1].peer->answer(2, json::value("too late"));
    strand.run_one();
    strand.run_one();
    EXPECT_EQ(handler.left.size(), 2U);
}

TEST_F(LocalServerTest, StoppingWaitsForAPeerThatDoesNotReadAtMostASecond) {
    serve({.message_bytes_max = 4U << 20U, .connections_max = 4});
    RawPeer peer(path);
    static_cast<void>(peer.line());
    peer.send("{\"id\":1,\"method\":\"a\"}\n");
    strand.run_one();
    handler.asked[0].peer->answer(1, json::value(std::string(3U << 20U, 'x')));
    server->stop();  // its patience alone would be ten
    EXPECT_EQ(strand.size(), 1U);
}

TEST_F(LocalServerTest, TheSocketIsItsOwnersAlone) {
    const mode_t before = ::umask(0);
    serve();
    ::umask(before);
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LocalServerTest, ASocketThatWasLeftBehindIsReplaced) {
    const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    ::close(left);
    serve();
    RawPeer peer(path);
    EXPECT_TRUE(parse_greeting(peer.line()).has_value());
}

TEST_F(LocalServerTest, AFileInTheWayIsLeftAlone) {
    std::ofstream(path) << "precious";
    const auto started =
        LocalServer::start(path, {.message_bytes_max = 1, .connections_max = 1}, strand, handler);
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, ErrorCode::conflict);
    EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(LocalServerTest, ADirectoryThatIsNotThereIsToldByName) {
    path = directory + "/nowhere/hal9.sock";
    const auto started =
        LocalServer::start(path, {.message_bytes_max = 1, .connections_max = 1}, strand, handler);
    ASSERT_FALSE(started.has_value());
    EXPECT_NE(started.error().message.find(path), std::string::npos);
}

TEST_F(LocalServerTest, APathLongerThanAnAddressWorks) {
    path = directory + "/" + std::string(150, 'd');
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    path += "/hal9.sock";
    serve();
    RawPeer peer(path);
    EXPECT_TRUE(parse_greeting(peer.line()).has_value());
    server->stop();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(LocalAddressTest, RefusesWhatNoSocketCanHave) {
    EXPECT_EQ(LocalAddress::of("").error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(LocalAddress::of("/tmp/").error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(
        LocalAddress::of(std::string_view("/tmp/a\0b", 8)).error().code,
        ErrorCode::invalid_argument
    );
    EXPECT_EQ(
        LocalAddress::of("/nowhere/" + std::string(120, 'x')).error().code,
        ErrorCode::not_found
    );
    EXPECT_EQ(
        LocalAddress::of("/tmp/" + std::string(120, 'x')).error().code,
        ErrorCode::invalid_argument
    );
}

}  // namespace
}  // namespace hal9::transport
