// Predicates: any JSON is one or says what is wrong, with and without ${}; a negation holds exactly
// where the predicate does not; what compares with constants is the same in both readings.
#include "hal9/base/check.hpp"
#include "hal9/definition/predicate.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hal9;
    using definition::Predicate;
    using definition::When;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view text = all.substr(0, all.find('\n'));
    const auto definition = parse_json(text);
    const auto read = parse_json(all.substr(text.size() < all.size() ? text.size() + 1 : size));
    const json::value value = read ? *read : json::value(text);
    if (!definition) {
        return 0;
    }
    // Two of the nesting is taken by the negations, below.
    Limits limits;
    limits.predicate_depth_max -= 2;
    const auto predicate = Predicate::compile(*definition, limits);
    const auto when = When::compile(*definition, limits);
    HAL9_ASSERT(predicate || !predicate.error().message.empty());
    if (when) {
        const json::value root{{"value", value}};
        const auto outcome = when->holds(value, value, when->needs_root() ? &root : nullptr);
        HAL9_ASSERT(
            outcome || outcome.error().code == ErrorCode::invalid_argument ||
            outcome.error().code == ErrorCode::limit_exceeded
        );
        if (outcome && text.find('$') == std::string_view::npos) {
            HAL9_ASSERT(predicate && predicate->holds(value) == *outcome);
        }
    } else {
        HAL9_ASSERT(!when.error().message.empty());
    }
    if (predicate) {
        const auto negation = Predicate::compile(json::object{{"not", *definition}});
        HAL9_ASSERT(negation && negation->holds(value) != predicate->holds(value));
    }
    return 0;
}
