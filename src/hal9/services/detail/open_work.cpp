#include "hal9/services/detail/open_work.hpp"

#include "hal9/services/detail/ancestors.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace hal9::services::detail {
namespace {

constexpr std::uint32_t page_rows = 200;

std::string_view word_for(SignalStatus status, WaitsFor waits_for, bool timed) {
    if (status == SignalStatus::parked) {
        return "operator";
    }
    if (status == SignalStatus::ready) {
        return timed ? "time" : "turn";
    }
    return waits_for <= WaitsFor::next ? "children" : to_string(waits_for);
}

void add(OpenWork& work, std::string_view word, std::uint64_t signals, WallTime earliest) {
    OpenWork::Wait& wait = work.waits[word];
    wait.signals += signals;
    if (earliest.us > 0) {
        wait.earliest = wait.earliest.us == 0 ? earliest : std::min(wait.earliest, earliest);
    }
}

/// The open rows of one run. They lie apart, a range in each level of priority and depth: what
/// stands between them is passed over with a new look.
class RunRows {
public:
    RunRows(SignalReader& reader, const RunRecord& run) : reader_(reader), run_(run) {}

    /// At most `page_rows`; empty at the end.
    Result<std::vector<OpenRow>> next() {
        std::vector<OpenRow> found;
        while (found.empty()) {
            HAL9_TRY(auto page, reader_.open_rows(run_.organization, after_, page_rows));
            if (page.empty()) {
                return found;
            }
            for (const OpenRow& row : page) {
                const RunId of = run_of(row.key.signal);
                after_ = row.key;
                if (of == run_.id) {
                    found.push_back(row);
                    continue;
                }
                after_->signal = of < run_.id ? SignalId{root_of(run_.id).value - 1}
                                              : SignalId{std::numeric_limits<SignalId::rep>::max()};
                break;
            }
        }
        return found;
    }

private:
    SignalReader& reader_;
    const RunRecord& run_;
    std::optional<OpenKey> after_;
};

Result<OpenWork> as_counted(SignalReader& reader, RunId run) {
    OpenWork work{.waits = {}, .given_up = {}, .exact = false};
    HAL9_TRY(const auto counts, reader.count_open(run));
    for (const SignalReader::OpenCount& alike : counts) {
        add(work,
            word_for(alike.status, alike.waits_for, alike.timed),
            alike.count,
            alike.timed ? alike.earliest : WallTime{});
    }
    return work;
}

}  // namespace

Result<OpenWork> open_work_of(SignalReader& reader, const RunRecord& run, std::uint32_t rows_max) {
    OpenWork work;
    RunRows rows(reader, run);
    Ancestors ancestors(reader);
    std::uint32_t seen = 0;
    while (true) {
        HAL9_TRY(const auto page, rows.next());
        if (page.empty()) {
            return work;
        }
        seen += static_cast<std::uint32_t>(page.size());
        if (seen > rows_max) {
            return as_counted(reader, run.id);
        }
        for (const OpenRow& row : page) {
            HAL9_TRY(const auto signal, reader.find_signal(row.key.signal, false));
            if (!signal || has_ended(signal->status)) {
                continue;  // a moment ago
            }
            HAL9_TRY(const bool awaited, ancestors.is_awaited(*signal, run));
            if (awaited) {
                const WallTime at = row.not_before;
                add(work, word_for(row.status, row.waits_for, at.us != 0), 1, at);
            } else {
                ++work.given_up[static_cast<std::size_t>(row.status)];
            }
        }
    }
}

}  // namespace hal9::services::detail
