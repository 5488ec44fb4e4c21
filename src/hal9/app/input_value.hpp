// Input values: JSON as the command line takes it, with --input, --set and the like.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hal9::app {

struct Pair {
    std::string name;
    std::string value;
};

/// `NAME=VALUE`; `option` and `example` are for the error. invalid_argument.
[[nodiscard]] Result<Pair>
split_pair(const std::string& text, std::string_view option, std::string_view example);

/// What is stored and sent is JSON, which is UTF-8. `what`: the argument as usage names it, such as
/// `--by`. invalid_argument.
[[nodiscard]] Result<void> check_utf8(const std::string& text, std::string_view what);

/// JSON text as it stands, else the content of the file of that name, or of standard input for
/// `-`. invalid_argument.
[[nodiscard]] Result<json::value> read_input(const std::string& text, const Limits& limits);

/// `--set NAME=VALUE` for each: VALUE is JSON where it parses as such, else a string.
/// invalid_argument, also where `input` is no object.
[[nodiscard]] Result<void>
set_members(json::value& input, const std::vector<std::string>& arguments);

/// One argument: JSON where it parses as such, else a string. `what` as above.
[[nodiscard]] Result<json::value> value_of_argument(const std::string& text, std::string_view what);

}  // namespace hal9::app
