// Folds: results of children are read back from the store and put together.
//
// A short fold is done at once. One of many children is folded a page at a time, each page on a
// compute thread where there is one, and no two such folds at a time: so memory is bounded, and
// neither short folds nor other work wait for a long one.
#include "hal9/base/check.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {
namespace {

using ChildResults = std::vector<ChildResult>;

Result<void> fold_child(detail::PendingFold& fold, const ChildResult& child) {
    GatheredChild gathered{.id = child.id, .neuron = child.neuron};
    if (child.status == SignalStatus::completed) {
        HAL9_TRY(gathered.value, value_of(child.result));
        gathered.body = child.result;
    } else {
        substitute(fold.loaded->network.neuron(fold.neuron), gathered);
        fold.skipped += gathered.value ? 0U : 1U;
    }
    if (fold.partial) {
        return fold.gather->add_next(std::move(gathered));
    }
    return fold.gather->add(child.ordinal, std::move(gathered));
}

/// Thread: any, one at a time for a fold.
void fold_page(detail::PendingFold& fold, const ChildResults& page) {
    for (const ChildResult& child : page) {
        if (auto added = fold_child(fold, child); !added) {
            fold.result = std::unexpected(std::move(added).error());
            return;
        }
    }
    if (fold.all_read) {
        fold.result = fold.gather->finish();
    }
}

}  // namespace

void substitute(const definition::Neuron& parent, GatheredChild& child) {
    const definition::OnChildError& rule = parent.on_child_error;
    if (rule.rule == definition::OnChildError::Rule::value) {
        child.value = std::make_shared<const json::value>(rule.value);
        child.body = make_body(json::serialize(rule.value));
        child.substituted = true;
    }
}

std::unique_ptr<Gather> Node::Impl::new_gather(const Live& parent) const {
    return std::make_unique<Gather>(
        parent.run->network(),
        parent.neuron,
        options_.limits,
        ports_.spill
    );
}

std::shared_ptr<PendingFold> Node::Impl::pending_fold(const Live& parent, std::uint64_t ticket)
    const {
    auto fold = std::make_shared<PendingFold>();
    fold->signal = parent.id;
    fold->ticket = ticket;
    fold->loaded = parent.run->loaded;
    fold->neuron = parent.neuron;
    fold->partial = parent.family->decided;
    return fold;
}

/// Reads the results, once `ticket` is committed.
void Node::Impl::begin_fold(Live& parent, std::uint64_t ticket) {
    parent.stage = Stage::folding;
    parent.family->fold = pending_fold(parent, ticket);
    folds_.push_back(parent.family->fold);
}

/// All was gathered in memory, and is too much to put it together in this turn.
void Node::Impl::begin_fold_of(Live& parent, std::uint64_t ticket, Gather gathered) {
    parent.stage = Stage::folding;
    auto fold = pending_fold(parent, ticket);
    fold->gather = std::make_unique<Gather>(std::move(gathered));
    fold->counted_bytes = std::exchange(parent.family->gathered_bytes, 0);
    fold->skipped = parent.family->join.skipped;
    fold->all_read = true;
    parent.family->fold = fold;
    gathered_folds_.push_back(fold);
    advance(fold, {});
}

/// Null: nobody waits for it any more.
Live* Node::Impl::parent_of(const PendingFold& fold) const {
    Live* const parent = tree_.find(fold.signal);
    const bool waits =
        parent != nullptr && parent->stage == Stage::folding && parent->family->fold.get() == &fold;
    return waits ? parent : nullptr;
}

bool Node::Impl::is_folding() const {
    return !folds_.empty() || !long_folds_.empty() || !gathered_folds_.empty() ||
           delayed_folds_ > 0;
}

bool Node::Impl::fold_from_store() {
    const bool ended = end_gathered_folds();
    const bool one = fold_short();
    return fold_long() || one || ended;
}

bool Node::Impl::end_gathered_folds() {
    std::vector<std::shared_ptr<PendingFold>> done;
    std::erase_if(gathered_folds_, [&done](const std::shared_ptr<PendingFold>& fold) {
        if (!fold->away) {
            done.push_back(fold);
        }
        return !fold->away;
    });
    for (const std::shared_ptr<PendingFold>& fold : done) {
        gathered_bytes_ -= fold->counted_bytes;
        end_fold(*fold);
    }
    return !done.empty();
}

