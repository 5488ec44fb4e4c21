// parse_network takes any bytes: it never throws, crashes or hangs, its faults have places, and
// what it accepts means the same when it comes back as canonical JSON, and fits the schema that
// editors get.
#include "hal9/base/check.hpp"
#include "hal9/definition/language_schema.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hal9;

/// Descriptions of kinds touch no file.
class NoFiles final : public Files {
public:
    [[nodiscard]] Task<Result<std::vector<FileEntry>>> list(ListRequest /*request*/) override {
        co_return fail(ErrorCode::unavailable, "no files here");
    }

    [[nodiscard]] Task<Result<std::string>> read(ReadRequest /*request*/) override {
        co_return fail(ErrorCode::unavailable, "no files here");
    }
};

std::vector<KindDescription> make_catalog() {
    NoFiles files;
    return neurons::descriptions(neurons::make_kinds(files));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<KindDescription> kinds = make_catalog();
    static const json::value schema = definition::language_schema(kinds);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = definition::parse_network(text, kinds);
    if (!parsed) {
        HAL9_ASSERT(!parsed.error().empty());
        for (const definition::Fault& fault : parsed.error()) {
            HAL9_ASSERT(!fault.message.empty() && (fault.line == 0) == (fault.column == 0));
        }
        return 0;
    }
    const auto again = definition::parse_network(parsed->canonical, kinds);
    HAL9_ASSERT(again && again->hash == parsed->hash);
    HAL9_ASSERT(again->neurons.size() == parsed->neurons.size());
    const json::value written = parse_json(parsed->canonical).value();
    HAL9_ASSERT(definition::check_value(schema, written, "the network"));
    const auto input = definition::check_input(*parsed, json::object());
    HAL9_ASSERT(input || !input.error().message.empty());
    return 0;
}
