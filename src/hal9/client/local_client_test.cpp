// Client and server against each other, over a real socket.
#include "hal9/client/local_client.hpp"

#include "hal9/transport/local_server.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::client {
namespace {

/// A strand of its own: one thread that runs what is posted.
class TestStrand final : public Executor {
public:
    TestStrand() : thread_([this] { run(); }) {}

    ~TestStrand() override {
        {
            const std::scoped_lock lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    TestStrand(const TestStrand&) = delete;
    TestStrand& operator=(const TestStrand&) = delete;

    void post(std::move_only_function<void()> work) override {
        {
            const std::scoped_lock lock(mutex_);
            queue_.push_back(std::move(work));
        }
        changed_.notify_all();
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return ended_ || !queue_.empty(); });
            if (queue_.empty()) {
                return;
            }
            auto work = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            work();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::move_only_function<void()>> queue_;
    bool ended_ = false;
    std::thread thread_;
};

/// Answers `echo` with its parameters, `repeat` with so many bytes, everything else with not_found.
class Echo final : public transport::LocalHandler {
public:
    void request(
        std::shared_ptr<transport::LocalPeer> peer,
        std::uint64_t id,
        std::string method,
        json::object params
    ) override {
        if (method == "echo") {
            peer->answer(id, json::value(std::move(params)));
        } else if (method == "repeat") {
            const auto bytes = params.at("bytes").to_number<std::size_t>();
            peer->answer(id, json::value(std::string(bytes, 'x')));
        } else {
            peer->answer(id, fail(ErrorCode::not_found, "there is no method \"" + method + "\""));
        }
    }

    void gone(const std::shared_ptr<transport::LocalPeer>&) override {}
};

/// Sends what it is given to the first who connects, then closes.
class FakeServer {
public:
    FakeServer(const std::string& path, std::string bytes)
        : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        thread_ = std::thread([this, text = std::move(bytes)] {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket >= 0) {
                static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
                ::close(socket);
            }
        });
    }

    ~FakeServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

private:
    int listener_;
    std::thread thread_;
};

struct LocalSocketTest : testing::Test {
    LocalSocketTest() {
        std::string name = std::filesystem::temp_directory_path() / "hal9-socket-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory = name;
        path = directory + "/hal9.sock";
        serve({.message_bytes_max = 10'000, .connections_max = 2});
    }

    ~LocalSocketTest() override {
        server.reset();
        std::filesystem::remove_all(directory);
    }

    LocalSocketTest(const LocalSocketTest&) = delete;
    LocalSocketTest& operator=(const LocalSocketTest&) = delete;

    void serve(transport::LocalServerOptions options) {
        server.reset();
        auto started = transport::LocalServer::start(path, options, strand, handler);
        ASSERT_TRUE(started.has_value()) << started.error().message;
        server = *std::move(started);
    }

    std::string directory;
    std::string path;
    Echo handler;
    TestStrand strand;
    std::unique_ptr<transport::LocalServer> server;
};

TEST_F(LocalSocketTest, AnswersComeBack) {
    auto client = LocalClient::connect(path);
    ASSERT_TRUE(client.has_value()) << client.error().message;
    for (int i = 0; i < 20; ++i) {
        const auto answer = client->call("echo", {{"i", i}});
        ASSERT_TRUE(answer.has_value()) << answer.error().message;
        EXPECT_EQ(answer->at("i"), i);
    }
}

TEST_F(LocalSocketTest, ErrorsKeepTheirCodeAndMessage) {
    auto client = LocalClient::connect(path);
    const auto answer = client->call("nothing", {});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, ErrorCode::not_found);
    EXPECT_EQ(answer.error().message, "there is no method \"nothing\"");
}

TEST_F(LocalSocketTest, NobodyListeningIsNotFound) {
    server.reset();
    const auto client = LocalClient::connect(path);
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().code, ErrorCode::not_found);
}

