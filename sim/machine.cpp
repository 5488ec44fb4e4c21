#include "sim/machine.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sim {

Machine::Machine(World& world, runtime::NodeOptions options)
    : Machine(world, options, make_kinds(world)) {}

Machine::Machine(
    World& world,
    runtime::NodeOptions options,
    std::vector<std::unique_ptr<Kind>> kinds
)
    : world_(world),
      options_(options),
      store_(0x5EED, nullptr, options.limits),
      kinds_(std::move(kinds)) {}

bool Machine::turn() {
    auto next = node_->turn();
    if (!next) {
        last_error = next.error();
        return false;
    }
    next_turn_ = *next;
    return true;
}

void Machine::start() {
    node_ = std::make_unique<runtime::Node>(
        runtime::NodePorts{
            .store = store_,
            .reader = store_,
            .spill = spill_,
            .clock = world_,
            .random = world_.random(),
            .log = log_,
            .strand = world_,
            .compute = &world_,
        },
        kinds_,
        options_
    );
    const auto started = node_->start(store_.recovery());
    if (!started) {
        world_.violations.push_back(str("the node does not start: ", started.error().full_message())
        );
    }
    next_turn_ = runtime::TurnAgain{};
}

void Machine::crash() {
    node_.reset();
    world_.forget_posted();
    store_.crash_and_reopen();
    start();
}

void Machine::stop_cleanly() {
    node_->drain();
    for (int i = 0; i < 10'000 && !node_->is_quiet(); ++i) {
        if (world_.crash_wanted) {
            return;
        }
        store_.commit_group(1'000);
        while (world_.run_one() || world_.wake_due()) {
        }
        if (!turn()) {
            break;
        }
        if (const auto next = world_.next_sleeper(); next && !node_->is_quiet()) {
            world_.advance(
                std::min<Duration>(std::chrono::milliseconds(20), *next - world_.now().steady)
            );
        }
    }
    if (world_.crash_wanted) {
        return;
    }
    // A store that failed in the meantime cannot be closed cleanly; the next start will see that.
    [[maybe_unused]] const auto closed = store_.close();
    node_.reset();
    world_.forget_posted();
    store_.reopen();
    start();
}

}  // namespace hal9::sim
