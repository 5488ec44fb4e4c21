// For tests of kinds: calls, sinks that collect, and files that answer at once.
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/ports/kind.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hal9::neurons {

class CollectingSink final : public Sink {
public:
    /// full() after every `chunk` emissions.
    explicit CollectingSink(std::size_t chunk = 1'000'000) : chunk_(chunk) {}

    void emit(json::value value) override { emit_to({}, std::move(value)); }

    void emit_to(std::string_view neuron, json::value value) override {
        targets.emplace_back(neuron);
        values.push_back(std::move(value));
    }

    [[nodiscard]] bool full() const override {
        return !values.empty() && values.size() % chunk_ == 0;
    }

    std::vector<json::value> values;
    std::vector<std::string> targets;  ///< beside them: of emit_to(), else ""

private:
    std::size_t chunk_;
};

class CollectingAsyncSink final : public AsyncSink {
public:
    Task<Result<void>> emit(json::value value) override {
        if (failure) {
            co_return fail(*failure);
        }
        values.push_back(std::move(value));
        co_return Result<void>();
    }

    std::vector<json::value> values;
    std::optional<Error> failure;
};

/// Answers with what was set and keeps what it was asked.
class PreparedFiles final : public Files {
public:
    Task<Result<std::vector<FileEntry>>> list(ListRequest request) override {
        listed = std::move(request);
        co_return listing;
    }

    Task<Result<std::string>> read(ReadRequest request) override {
        read_request = std::move(request);
        co_return content;
    }

    Result<std::vector<FileEntry>> listing;
    Result<std::string> content;
    std::optional<ListRequest> listed;
    std::optional<ReadRequest> read_request;
};

/// One neuron: a kind with settings as a definition has them, in JSON.
class Neuron {
public:
    explicit Neuron(std::string_view kind, const Limits& limits = {})
        : kinds_(make_kinds(files, limits)) {
        for (const auto& candidate : kinds_) {
            if (candidate->description().name == kind) {
                kind_ = candidate.get();
            }
        }
        HAL9_ASSERT(kind_ != nullptr);
    }

    [[nodiscard]] const KindDescription& description() const { return kind_->description(); }

    [[nodiscard]] Result<void> make(std::string_view constant) {
        constant_ = parse_json(constant)->as_object();
        HAL9_TRY(handler_, kind_->make(constant_));
        return {};
    }

    /// Calls a pure handler until it no longer asks for more. What it emits is as its kind says.
    [[nodiscard]] Result<StepEnd> run(std::string_view settings, CollectingSink& sink) {
        call.settings = parse_json(settings)->as_object();
        const auto& handler = *std::get<std::unique_ptr<PureHandler>>(handler_);
        Cursor cursor;
        for (calls = 1;; ++calls) {
            HAL9_TRY(StepEnd end, handler.step(call, cursor, sink));
            if (!std::holds_alternative<StepMore>(end)) {
                assert_as_described(sink.values);
                return end;
            }
        }
    }

    /// Runs an asynchronous handler, which must not wait for anything.
    [[nodiscard]] Result<StepEnd> run(std::string_view settings, CollectingAsyncSink& sink) {
        call.settings = parse_json(settings)->as_object();
        const auto& handler = *std::get<std::unique_ptr<AsyncHandler>>(handler_);
        std::optional<Result<StepEnd>> end;
        const StartedTask started = StartedTask::start<Result<StepEnd>>(
            handler.step(call, sink),
            [&end](Result<StepEnd> result) { end = std::move(result); }
        );
        HAL9_ASSERT(end.has_value());
        assert_as_described(sink.values);
        return *end;
    }

    void grant(std::string directory) {
        call.grants =
            std::make_shared<const Grants>(Grants{{"files.read", {std::move(directory)}}});
    }

    PreparedFiles files;
    Call call;
    std::size_t calls = 0;  ///< of the handler, by the last run()

private:
    void assert_as_described(const std::vector<json::value>& values) const {
        json::object settings = constant_;
        for (const auto& [name, value] : call.settings) {
            settings[name] = value;
        }
        const KindDescription& kind = description();
        const json::value schema = kind.output_of != nullptr
                                       ? kind.output_of(settings)
                                       : parse_json(kind.output_schema).value();
        for (const json::value& value : values) {
            // As the next neuron gets it, from a text: numbers have the types that texts give them.
            const json::value received = parse_json(json::serialize(value)).value();
            HAL9_ASSERT(definition::check_value(schema, received, kind.name));
        }
    }

    std::vector<std::unique_ptr<Kind>> kinds_;
    const Kind* kind_ = nullptr;
    json::object constant_;
    Handler handler_;
};

}  // namespace hal9::neurons