TEST_F(LocalSocketTest, AStoppedServerIsUnavailableToItsClients) {
    auto client = LocalClient::connect(path);
    ASSERT_TRUE(client.has_value());
    server.reset();
    const auto answer = client->call("echo", {});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(LocalSocketTest, APeerThatLeavesInTheMiddleDisturbsNobody) {
    for (int i = 0; i < 10; ++i) {
        const auto gone = LocalClient::connect(path);
    }
    // Connections that ended make room as the next one comes.
    for (int i = 0; i < 100; ++i) {
        auto client = LocalClient::connect(path);
        if (client && client->call("echo", {}).has_value()) {
            return;
        }
    }
    FAIL() << "no connection was served any more";
}

TEST_F(LocalSocketTest, AConnectionTooManyIsToldSo) {
    auto first = LocalClient::connect(path);
    auto second = LocalClient::connect(path);
    ASSERT_TRUE(first->call("echo", {}).has_value());
    ASSERT_TRUE(second->call("echo", {}).has_value());
    const auto third = LocalClient::connect(path);
    ASSERT_FALSE(third.has_value());
    EXPECT_EQ(third.error().code, ErrorCode::resource_exhausted);
}

TEST_F(LocalSocketTest, ARequestTooLongIsToldSoThoughTheServerReadsOnlyPartOfIt) {
    auto client = LocalClient::connect(path);
    const auto answer = client->call("echo", {{"text", std::string(8U << 20U, 'x')}});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, ErrorCode::limit_exceeded);
}

TEST_F(LocalSocketTest, WhatAServerMaySendAClientTakes) {
    serve({.message_bytes_max = 72U << 20U, .connections_max = 2});
    auto client = LocalClient::connect(path);
    const auto answer = client->call("repeat", {{"bytes", 70U << 20U}});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->get_string().size(), 70U << 20U);
}

TEST_F(LocalSocketTest, APayloadAndAResultOfFullSizeFitIntoAnAnswer) {
    constexpr std::size_t body = 100'000;
    serve({.message_bytes_max = transport::line_bytes_for(body), .connections_max = 2});
    auto client = LocalClient::connect(path);
    // As JSON each has `body` bytes: two quotes, and characters that stand for themselves doubled.
    const std::string text(body / 2 - 1, '"');
    const auto answer = client->call("echo", {{"payload", text}, {"result", text}});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->at("result"), json::value(text));
}

TEST_F(LocalSocketTest, AnAnswerTooLongIsAnErrorThatNamesTheLimit) {
    auto client = LocalClient::connect(path);
    const auto answer = client->call("repeat", {{"bytes", 10'000}});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, ErrorCode::limit_exceeded);
    EXPECT_NE(answer.error().message.find("message_bytes_max"), std::string::npos);
    EXPECT_TRUE(client->call("echo", {}).has_value());  // and the connection goes on
}

TEST_F(LocalSocketTest, AMovedClientGoesOnWhereItWas) {
    auto client = LocalClient::connect(path);
    ASSERT_TRUE(client->call("echo", {}).has_value());
    LocalClient moved = *std::move(client);
    EXPECT_EQ(moved.call("echo", {{"a", 1}})->at("a"), 1);
}

TEST_F(LocalSocketTest, ALeftSocketFileIsAsIfNobodyListened) {
    server.reset();
    {
        const FakeServer fake(path, "");
    }
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(LocalClient::connect(path).error().code, ErrorCode::not_found);
}

TEST_F(LocalSocketTest, AnotherVersionOfTheProtocolIsAConflictThatNamesBoth) {
    server.reset();
    const FakeServer fake(path, "{\"hal9\":\"hello\",\"v\":2,\"pid\":4711}\n");
    const auto client = LocalClient::connect(path);
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().code, ErrorCode::conflict);
    EXPECT_NE(client.error().message.find("4711"), std::string::npos);
}

TEST_F(LocalSocketTest, WhoeverDoesNotGreetIsNoHolder) {
    server.reset();
    {
        const FakeServer fake(path, "220 smtp ready\n");
        EXPECT_EQ(LocalClient::connect(path).error().code, ErrorCode::invalid_argument);
    }
    std::filesystem::remove(path);
    const FakeServer fake(path, "{\"hal9\":\"hel");
    EXPECT_EQ(LocalClient::connect(path).error().code, ErrorCode::unavailable);
}

TEST_F(LocalSocketTest, AHolderThatDiesInTheMiddleOfAnAnswerIsUnavailable) {
    server.reset();
    const FakeServer fake(path, "{\"hal9\":\"hello\",\"v\":1,\"pid\":1}\n{\"id\":1,\"resu");
    auto client = LocalClient::connect(path);
    ASSERT_TRUE(client.has_value());
    EXPECT_EQ(client->call("echo", {}).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace hal9::client
