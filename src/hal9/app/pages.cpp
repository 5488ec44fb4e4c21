#include "hal9/app/pages.hpp"

namespace hal9::app {

Result<json::array> Pages::next() {
    HAL9_TRY(json::value answer, ask_(params_));
    json::array& page = answer.as_array();
    if (!page.empty()) {
        params_["after"] = page.back().at("id");
    }
    return std::move(page);
}

Result<std::size_t> Pages::visit(const std::function<void(const json::value&)>& visit) {
    std::size_t count = 0;
    while (true) {
        HAL9_TRY(const json::array page, next());
        if (page.empty()) {
            return count;
        }
        for (const json::value& element : page) {
            visit(element);
        }
        count += page.size();
    }
}

}  // namespace hal9::app
