// PublicIds: the UUIDv7 under which a run or signal is known outside, computed, never stored.
//
// Layout (RFC 9562 section 5.7): 48 bits milliseconds of the run's creation, version 7, 12 + 62
// bits that hold the local 64-bit id through a keyed permutation and 10 bits of shard number. The
// permutation (an 8-round Feistel network over 32-bit halves whose round function is mix64 keyed
// from the store's secret) keeps outsiders from counting a tenant's signals; it is no cipher.
// Looking an id up decrypts it, reads by key, and compares the creation time.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/ids.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hal9 {

class PublicIds {
public:
    /// `secret` is the store's, made at its creation.
    explicit PublicIds(std::uint64_t secret, std::uint16_t shard = 0);

    /// Lower-case, with hyphens. `created` is that of the signal's run.
    [[nodiscard]] std::string of(SignalId signal, WallTime created) const;

    [[nodiscard]] std::string of(RunId run, WallTime created) const {
        return of(root_of(run), created);
    }

    struct Decoded {
        SignalId signal;
        std::int64_t created_ms;  ///< to be compared with the run's
    };

    /// invalid_argument when the text is no UUIDv7 of this shard.
    [[nodiscard]] Result<Decoded> decode(std::string_view text) const;

private:
    [[nodiscard]] std::uint64_t permute(std::uint64_t id) const;
    [[nodiscard]] std::uint64_t unpermute(std::uint64_t id) const;

    static constexpr std::size_t rounds = 8;
    std::array<std::uint64_t, rounds> keys_{};
    std::uint16_t shard_;
};

}  // namespace hal9
