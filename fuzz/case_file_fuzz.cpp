// Case files: any text is one or says what is wrong where; a result that is written into one is
// read from it again, and everything else stays.
#include "hal9/app/case_file.hpp"
#include "hal9/app/case_update.hpp"
#include "hal9/base/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

const hal9::json::value& gnarly() {
    static const hal9::json::value value = hal9::parse_json(R"({
        "no": "yes", "a: b": "# no comment", "": [], "n": [null, -0.5, 1e300, "1", "\u0000\u2028 "],
        "long": [{"key": "a text that is so long that it does not fit into one line of YAML"},
                 ["and another one, in a list of lists", ["x\ny", {"-": "- x", "deep": {}}]]]
    })")
                                               .value();
    return value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hal9;
    using namespace hal9::app;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto file = read_case_file("folder/case.yaml", "case", text, {});
    if (!file) {
        HAL9_ASSERT(!file.error().empty() && !file.error().front().message.empty());
        return 0;
    }
    HAL9_ASSERT(!file->cases.empty());
    std::vector<NewResult> results;
    for (const TestCase& each : file->cases) {
        results.push_back({each.pointer, gnarly()});
    }
    const auto updated = update_results(*file, results, {});
    if (!updated) {
        HAL9_ASSERT(updated.error().code == ErrorCode::conflict);
        return 0;
    }
    const auto again = read_case_file("folder/case.yaml", "case", *updated, {});
    for (std::size_t i = 0; again && i < again->cases.size(); ++i) {
        HAL9_ASSERT(again->cases[i].name == file->cases[i].name);
        const auto& result = again->cases[i].expected.result;
        HAL9_ASSERT(result && canonical_json(result->value) == canonical_json(gnarly()));
    }
    return 0;
}
