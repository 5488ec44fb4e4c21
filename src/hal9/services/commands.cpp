#include "hal9/services/commands.hpp"

#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/detail/all_of.hpp"
#include "hal9/services/detail/later.hpp"
#include "hal9/services/detail/names.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/views.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <utility>

namespace hal9::services {
namespace {

/// Redriven or discarded by one group of commits: bounded, so that neither the writer's queue nor
/// the strand's turn grows with what an operator asks for.
constexpr std::uint32_t together_max = 500;

}  // namespace

Error faults_as_error(const std::vector<definition::Fault>& faults, std::string_view file) {
    std::string lines;
    for (const definition::Fault& fault : faults) {
        lines += str(lines.empty() ? "" : "\n", definition::to_string(fault, file));
    }
    return {ErrorCode::invalid_argument, std::move(lines)};
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

/// The parameters `definition` and `file`.
Result<definition::Network> Commands::definition_parameter(const json::object& params) const {
    HAL9_TRY(const std::string text, string_parameter(params, "definition"));
    HAL9_TRY(const std::string file, string_parameter_or(params, "file", "definition"));
    auto parsed = definition::parse_network(text, kinds_, limits_);
    if (!parsed) {
        return fail(faults_as_error(parsed.error(), file));
    }
    return *std::move(parsed);
}

Task<Result<json::value>> Commands::network_apply(json::object params) {
    HAL9_CO_TRY(definition::Network network, definition_parameter(params));
    json::array capabilities(network.capabilities.begin(), network.capabilities.end());
    HAL9_CO_TRY(
        runtime::Applied applied,
        co_await node_.apply(default_organization, std::move(network))
    );
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
    HAL9_CO_TRY(
        runtime::Applied applied,
        co_await node_.apply(default_organization, std::move(network))
    );
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

Task<Result<json::value>> Commands::decide_dead(json::object params, bool redrive) {
    HAL9_CO_TRY(const bool every, flag_parameter(params, "all"));
    HAL9_CO_TRY(LetterFilter filter, queries_.letter_filter(params));
    HAL9_CO_TRY(const std::vector<std::string> named, strings_parameter(params, "signals"));
    const bool many = every || !filter.is_empty();
    if (many != named.empty()) {
        co_return fail(
            ErrorCode::invalid_argument,
            "name \"signals\" by their ids, or give \"all\": true, or a filter in \"where\": one "
            "of them"
        );
    }
    const std::optional<RunId> failed = redrive ? failed_run_named(named) : std::nullopt;
    if (failed) {
        HAL9_CO_TRY(
            const RunRecord fork,
            co_await node_.fork({.run = *failed, .principal = "operator"})
        );
        co_return json::object{{"count", 1}, {"fork", queries_.public_id(fork)}};
    }
    HAL9_CO_TRY(
        const std::size_t count,
        many ? co_await decide_all(std::move(filter), redrive)
             : co_await decide_named(named, redrive)
    );
    co_return json::object{{"count", count}};
}

/// The one signal that is named, if it is the root of a run that failed: its redrive is a fork.
std::optional<RunId> Commands::failed_run_named(std::span<const std::string> signals) {
    if (signals.size() != 1) {
        return std::nullopt;
    }
    const auto run = queries_.find_run(signals.front());
    return run && run->state == RunState::failed ? std::optional(run->id) : std::nullopt;
}

/// A page after the other, in the order of ids, so that one that is parked again is met once.
/// However many do not fit the filter, the node has its turns in between.
Task<Result<std::size_t>> Commands::decide_all(LetterFilter filter, bool redrive) {
    std::size_t count = 0;
    SignalId after{};
    while (true) {
        HAL9_CO_TRY(const auto page, queries_.find_letters(filter, after, together_max));
        HAL9_CO_TRY(const std::size_t some, co_await decide_together(page.letters, redrive, false));
        count += some;
        if (!page.more) {
            co_return count;
        }
        after = page.last;
        co_await detail::Later(strand_);
    }
}

Task<Result<std::size_t>> Commands::decide_named(std::vector<std::string> signals, bool redrive) {
    std::vector<SignalId> letters;
    for (const std::string& signal : signals) {
        HAL9_CO_TRY(const auto record, queries_.find_signal(signal, false));
        letters.push_back(record.id);
    }
    std::size_t count = 0;
    for (std::size_t from = 0; from < letters.size(); from += together_max) {
        const auto some = std::span(letters).subspan(from);
        HAL9_CO_TRY(
            const std::size_t decided,
            co_await decide_together(
                some.first(std::min<std::size_t>(some.size(), together_max)),
                redrive,
                redrive || letters.size() == 1
            )
        );
        count += decided;
    }
    co_return count;
}

Task<Result<std::size_t>>
Commands::decide_together(std::span<const SignalId> letters, bool redrive, bool conflicts_count) {
    std::vector<Task<Result<void>>> tasks;
    tasks.reserve(letters.size());
    for (const SignalId letter : letters) {
        tasks.push_back(redrive ? node_.redrive(letter) : node_.discard(letter));
    }
    std::size_t count = 0;
    for (Result<void>& decided : co_await detail::all_of(std::move(tasks))) {
        // Of several, one whose run failed with another's discard is no fault.
        if (!decided && (conflicts_count || decided.error().code != ErrorCode::conflict)) {
            co_return std::unexpected(std::move(decided).error());
        }
        count += decided ? 1 : 0;
    }
    co_return count;
}

}  // namespace hal9::services
