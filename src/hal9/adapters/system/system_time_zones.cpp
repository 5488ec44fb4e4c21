#include "hal9/adapters/system/system_time_zones.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

namespace hal9::adapters {
namespace {

std::string folder_of_machine() {
    const char* const named = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe): never set
    return named == nullptr || *named == '\0' ? "/usr/share/zoneinfo" : named;
}

std::unexpected<Error> unknown(std::string_view name, std::string_view folder) {
    return fail(
        ErrorCode::invalid_argument,
        str("there is no time zone \"",
            name,
            "\" in ",
            folder,
            "; name one of the IANA database, such as Europe/Berlin, or UTC")
    );
}

}  // namespace

SystemTimeZones::SystemTimeZones(std::string folder)
    : folder_(folder.empty() ? folder_of_machine() : std::move(folder)) {}

Result<TimeZonePtr> SystemTimeZones::find(std::string_view name) {
    if (const auto known = known_.find(name); known != known_.end()) {
        return known->second;
    }
    if (!TimeZone::is_name(name)) {
        return unknown(name, folder_);
    }
    std::ifstream file(str(folder_, "/", name), std::ios::binary);
    std::string bytes(TimeZone::file_bytes_max + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (bytes.empty()) {
        return unknown(name, folder_);  // a folder of the database, too
    }
    auto zone = TimeZone::parse(bytes);
    if (!zone) {
        return fail(
            Error(ErrorCode::data_loss, str("the file of time zone \"", name, "\""), zone.error())
        );
    }
    auto shared = std::make_shared<const TimeZone>(*std::move(zone));  // among all who asked
    known_.emplace(name, shared);
    return shared;
}

}  // namespace hal9::adapters
