#include "hal9/app/access.hpp"

#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/system/system_log.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/queries.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace hal9::app {
namespace {

constexpr std::chrono::seconds patience{1};
constexpr std::chrono::milliseconds retry_pause{50};

/// What an empty store answers with an empty list.
bool is_list(std::string_view method) {
    return method == "run.list" || method == "dead.list" || method == "network.list" ||
           method == "question.list" || method == "schedule.list";
}

/// To whoever holds the store, or by holding it. The outer error: neither can be.
Result<Result<json::value>> request_once(
    const HolderOptions& options,
    Log& log,
    const std::string& method,
    const json::object& params
) {
    HAL9_TRY(auto holder, connect_to_holder(options.directory));
    if (holder) {
        return holder->call(method, params);
    }
    HAL9_TRY(const auto own, Holder::open(options, log));
    return own->request(method, params);
}

}  // namespace

HolderOptions holder_options(const Config& config) {
    return {
        .directory = config.directory,
        .limits = config.limits,
        .offer = config.offer,
        .file_threads = config.file_threads,
        .compute_threads = config.compute_threads,
    };
}

std::string socket_path(const std::string& directory) {
    return str(directory, "/hal9.sock");
}

Result<std::optional<client::LocalClient>> connect_to_holder(const std::string& directory) {
    auto connected = client::LocalClient::connect(socket_path(directory));
    if (!connected && connected.error().code == ErrorCode::not_found) {
        return std::nullopt;
    }
    if (!connected) {
        return fail(std::move(connected).error());
    }
    return *std::move(connected);
}

Error out_of_reach(Error error) {
    const bool is_state =
        error.code == ErrorCode::conflict || error.code == ErrorCode::permission_denied;
    error.code = is_state ? ErrorCode::unavailable : error.code;
    return error;
}

Result<json::value>
ask(const Config& config, const std::string& method, const json::object& params) {
    auto holder = connect_to_holder(config.directory);
    if (!holder && holder.error().code != ErrorCode::unavailable) {
        return fail(out_of_reach(std::move(holder).error()));
    }
    if (holder && *holder) {
        auto answer = (*holder)->call(method, params);
        if (answer || answer.error().code != ErrorCode::unavailable) {
            return answer;
        }
    }
    // A holder that went away, or does not answer, left what it knew in the store.
    auto reader = sqlite::SqliteReader::open(config.directory);
    const auto secret =
        reader ? (*reader)->secret() : Result<std::uint64_t>(std::unexpected(reader.error()));
    if (!secret) {
        const bool empty = secret.error().code == ErrorCode::not_found;
        if (empty && is_list(method)) {
            return json::array{};
        }
        return fail(out_of_reach(secret.error()));
    }
    const auto kinds = describe_kinds();
    services::Queries queries(**reader, PublicIds(*secret), kinds, config.limits);
    return queries.answer(method, params);
}

Result<json::value> change(
    const Config& config,
    const std::string& method,
    const json::object& params,
    WithoutStore without
) {
    // Opening as a holder makes a store where there is none.
    if (without == WithoutStore::refuse && !sqlite::SqliteReader::holds_store(config.directory)) {
        return fail(ErrorCode::not_found, str("there is no store in ", config.directory));
    }
    const auto log = adapters::make_stderr_log(config.log_format, config.log_level);
    HolderOptions options = holder_options(config);
    options.serve = false;
    const auto patience_ends = std::chrono::steady_clock::now() + patience;
    while (true) {
        auto reached = request_once(options, *log, method, params);
        const Error* const error = !reached    ? &reached.error()
                                   : !*reached ? &reached->error()
                                               : nullptr;
        // Another process is about to hold the store, or about to let it go.
        const bool in_between = error != nullptr && error->code == ErrorCode::unavailable;
        if (!in_between || std::chrono::steady_clock::now() > patience_ends) {
            return reached ? *std::move(reached) : fail(out_of_reach(std::move(reached).error()));
        }
        std::this_thread::sleep_for(retry_pause);
    }
}

}  // namespace hal9::app
