// Request: what one client of a scenario asked for, and what it was told.
#pragma once

#include "hal9/base/task.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hal9::sim {

/// One client's request, from sending to the end of its run.
struct Request {
    std::uint64_t x = 0;
    std::string key;
    bool sent = false;
    bool has_deadline = false;
    std::optional<RunId> run;  ///< acknowledged
    bool cancel_sent = false;
    bool cancel_tried = false;  ///< it may have happened, whether or not it was answered
    bool cancel_answered = false;
    StartedTask sending;
    StartedTask cancelling;
};

using Requests = std::vector<std::unique_ptr<Request>>;

}  // namespace hal9::sim
