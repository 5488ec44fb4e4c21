#include "bench/spine_network.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::bench {
namespace {

class BenchHandler final : public PureHandler {
public:
    explicit BenchHandler(std::uint64_t count) : count_(count) {}

    Result<StepEnd> step(const Call& call, Cursor& cursor, Sink& sink) const override {
        for (; cursor.index < count_; ++cursor.index) {
            if (sink.full()) {
                return StepMore{};
            }
            sink.emit(
                body_of_256_bytes(static_cast<std::uint64_t>(call.signal.value) + cursor.index)
            );
        }
        return StepDone{};
    }

private:
    std::uint64_t count_;
};

class BenchKind final : public Kind {
public:
    explicit BenchKind(bool many) {
        description_.name = many ? "bench.many" : "bench.one";
        description_.summary = "emits bodies of 256 bytes";
        description_.settings_schema = R"({"type":"object"})";
        description_.output_schema = "{}";
        description_.emits = many ? Emits::many : Emits::one;
    }

    [[nodiscard]] const KindDescription& description() const override { return description_; }

    [[nodiscard]] Result<Handler> make(const json::object& constant) const override {
        return std::make_unique<BenchHandler>(
            description_.emits == Emits::one ? 1 : constant.at("count").to_number<std::uint64_t>()
        );
    }

private:
    KindDescription description_;
};

}  // namespace

json::value body_of_256_bytes(std::uint64_t number) {
    json::object object{{"n", number % 1000}, {"id", str(1'000'000'000 + number % 1'000'000'000)}};
    object["fill"] = std::string(256 - json::serialize(object).size() - 10, 'x');
    return object;
}

std::vector<std::unique_ptr<Kind>> make_bench_kinds() {
    std::vector<std::unique_ptr<Kind>> kinds;
    kinds.push_back(std::make_unique<BenchKind>(true));
    kinds.push_back(std::make_unique<BenchKind>(false));
    return kinds;
}

std::string spine_definition(const SpineShape& shape) {
    return str(
        R"({"hal9":1,"name":"spine","start":"root","neurons":{)",
        R"("root":{"layer":"L3","kind":"bench.many","settings":{"count":)",
        shape.branches,
        R"(},"forward":["branch"],"combine":{"n":{"sum":"/n"},"leaves":{"sum":"/leaves"}}},)",
        R"("branch":{"layer":"L2","kind":"bench.many","settings":{"count":)",
        shape.leaves,
        R"(},"forward":["leaf"],"combine":{"n":{"sum":"/n"},"leaves":{"count":"children"}}},)",
        R"("leaf":{"layer":"L1","kind":"bench.one","settings":{}}}})"
    );
}

}  // namespace hal9::bench
