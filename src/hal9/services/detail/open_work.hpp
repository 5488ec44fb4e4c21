// open_work: what an unfinished run waits for, counted in the words people see.
//
// Rows of the open table below a signal that has ended stay until the run is swept, but nobody
// waits for them: they are told apart by a look at each. Where a run has more than may be looked at
// in one answer, the store's count stands for all of them.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

namespace hal9::services::detail {

struct OpenWork {
    struct Wait {
        std::uint64_t signals = 0;
        WallTime earliest;  ///< of their times; 0: none has one
    };

    std::map<std::string_view, Wait> waits;  ///< by what they wait for
    /// By status: unfinished, but below a signal that has ended.
    std::array<std::uint64_t, 6> given_up{};
    bool exact = true;  ///< else `waits` holds those given up, too
};

/// Of a run that has not ended; looks at no more than `rows_max` rows.
[[nodiscard]] Result<OpenWork>
open_work_of(SignalReader& reader, const RunRecord& run, std::uint32_t rows_max);

}  // namespace hal9::services::detail
