#include "hal9/runtime/emissions.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

Emissions::Emissions(const Limits& limits, std::size_t copies)
    : payload_bytes_max_(limits.payload_bytes_max),
      items_max_(
          std::max<std::size_t>(1, limits.chunk_signals_max / std::max<std::size_t>(1, copies))
      ),
      bytes_max_(limits.chunk_bytes_max) {}

void Emissions::emit(json::value value) {
    if (error_) {
        return;
    }
    Body body = make_body(json::serialize(value));
    if (body->size() > payload_bytes_max_) {
        error_ = Error(
            ErrorCode::limit_exceeded,
            str("an emitted value has ",
                with_thousands(body->size()),
                " bytes as JSON; payload_bytes_max is ",
                format_size(payload_bytes_max_))
        );
        return;
    }
    bytes_ += body->size();
    items_.push_back({std::move(body), std::make_shared<const json::value>(std::move(value))});
}

bool Emissions::full() const {
    return error_.has_value() || items_.size() >= items_max_ || bytes_ >= bytes_max_;
}

std::vector<Emission> Emissions::take() {
    bytes_ = 0;
    return std::exchange(items_, {});
}

}  // namespace hal9::runtime
