#include "hal9/definition/detail/flows.hpp"

#include "hal9/definition/detail/combined_shape.hpp"
#include "hal9/definition/detail/setting_shape.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

namespace hal9::definition::detail {
namespace {

using Rule = OnChildError::Rule;

const TreeNode* find_setting(const ReadNeuron& neuron, std::string_view name) {
    const TreeNode::Member* member =
        neuron.settings == nullptr ? nullptr : neuron.settings->find(name);
    return member == nullptr ? nullptr : &member->node;
}

/// What json.split and its like emit of a list of these.
ShapePtr shape_of_element(const ShapePtr& element) {
    ShapePtr objects = only(element, Types::object);
    const Types others = types_of(element).without(Types::object);
    if (others.empty()) {
        return objects;
    }
    const ShapePtr wrapped = object_of({{"value", only(element, others)}});
    return types_of(element).has(Types::object) ? either(objects, wrapped) : wrapped;
}

/// With what `keep` copies.
ShapePtr with_kept(ShapePtr shape, const Neuron& neuron, const ShapePtr& payload) {
    for (const std::string& name : neuron.keep) {
        const Target kept = member_of(payload, name);
        if (kept.exists) {
            shape = with_member(shape, name, kept.shape);
        }
    }
    return shape;
}

class Walk {
public:
    Walk(const ReadNetwork& network, KindSchemas& kinds, std::vector<std::vector<Flow>>& into)
        : network_(network),
          kinds_(&kinds),
          into_(&into),
          input_(shape_of_schema(network.input_schema)),
          ends_(network.neurons.size()) {}

    void run() {
        // Only who goes on with a result asks what it is.
        if (std::ranges::any_of(network_.neurons, [](const ReadNeuron& read) {
                return read.neuron.then.has_value();
            })) {
            for (const NeuronIndex index : network_.bottom_up) {
                const ReadNeuron& read = at(index);
                const ShapePtr emitted = emission(read, nullptr);
                ends_[index.value] = end_of(read.neuron, result_of(read.neuron, emitted));
            }
        }
        (*into_)[network_.start.value].push_back({.payload = input_});
        for (const NeuronIndex index : network_.bottom_up | std::views::reverse) {
            send(index);
        }
    }

    [[nodiscard]] const ShapePtr& input() const { return input_; }

private:
    [[nodiscard]] const ReadNeuron& at(NeuronIndex index) const {
        return network_.neurons[index.value];
    }

    /// One value that it emits of this payload, with what it keeps.
    ShapePtr emission(const ReadNeuron& read, const ShapePtr& payload) {
        return with_kept(emission_of_kind(read, payload), read.neuron, payload);
    }

    ShapePtr emission_of_kind(const ReadNeuron& read, const ShapePtr& payload) {
        const auto schema = kinds_->of(*read.kind);
        if (!schema) {
            return nullptr;
        }
        const KindOutput& output = (*schema)->output;
        const TreeNode* setting = find_setting(read, output.setting);
        const Sources sources{.payload = payload, .root = input_};
        switch (output.source) {
            case KindOutput::Source::payload:
                return payload;
            case KindOutput::Source::setting:
                return setting == nullptr ? payload : shape_of_setting(*setting, sources);
            case KindOutput::Source::elements: {
                const ShapePtr list =
                    setting == nullptr ? nullptr : shape_of_setting(*setting, sources);
                return shape_of_element(list ? list->elements : nullptr);
            }
            case KindOutput::Source::schema:
                break;
        }
        if (read.kind->output_of != nullptr && read.settings != nullptr) {
            return shape_of_schema(read.kind->output_of(to_json(*read.settings).as_object()));
        }
        return output.shape;
    }

    /// Its result before `then`, where each emission is one of these.
    ShapePtr result_of(const Neuron& neuron, const ShapePtr& emitted) {
        if (neuron.combine) {
            return combined_shape(
                *neuron.combine,
                result_of_any_child(neuron),
                [&](NeuronIndex of) { return result_of_child(neuron, of); }
            );
        }
        const ShapePtr nothing = shape_of(Types::null);
        if (neuron.forward.empty()) {
            return neuron.emits == Emits::many  ? list_of(emitted)
                   : neuron.emits == Emits::one ? either(emitted, nothing)
                                                : nothing;
        }
        ShapePtr joined = neuron.result_shape() == ResultShape::by_name
                              ? results_by_name(neuron)
                              : result_of_any_child(neuron);
        joined = either(joined, nothing);
        // Where no connection takes it, what is emitted is the result.
        const bool always_taken = std::ranges::any_of(neuron.forward, [](const Connection& to) {
            return !to.when.has_value();
        });
        return always_taken && !neuron.routes ? joined : either(joined, emitted);
    }

    ShapePtr results_by_name(const Neuron& neuron) {
        std::vector<Shape::Member> members;
        for (const Connection& connection : neuron.forward) {
            for (const NeuronIndex candidate : connection.candidates) {
                members.push_back({at(candidate).neuron.name, result_of_child(neuron, candidate)});
            }
        }
        return object_of(std::move(members));
    }

    ShapePtr result_of_any_child(const Neuron& neuron) {
        ShapePtr all;
        bool first = true;
        for (const Connection& connection : neuron.forward) {
            for (const NeuronIndex candidate : connection.candidates) {
                const ShapePtr result = result_of_child(neuron, candidate);
                all = std::exchange(first, false) ? result : either(all, result);
            }
        }
        return all;
    }

    /// Or what stands for it.
    ShapePtr result_of_child(const Neuron& parent, NeuronIndex child) {
        const ShapePtr& result = ends_[child.value];
        return parent.on_child_error.rule == Rule::value
                   ? either(result, shape_of_value(parent.on_child_error.value))
                   : result;
    }

    /// Its result after `then`.
    ShapePtr end_of(const Neuron& neuron, const ShapePtr& result) {
        if (!neuron.then) {
            return result;
        }
        const ShapePtr next = result_of_child(neuron, neuron.then->to);
        return neuron.then->as.empty() ? either(result, next)
                                       : with_member(result, neuron.then->as, next);
    }

    /// What the neuron sends, once all that comes to it is known.
    void send(NeuronIndex index) {
        const ReadNeuron& read = at(index);
        const ShapePtr payload = payload_of(index);
        const ShapePtr emitted = emission(read, payload);
        for (const Connection& connection : read.neuron.forward) {
            for (const NeuronIndex candidate : connection.candidates) {
                (*into_)[candidate.value].push_back({Flow::Source::forward, index, emitted});
            }
        }
        if (read.neuron.then) {
            const ShapePtr result = result_of(read.neuron, emitted);
            (*into_)[read.neuron.then->to.value].push_back(
                {Flow::Source::then, index, with_kept(result, read.neuron, payload)}
            );
        }
    }

    /// Whichever way it came.
    [[nodiscard]] ShapePtr payload_of(NeuronIndex index) const {
        const std::vector<Flow>& flows = (*into_)[index.value];
        ShapePtr payload = flows.empty() ? nullptr : flows.front().payload;
        for (const Flow& flow : flows) {
            payload = either(payload, flow.payload);
        }
        return payload;
    }

    const ReadNetwork& network_;
    KindSchemas* kinds_;
    std::vector<std::vector<Flow>>* into_;
    ShapePtr input_;
    std::vector<ShapePtr> ends_;  ///< what each neuron returns, whatever it was given
};

}  // namespace

Flows::Flows(const ReadNetwork& network, KindSchemas& kinds) : into_(network.neurons.size()) {
    Walk walk(network, kinds, into_);
    walk.run();
    input_ = walk.input();
}

}  // namespace hal9::definition::detail
