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

}  // namespace hal9::app
