#include "hal9/app/pages.hpp"

#include <utility>

namespace hal9::app {

Result<json::array> Pages::next() {
    while (!ended_) {
        HAL9_TRY(json::value answer, ask_(params_));
        json::value next;
        if (json::object* const page = answer.if_object()) {
            next = page->at("next");
            answer = json::value(std::move(page->at("items")));
        } else if (const json::array& list = answer.as_array(); !list.empty()) {
            next = list.back().at("id");
        }
        ended_ = next.is_null();
        params_["after"] = std::move(next);
        if (!answer.as_array().empty()) {
            return std::move(answer.as_array());
        }
    }
    return json::array{};
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
