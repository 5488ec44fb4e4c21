#include "hal9/app/access.hpp"

#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/system/system_log.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/app/run_session.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/queries.hpp"

#include <utility>

namespace hal9::app {

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
        return holder->call(method, params);
    }
    auto reader = sqlite::SqliteReader::open(config.directory);
    if (!reader) {
        const bool empty = reader.error().code == ErrorCode::not_found;
        if (empty && (method == "run.list" || method == "dead.list")) {
            return json::array{};
        }
        return fail(std::move(reader).error());
    }
    HAL9_TRY(const std::uint64_t secret, (*reader)->secret());
    const auto kinds = describe_kinds();
    services::Queries queries(**reader, PublicIds(secret), kinds);
    return queries.answer(method, params);
}

Result<json::value>
change(const Config& config, const std::string& method, const json::object& params) {
    if (auto holder = connect_to_holder(config.directory)) {
        return holder->call(method, params);
    }
    // Opening would make a store where there is none.
    HAL9_TRY(const auto existing, sqlite::SqliteReader::open(config.directory));
    static_cast<void>(existing);
    const auto log = adapters::make_stderr_log(config.log_format, config.log_level);
    HolderOptions options = holder_options(config);
    options.serve = false;
    HAL9_TRY(auto holder, Holder::open(options, *log));
    return holder->request(method, params);
}

}  // namespace hal9::app
