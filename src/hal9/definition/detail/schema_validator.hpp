// SchemaValidator: JSON Schema (draft 7) by valijson, and nothing else of it in sight.
//
// `pattern` is matched by RE2: valijson itself would run it on std::regex, whose time and stack an
// input can exhaust. `format` is an annotation.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hal9::definition::detail {

struct SchemaError {
    enum class Kind : std::uint8_t {
        missing,   ///< a required member is absent: `detail` is its name
        needed,    ///< a member is absent that another one needs: `detail` is its name
        unwanted,  ///< members that the schema does not allow
        type,      ///< the value's type is wrong, or how many elements it has
        value,     ///< anything else about the value
        inner,     ///< says what others say too: of something within
    };
    Kind kind = Kind::value;
    std::vector<std::string> path;  ///< names and indices from the root to the value
    std::string detail;             ///< valijson's words, or the name
};

class SchemaValidator {
public:
    /// invalid_argument with valijson's words when the schema itself is wrong.
    [[nodiscard]] static Result<SchemaValidator> compile(const json::value& schema);

    /// Empty when the instance is valid. `internal` when valijson throws.
    [[nodiscard]] Result<std::vector<SchemaError>> check(json::value instance) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;  ///< shared between copies
};

}  // namespace hal9::definition::detail
