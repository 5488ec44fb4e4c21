#include "hal9/app/access.hpp"

#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/system/system_log.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/app/run_session.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/queries.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace hal9::app {
namespace {

constexpr int attempts = 20;
constexpr std::chrono::milliseconds retry_pause{50};

}  // namespace

HolderOptions holder_options(const Config& config) {
    return {
        .directory = config.directory,
        .limits = config.limits,
        .file_threads = config.file_threads,
        .compute_threads = config.compute_threads,
    };
}

std::string socket_path(const std::string& directory) {
    return str(directory, "/hal9.sock");
}

std::optional<client::LocalClient> connect_to_holder(const std::string& directory) {
    auto connected = client::LocalClient::connect(socket_path(directory));
    if (!connected) {
        return std::nullopt;
    }
    return *std::move(connected);
}

Result<json::value>
ask(const Config& config, const std::string& method, const json::object& params) {
    if (auto holder = connect_to_holder(config.directory)) {
        auto answer = holder->call(method, params);
        if (answer || answer.error().code != ErrorCode::unavailable) {
            return answer;
        }
        // It went away; what it knew is in the store.
    }
    auto reader = sqlite::SqliteReader::open(config.directory);
    const auto secret =
        reader ? (*reader)->secret() : Result<std::uint64_t>(std::unexpected(reader.error()));
    if (!secret) {
        const bool empty = secret.error().code == ErrorCode::not_found;
        if (empty && (method == "run.list" || method == "dead.list")) {
            return json::array{};
        }
        return fail(secret.error());
    }
    const auto kinds = describe_kinds();
    services::Queries queries(**reader, PublicIds(*secret), kinds);
    return queries.answer(method, params);
}

Result<json::value>
change(const Config& config, const std::string& method, const json::object& params) {
    // Opening as a holder would make a store where there is none.
    HAL9_TRY_VOID(sqlite::SqliteReader::open(config.directory));
    const auto log = adapters::make_stderr_log(config.log_format, config.log_level);
    HolderOptions options = holder_options(config);
    options.serve = false;
    for (int attempt = 1;; ++attempt) {
        Result<json::value> answer = fail(Error());
        if (auto holder = connect_to_holder(config.directory)) {
            answer = holder->call(method, params);
        } else if (auto own = Holder::open(options, *log)) {
            answer = (*own)->request(method, params);
        } else {
            answer = fail(std::move(own).error());
        }
        // Another process is about to hold the store, or about to let it go.
        const bool in_between = !answer && answer.error().code == ErrorCode::unavailable;
        if (!in_between || attempt == attempts) {
            return answer;
        }
        std::this_thread::sleep_for(retry_pause);
    }
}

}  // namespace hal9::app
