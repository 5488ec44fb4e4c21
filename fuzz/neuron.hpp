// For targets of pure kinds: one neuron, called until it asks for no more.
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/ports/kind.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hal9::fuzz {

/// Pure kinds touch no files.
class NoFiles final : public Files {
public:
    Task<Result<std::vector<FileEntry>>> list(ListRequest /*request*/) override {
        HAL9_ASSERT(false);
        co_return std::vector<FileEntry>();
    }

    Task<Result<std::string>> read(ReadRequest /*request*/) override {
        HAL9_ASSERT(false);
        co_return std::string();
    }
};

/// Full after every `chunk` emissions.
class ChunkSink final : public Sink {
public:
    explicit ChunkSink(std::size_t chunk) : chunk_(chunk) {}

    void emit(json::value value) override { values.push_back(std::move(value)); }

    void emit_to(std::string_view /*neuron*/, json::value value) override {
        emit(std::move(value));
    }

    [[nodiscard]] bool full() const override { return values.size() % chunk_ == 0; }

    std::vector<json::value> values;

private:
    std::size_t chunk_;
};

/// What the kind emits for `text`; nothing when it refuses the settings.
inline std::optional<std::vector<json::value>> emissions(
    std::string_view kind_name,
    const json::object& constant,
    std::string_view text,
    std::size_t chunk = 1'000'000
) {
    NoFiles files;
    for (const auto& kind : neurons::make_kinds(files)) {
        if (kind->description().name != kind_name) {
            continue;
        }
        const auto handler = kind->make(constant);
        if (!handler) {
            HAL9_ASSERT(!handler.error().message.empty());
            return std::nullopt;
        }
        Call call;
        call.settings["text"] = text;
        Cursor cursor;
        ChunkSink sink(chunk);
        while (true) {
            const auto end =
                std::get<std::unique_ptr<PureHandler>>(*handler)->step(call, cursor, sink);
            HAL9_ASSERT(end.has_value());
            if (!std::holds_alternative<StepMore>(*end)) {
                return sink.values;
            }
        }
    }
    HAL9_ASSERT(false);
}

}  // namespace hal9::fuzz
