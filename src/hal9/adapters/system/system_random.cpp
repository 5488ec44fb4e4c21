#include "hal9/adapters/system/system_random.hpp"

#include "hal9/base/check.hpp"

#include <cerrno>

#include <sys/random.h>

namespace hal9::adapters {
namespace {

std::uint64_t kernel_seed() {
    std::uint64_t seed = 0;
    // Up to 256 bytes are neither cut short nor interrupted once the kernel has its own seed
    // (getrandom(2)); before that a signal may interrupt the wait.
    ssize_t got = 0;
    do {
        got = getrandom(&seed, sizeof seed, 0);
    } while (got < 0 && errno == EINTR);
    HAL9_ASSERT(got == ssize_t{sizeof seed});
    return seed;
}

}  // namespace

SystemRandom::SystemRandom() : numbers_(kernel_seed()) {}

}  // namespace hal9::adapters
