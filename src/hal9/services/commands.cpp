#include "hal9/services/commands.hpp"

#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/detail/names.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/views.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <utility>

namespace hal9::services {
Error faults_as_error(
    const std::vector<definition::Fault>& faults,
    std::string_view file,
    ErrorCode code
) {
    std::string lines;
    for (const definition::Fault& fault : faults) {
        lines += str(lines.empty() ? "" : "\n", definition::to_string(fault, file));
    }
    return {code, std::move(lines)};
}

Task<Result<json::value>> Commands::answer(std::string method, json::object params) {
    using Answer = Task<Result<json::value>> (*)(Commands&, json::object);

    struct Method {
        std::string_view name;
        Answer answer;
    };

    using Params = json::object;
    static constexpr Method methods[] = {
        {"network.apply", [](Commands& c, Params p) { return c.network_apply(std::move(p)); }},
        {"network.pause",
         [](Commands& c, Params p) {
             return c.set_network_state(std::move(p), NetworkState::paused);
         }},
        {"network.resume",
         [](Commands& c, Params p) {
             return c.set_network_state(std::move(p), NetworkState::active);
         }},
        {"network.delete",
         [](Commands& c, Params p) {
             return c.set_network_state(std::move(p), NetworkState::deleted);
         }},
        {"run.start", [](Commands& c, Params p) { return c.run_start(std::move(p)); }},
        {"run.cancel", [](Commands& c, Params p) { return c.run_cancel(std::move(p)); }},
        {"run.priority", [](Commands& c, Params p) { return c.run_priority(std::move(p)); }},
        {"run.message", [](Commands& c, Params p) { return c.run_message(std::move(p)); }},
        {"run.fork", [](Commands& c, Params p) { return c.run_fork(std::move(p)); }},
        {"signal.cancel", [](Commands& c, Params p) { return c.signal_cancel(std::move(p)); }},
        {"signal.answer", [](Commands& c, Params p) { return c.signal_answer(std::move(p)); }},
        {"dead.redrive", [](Commands& c, Params p) { return c.decide_dead(std::move(p), true); }},
        {"dead.discard", [](Commands& c, Params p) { return c.decide_dead(std::move(p), false); }},
        {"schedule.add", [](Commands& c, Params p) { return c.schedule_add(std::move(p)); }},
        {"schedule.remove", [](Commands& c, Params p) { return c.schedule_remove(std::move(p)); }},
    };
    if (Queries::knows(method)) {
        co_return queries_.answer(method, params);
    }
    if (method == "run.resume") {
        co_return run_resume(params);
    }
    if (method == "run.progress") {
        co_return run_progress(params);
    }
    for (const Method& each : methods) {
        if (each.name == method) {
            co_return co_await each.answer(*this, std::move(params));
        }
    }
    co_return fail(ErrorCode::not_found, str("there is no method \"", method, "\""));
}

/// The parameters `definition` and `file`. limit_exceeded when a neuron needs more than the node
/// offers.
Result<definition::Network> Commands::definition_parameter(const json::object& params) const {
    HAL9_TRY(const std::string text, string_parameter(params, "definition"));
    HAL9_TRY(const std::string file, string_parameter_or(params, "file", "definition"));
    auto parsed = definition::parse_network(text, kinds_, limits_);
    if (!parsed) {
        return fail(faults_as_error(parsed.error(), file));
    }
    const auto unmet = definition::unmet_needs(*parsed, text, offer_, limits_);
    if (!unmet.empty()) {
        return fail(faults_as_error(unmet, file, ErrorCode::limit_exceeded));
    }
    return *std::move(parsed);
}

/// The definition that the parameters hold. Two requests may bring a deleted network back at the
/// same moment: who comes second finds it there, and applies it as any other.
Task<Result<runtime::Applied>> Commands::apply(definition::Network network, json::object params) {
    auto applied = co_await node_.apply(default_organization, std::move(network));
    if (!applied && applied.error().code == ErrorCode::conflict) {
        HAL9_CO_TRY(definition::Network again, definition_parameter(params));
        applied = co_await node_.apply(default_organization, std::move(again));
    }
    co_return applied;
}

Task<Result<json::value>> Commands::network_apply(json::object params) {
    HAL9_CO_TRY(definition::Network network, definition_parameter(params));
    json::array capabilities(network.capabilities.begin(), network.capabilities.end());
    HAL9_CO_TRY(runtime::Applied applied, co_await apply(std::move(network), std::move(params)));
    HAL9_CO_TRY(
        const NumberedVersion found,
        queries_.networks().numbered(std::move(applied.version))
    );
    json::object view = version_view(found.version, found.number);
    view["versions"] = found.network.versions;
    view["changed"] = applied.made;
    view["capabilities"] = std::move(capabilities);
    co_return view;
}

Task<Result<json::value>> Commands::run_start(json::object params) {
    HAL9_CO_TRY(definition::Network network, definition_parameter(params));
    runtime::AcceptRequest request;
    HAL9_CO_TRY(request.grants, grants_parameter(params));
    HAL9_CO_TRY(request.principal, who_parameter(params, "principal", "local"));
    request.payload = input_parameter(params);
    HAL9_CO_TRY(request.tags, tags_parameter(params, limits_));
    HAL9_CO_TRY(const auto priority, priority_parameter(params));
    request.priority = priority.value_or(request.priority);
    if (params.contains("key")) {
        const NameRule rule{
            "the idempotency key",
            limits_.idempotency_key_bytes_max,
            "idempotency_key_bytes_max"
        };
        HAL9_CO_TRY(const std::string key, name_parameter(params, "key", {}, rule));
        const std::string asked = canonical_json(json::object{
            {"definition", network.hash},
            {"input", request.payload},
            {"grants", json::value_from(request.grants)},
            {"tags", json::value_from(request.tags)},
            {"priority", request.priority},
        });
        request.idempotency = IdempotencyKey{key, to_hex(sha256(asked))};
    }
    HAL9_CO_TRY(runtime::Applied applied, co_await apply(std::move(network), std::move(params)));
    request.version = std::move(applied.version);
    HAL9_CO_TRY(const runtime::Accepted accepted, co_await node_.accept(std::move(request)));
    co_return json::object{
        {"id", queries_.public_id(accepted.run)},
        {"network", accepted.run.network},
        {"repeated", accepted.repeated},
    };
}

Result<json::value> Commands::run_resume(const json::object& params) {
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const RunRecord run, queries_.find_run(id));
    HAL9_TRY_VOID(node_.take_up(run.id));
    return json::object{{"id", queries_.public_id(run)}, {"status", to_string(run.state)}};
}

