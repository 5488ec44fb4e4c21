#include "hal9/runtime/gather.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/join.hpp"

#include <utility>

namespace hal9::runtime {

Gather::Gather(
    const definition::Network& network,
    NeuronIndex neuron,
    const Limits& limits,
    SpillTables& spill
)
    : network_(&network),
      neuron_(neuron),
      limits_(&limits),
      sparse_(is_partial(network.neuron(neuron).join)) {
    const definition::Neuron& parent = network.neuron(neuron);
    if (parent.combine) {
        fold_.emplace(
            *parent.combine,
            definition::FoldLimits{limits.fold_bytes_max, limits.payload_bytes_max},
            spill
        );
    } else if (parent.result_shape() == definition::ResultShape::by_name) {
        by_name_.emplace();
    }
}

Result<void> Gather::add(std::uint32_t ordinal, GatheredChild child) {
    HAL9_ASSERT(
        (ordinal >= next_ordinal_ && !early_.contains(ordinal)) || HAL9_PLANTED(fold_as_they_come)
    );
    if ((sparse_ || ordinal != next_ordinal_) && !HAL9_PLANTED(fold_as_they_come)) {
        early_bytes_ += size_of(child.body);
        early_.emplace(ordinal, std::move(child));
        return {};
    }
    HAL9_TRY_VOID(take(std::move(child)));
    while (!early_.empty() && early_.begin()->first == next_ordinal_) {
        early_bytes_ -= size_of(early_.begin()->second.body);
        HAL9_TRY_VOID(take(std::move(early_.begin()->second)));
        early_.erase(early_.begin());
    }
    return {};
}

std::size_t Gather::held_bytes() const {
    return early_bytes_ + taken_bytes_ + (fold_ ? fold_->memory_bytes() : 0);
}

Result<void> Gather::take(GatheredChild child) {
    ++next_ordinal_;
    if (!child.value) {
        return {};
    }
    if (fold_) {
        return fold_->add(child.neuron, *child.value);
    }
    taken_bytes_ += size_of(child.body);
    if (by_name_) {
        by_name_->insert_or_assign(network_->neuron(child.neuron).name, *child.value);
        return {};
    }
    single_.value = std::move(child.value);
    single_.body = std::move(child.body);
    if (!child.substituted) {
        single_.result_of = child.id;
    }
    return {};
}

Result<GatheredResult> Gather::finish() {
    HAL9_ASSERT(sparse_ || early_.empty());
    for (auto& [ordinal, child] : std::exchange(early_, {})) {
        HAL9_TRY_VOID(take(std::move(child)));
    }
    early_bytes_ = 0;
    if (!fold_ && !by_name_) {
        if (!single_.value) {
            single_.value = std::make_shared<const json::value>(nullptr);
        }
        if (is_nested_deeper(*single_.value, limits_->value_depth_max)) {
            return fail(too_deep("the value of on_child_error", *limits_));
        }
        return std::move(single_);
    }
    json::object object;
    if (fold_) {
        HAL9_TRY(object, fold_->finish());
    } else {
        object = std::move(*by_name_);
    }
    json::value combined(std::move(object));
    if (is_nested_deeper(combined, limits_->value_depth_max)) {
        return fail(too_deep(
            str("the combined result of neuron \"", network_->neuron(neuron_).name, "\""),
            *limits_
        ));
    }
    GatheredResult result;
    result.value = std::make_shared<const json::value>(std::move(combined));
    result.body = make_body(json::serialize(*result.value));
    if (result.body->size() > limits_->payload_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the combined result of neuron \"",
                network_->neuron(neuron_).name,
                "\" has ",
                with_thousands(result.body->size()),
                " bytes as JSON; payload_bytes_max is ",
                format_size(limits_->payload_bytes_max))
        );
    }
    return result;
}

}  // namespace hal9::runtime
