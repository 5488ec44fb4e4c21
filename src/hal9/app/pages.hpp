// Pages: a list of any length, asked for page after page, so that no more than one is in memory.
//
// A method that lists takes `after`, the id of the last element that is known, and answers with
// those behind it; how many is its own affair. An empty page is the end. One that looks through
// more than it shows answers with {items, next} instead: `next` is the `after` of what follows, or
// null at the end, and a page without items is none.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace hal9::app {

class Pages {
public:
    /// Asks with the parameters of one page.
    using Ask = std::function<Result<json::value>(const json::object& params)>;

    explicit Pages(Ask ask) : ask_(std::move(ask)) {}

    /// Empty at the end of the list; else the errors of asking.
    [[nodiscard]] Result<json::array> next();
    /// Hands every element to `visit`, to the end of the list; how many there were.
    [[nodiscard]] Result<std::size_t> visit(const std::function<void(const json::value&)>& visit);

private:
    Ask ask_;
    json::object params_;
    bool ended_ = false;
};

}  // namespace hal9::app
