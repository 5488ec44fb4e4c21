#include "hal9/runtime/detail/step.hpp"

#include "hal9/base/text.hpp"

#include <exception>
#include <string>
#include <utility>

namespace hal9::runtime::detail {

Step::Step(LoadedNetworkPtr network, NeuronIndex index, const Limits& limits)
    : loaded(std::move(network)),
      neuron(index),
      emissions(limits, loaded->network.neuron(index).forward.size()) {}

const PureHandler* Step::pure() const {
    const auto* handler =
        std::get_if<std::unique_ptr<PureHandler>>(&loaded->handlers[neuron.value]);
    return handler == nullptr ? nullptr : handler->get();
}

const AsyncHandler* Step::asynchronous() const {
    const auto* handler =
        std::get_if<std::unique_ptr<AsyncHandler>>(&loaded->handlers[neuron.value]);
    return handler == nullptr ? nullptr : handler->get();
}

Result<void> Step::prepare() {
    if (!call.payload) {
        HAL9_TRY(call.payload, value_of(payload));
    }
    emissions.keep(definition().keep, *call.payload);
    HAL9_TRY(call.settings, definition().settings.resolve(*call.payload, root.get()));
    return {};
}

void Step::advance() {
    try {
        if (!outcome) {
            if (auto prepared = prepare(); !prepared) {
                outcome = std::unexpected(std::move(prepared).error());
                return;
            }
        }
        outcome = pure()->step(call, cursor, emissions);
    } catch (...) {
        outcome = fail(exception_as_error());
    }
}

Task<Result<StepEnd>> Step::run_asynchronous() {
    try {
        co_return co_await asynchronous()->step(call, *sink);
    } catch (...) {
        co_return fail(exception_as_error());
    }
}

Error Step::exception_as_error() const {
    std::string what = "something that is no exception";
    try {
        throw;
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch): said so above
    }
    return {
        ErrorCode::internal,
        str("the handler of kind \"", definition().kind, "\" threw: ", what)
    };
}

}  // namespace hal9::runtime::detail