bool Node::Impl::fold_short() {
    if (folds_.empty() || folds_.front()->ticket > outbox_.committed() || !outbox_.has_room()) {
        return false;
    }
    const std::shared_ptr<PendingFold> fold = std::move(folds_.front());
    folds_.pop_front();
    Live* const parent = parent_of(*fold);
    if (parent == nullptr) {
        return true;
    }
    if (parent->family->next) {
        finish_next_from_store(*parent);
        outbox_.submit();
        return true;
    }
    const Now before = ports_.clock.now();
    fold->gather = new_gather(*parent);
    // The second look says whether the first page was all.
    for (int pages = 0; pages < 2 && !fold->result; ++pages) {
        const auto page = next_page(*parent, *fold);
        if (fatal_) {
            return true;
        }
        if (pages == 1 && page && !page->empty()) {
            fold->next_ordinal = 0;
            fold->skipped = 0;
            fold->gather.reset();
            long_folds_.push_back(fold);
            return true;
        }
        if (page) {
            fold_page(*fold, *page);
        } else {
            fold->result = std::unexpected(page.error());
        }
    }
    scheduler_.charge(parent->run->record.organization, ports_.clock.now().steady - before.steady);
    end_fold(*fold);
    return true;
}

bool Node::Impl::fold_long() {
    if (long_folds_.empty() || long_folds_.front()->away || !outbox_.has_room()) {
        return false;
    }
    const std::shared_ptr<PendingFold> fold = long_folds_.front();
    const Live* const parent = parent_of(*fold);
    if (parent == nullptr || fold->result) {
        long_folds_.pop_front();
        end_fold(*fold);
        return true;
    }
    if (!fold->gather) {
        fold->gather = new_gather(*parent);
    }
    auto page = next_page(*parent, *fold);
    if (fatal_) {
        return true;
    }
    if (!page) {
        fold->result = std::unexpected(std::move(page).error());
        return true;
    }
    advance(fold, *std::move(page));
    return true;
}

/// Sets all_read with the last page, which is empty.
Result<ChildResults> Node::Impl::next_page(const Live& parent, PendingFold& fold) {
    auto page = ports_.reader.child_results(
        parent.key(),
        parent.phase,
        fold.next_ordinal,
        options_.limits.page_rows_max,
        options_.limits.window_bytes_max / 4
    );
    if (!page) {
        return unreadable(page.error());
    }
    const std::vector<std::uint32_t>& counted = parent.family->succeeded;
    fold.all_read = page->empty();
    if (!page->empty()) {
        fold.next_ordinal = page->back().ordinal + 1;
    }
    if (fold.partial) {
        std::erase_if(*page, [&counted](const ChildResult& child) {
            return !std::ranges::binary_search(counted, child.ordinal);
        });
        fold.all_read = fold.all_read || fold.next_ordinal > counted.back();
    }
    return *std::move(page);
}

void Node::Impl::advance(const std::shared_ptr<PendingFold>& fold, ChildResults page) {
    const OrganizationId organization = tree_.find(fold->signal)->run->record.organization;
    const Now before = ports_.clock.now();
    if (ports_.compute == nullptr) {
        fold_page(*fold, page);
        scheduler_.charge(organization, ports_.clock.now().steady - before.steady);
        return;
    }
    ++offloaded_;
    fold->away = true;
    ports_.compute->post([this, fold, organization, page = std::move(page)] {
        const Now begun = ports_.clock.now();
        fold_page(*fold, page);
        const Duration took = ports_.clock.now().steady - begun.steady;
        ports_.strand.post([this, fold, organization, took] {
            --offloaded_;
            fold->away = false;
            scheduler_.charge(organization, took);
        });
    });
}

/// Nothing, where nobody waits for it any more.
void Node::Impl::end_fold(PendingFold& fold) {
    Live* const parent = parent_of(fold);
    if (parent == nullptr) {
        return;
    }
    Result<GatheredResult> gathered = *std::exchange(fold.result, std::nullopt);
    if (!gathered && gathered.error().code == ErrorCode::resource_exhausted) {
        delay_fold(*parent);
        return;
    }
    finish_join(*parent, std::move(gathered), fold.skipped);
    outbox_.submit();
}

/// The disk has no room to spill to: nothing is lost, the fold begins again in a moment.
void Node::Impl::delay_fold(Live& parent) {
    ++delayed_folds_;
    parent.timer = timers_.set(now_.steady + std::chrono::seconds(1), TimerKind::fold, parent.id);
}

}  // namespace hal9::runtime
