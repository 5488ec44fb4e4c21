// Every limit of HAL9, in one place, with its unit and its default.
//
// At a limit the answer is a refusal with ErrorCode::limit_exceeded (or resource_exhausted where
// waiting helps) that names the limit; nothing grows without one. Each has a test.
#pragma once

#include "hal9/base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hal9 {

struct Limits {
    // Definitions
    std::size_t definition_bytes_max = 1U << 20U;  ///< a network definition as text
    std::size_t definition_alias_max = 100;        ///< expansions of YAML anchors
    std::size_t definition_depth_max = 64;         ///< nesting of a definition
    std::size_t neurons_max = 1'000;               ///< neurons of one network
    std::size_t forward_max = 64;                  ///< connections of one neuron
    std::uint32_t quorum_max = 1'000;              ///< successes that a join may ask for
    std::size_t pattern_bytes_max = 4'096;         ///< text of one RE2 pattern
    std::size_t pattern_memory_max = 8U << 20U;    ///< what RE2 may build for it
    std::size_t predicate_depth_max = 16;          ///< predicates within all, any and not

    // Signals
    std::size_t payload_bytes_max = 16U << 20U;  ///< payload or result of one signal
    std::size_t value_depth_max = 48;            ///< nesting of a payload or result
    std::uint32_t signals_per_run_max = (1U << 24U) - 1;
    std::uint8_t depth_max = 64;              ///< levels below a root signal
    std::uint32_t chunk_signals_max = 1'000;  ///< children written in one transaction
    std::size_t chunk_bytes_max = 1U << 20U;  ///< and their payloads, unless one alone is larger
    std::uint16_t attempts_max = 100;         ///< that a definition may ask for
    std::size_t idempotency_key_bytes_max = 256;
    std::uint32_t tags_per_run_max = 16;
    std::uint32_t messages_per_run_max = 1'000;  ///< sent and not received
    std::size_t tag_bytes_max = 128;
    std::size_t message_name_bytes_max = 128;
    std::uint32_t schedules_max = 10'000;
    std::uint32_t missed_starts_max = 1'000;  ///< of one schedule, when all are to be started

    // Files
    std::size_t file_bytes_max = 16U << 20U;   ///< a file as read, and after decompression
    std::size_t files_listed_max = 1'000'000;  ///< entries of one files.list

    // Kinds that compute
    std::size_t check_bytes_max = 1U << 30U;  ///< read by one text.check to look its matches up

    // Runtime, in memory
    std::uint32_t ready_window = 4'096;         ///< ready signals of one organisation
    std::uint32_t ready_window_total = 25'600;  ///< and of all
    std::size_t window_bytes_max = 8U << 20U;   ///< payloads and results kept beside them
    std::size_t fold_bytes_max = 16U << 20U;    ///< of a combine before it spills, and of all
    std::uint32_t asynchronous_steps_max = 4;   ///< steps waiting for the outside at once
    std::size_t key_bytes_max = 512;            ///< of a keyed neuron's key, as JSON
    std::size_t key_state_bytes_max = 64U << 10U;
    std::uint32_t keys_kept_max = 20'000;      ///< idle keys whose state stays in memory
    std::uint32_t child_runs_per_depth = 256;  ///< started by signals and not ended, by depth
    std::uint32_t networks_loaded_max = 256;   ///< kept ready, besides those that runs need
    /// Handed to the writer, not yet committed: what everybody's next commit waits for.
    std::uint32_t store_queue_rows_max = 4'000;
    std::size_t store_queue_bytes_max = 1U << 20U;

    // Store
    std::size_t group_bytes_max = 512U << 10U;
    std::uint32_t group_rows_max = 2'000;   ///< committed together, but for one large transaction
    std::uint32_t page_rows_max = 1'000;    ///< rows read by one call of a reader
    std::uint32_t answer_rows_max = 5'000;  ///< rows looked at for one page of a list, or one count
    std::uint32_t commit_log_rows_max = 100'000;  ///< commit groups that subscriptions can go back

    // Local socket
    std::size_t message_bytes_max = 33U << 20U;  ///< one line: a payload, its result and the rest
    std::uint32_t connections_max = 64;

    // hal9 test
    std::uint32_t cases_max = 10'000;               ///< of one call
    std::uint32_t case_signals_max = 2'000'000;     ///< finished by one case, in memory
    std::size_t case_files_bytes_max = 64U << 20U;  ///< read from this machine for one case
};

/// What a neuron gets when its definition and the network's `defaults` do not say.
struct NeuronDefaults {
    std::uint32_t concurrency = 64;               ///< steps of the neuron at once
    Duration timeout = std::chrono::seconds(60);  ///< of one attempt of an asynchronous step
    std::uint16_t attempts = 4;
    Duration retry_base = std::chrono::milliseconds(200);
    Duration retry_max = std::chrono::seconds(30);
    std::uint8_t priority = 5;
};

inline constexpr std::uint8_t priority_max = 9;
/// Attempts of one phase, redrives included; and phases. What their columns and compares hold.
inline constexpr std::uint16_t attempts_ever_max = 65'000;
inline constexpr std::uint16_t phase_max = 65'000;

/// Of a definition's durations. A hundred years, so that times and their sums stay in range.
inline constexpr Duration duration_min = std::chrono::milliseconds(1);
inline constexpr Duration duration_max = std::chrono::days(36'500);

}  // namespace hal9
