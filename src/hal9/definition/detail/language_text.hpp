// What `hal9 network schema` says of the language itself, before kinds and limits are put in.
#pragma once

#include <string_view>

namespace hal9::definition::detail {

/// JSON Schema (draft 7). A description beside a `$ref` is meant: what is referred to takes it over
/// when the schema is put together, so it may not lead back to itself. `"=NAME"` stands for what
/// model/limits.hpp has under that name.
extern const std::string_view language_text;

}  // namespace hal9::definition::detail