Result<json::value> Commands::run_progress(const json::object& params) {
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const RunRecord run, queries_.find_run(id));
    const auto progress = node_.progress(run.id);
    if (!progress) {
        return json::object{{"status", to_string(run.state)}, {"ended", has_ended(run.state)}};
    }
    json::array neurons;
    const auto names = node_.neuron_names(run.id);
    for (std::size_t i = 0; i < progress->neurons.size(); ++i) {
        const runtime::NeuronProgress& neuron = progress->neurons[i];
        neurons.push_back(json::object{
            {"neuron", i < names.size() ? names[i] : std::string()},
            {"known", neuron.known},
            {"done", neuron.done()},
            {"failed", neuron.failed},
        });
    }
    return json::object{
        {"status", to_string(progress->state)},
        {"ended", has_ended(progress->state)},
        {"known", progress->known},
        {"done", progress->done},
        {"parked", progress->parked},
        {"asking", progress->asking},
        {"stalled", progress->stalled},
        {"paused", progress->paused},
        {"neurons", std::move(neurons)},
    };
}

Task<Result<json::value>> Commands::run_cancel(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_CO_TRY(const RunRecord run, queries_.find_run(id));
    HAL9_CO_TRY(const RunRecord cancelled, co_await node_.cancel(run.id));
    co_return json::object{
        {"id", queries_.public_id(cancelled)},
        {"status", to_string(RunState::cancelled)}
    };
}

}  // namespace hal9::services
