// The durable path: `./dev bench spine [--json FILE]`.
//
// The example through the binary, signals finished a second through node and store in this process,
// and beside it a bare loop that issues the same statements through the same writer.
#include "bench/measure.hpp"
#include "bench/node_in_process.hpp"
#include "bench/report.hpp"
#include "bench/spine_network.hpp"
#include "hal9/adapters/sqlite/group_writer.hpp"
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/adapters/system/system_random.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/node.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace hal9::bench {
namespace {

// ---- through node and store

struct NodeRun {
    double signals_a_second = 0;
    double mean_group = 0;
};

Task<Result<RunRecord>>
run_spine(runtime::Node& node, definition::Network network, std::uint32_t runs) {
    HAL9_CO_TRY(
        const runtime::Applied applied,
        co_await node.apply(default_organization, std::move(network))
    );
    std::optional<RunRecord> last;
    for (std::uint32_t i = 0; i < runs; ++i) {
        runtime::AcceptRequest request{.version = applied.version, .principal = "bench"};
        request.payload = json::object{};
        HAL9_CO_TRY(const runtime::Accepted run, co_await node.accept(std::move(request)));
        HAL9_CO_TRY(last, co_await node.ended(run.run.id));
        HAL9_ASSERT(last->state == RunState::completed);
    }
    co_return *last;
}

NodeRun measure_node(const std::string& directory, const SpineShape& shape) {
    NodeInProcess here(directory, make_bench_kinds());
    definition::Network network = here.parse(spine_definition(shape));
    const auto start = Clock::now();
    constexpr std::uint32_t runs = 4;
    bool done = false;
    const StartedTask task = StartedTask::start<Result<RunRecord>>(
        run_spine(here.node(), std::move(network), runs),
        [&done](Result<RunRecord> end) {
            must(std::move(end));
            done = true;
        }
    );
    double seconds = 0;
    WriterStats stats;
    here.run([&]() -> std::optional<SteadyTime> {
        if (done) {
            seconds = seconds_since(start);
            stats = here.stats();
            return std::nullopt;
        }
        return SteadyTime{INT64_MAX};
    });
    return {
        static_cast<double>(runs * shape.signals()) / seconds,
        static_cast<double>(stats.transactions) /
            static_cast<double>(std::max<std::uint64_t>(1, stats.groups)),
    };
}

// ---- the bare loop

/// The transactions that one run of the spine makes, prepared before the clock starts.
class BareTransactions {
public:
    BareTransactions(const SpineShape& shape, RunId run, NetworkVersionId version)
        : shape_(shape), run_(run), version_(version) {}

    std::vector<Transaction> make() {
        accept();
        fan_out(root_of(run_), 0, shape_.branches, 1);
        std::uint32_t next = 1 + shape_.branches;
        for (std::uint32_t i = 0; i < shape_.branches; ++i) {
            const SignalId branch = make_signal_id(run_, 1 + i);
            fan_out(branch, 1, shape_.leaves, next);
            for (std::uint32_t j = 0; j < shape_.leaves; ++j) {
                finish(make_signal_id(run_, next + j), 2, false, false);
                if (j + 1 < shape_.leaves) {
                    add(CountDown{key(branch, 1), 1});
                }
            }
            next += shape_.leaves;
            // The branch ends with its last leaf, in one transaction.
            finish_into_last(branch, 1);
            if (i + 1 < shape_.branches) {
                add(CountDown{key(root_of(run_), 0), 1});
            }
        }
        finish_into_last(root_of(run_), 0);
        add(SetRunState{run_, RunState::running, RunState::completed, RunState::completed, {1}});
        return std::move(transactions_);
    }

private:
    static OpenKey key(SignalId signal, std::uint8_t depth) {
        return {default_organization, 5, depth, signal};
    }

    void begin() { transactions_.push_back({++ticket_, {}}); }

    template <class C>
    void add(C command) {
        transactions_.back().commands.emplace_back(std::move(command));
    }

    void accept() {
        begin();
        RunRecord record{
            .id = run_,
            .organization = default_organization,
            .version = version_,
            .network = "spine",
            .principal = "bench",
            .created = {1}
        };
        add(AcceptRun{record, {2}, {}, body_});
    }

    void fan_out(SignalId parent, std::uint8_t depth, std::uint32_t count, std::uint32_t first) {
        begin();
        for (std::uint32_t at = 0; at < count; at += 1000) {
            EmitChunk chunk{
                .parent = key(parent, depth),
                .first_ordinal = at,
                .first = make_signal_id(run_, first + at),
                .created = {1}
            };
            chunk.children.resize(std::min(1000U, count - at), ChildRow{{1}, 5, {}, body_});
            add(std::move(chunk));
        }
        add(Await{
            .signal = key(parent, depth),
            .attempts_allowed = 4,
            .opened = depth == 0,
            .pending = count,
            .started = {1}
        });
    }

    void finish(SignalId signal, std::uint8_t depth, bool opened, bool children) {
        begin();
        finish_into_last_with(signal, depth, opened, children);
    }

    void finish_into_last(SignalId signal, std::uint8_t depth) {
        finish_into_last_with(signal, depth, true, true);
    }

    void finish_into_last_with(SignalId signal, std::uint8_t depth, bool opened, bool children) {
        add(Finish{
            .signal = key(signal, depth),
            .opened = opened,
            .had_children = children,
            .result = body_,
            .started = {1},
            .finished = {2},
            .usage = {1, 1}
        });
    }

    SpineShape shape_;
    RunId run_;
    NetworkVersionId version_;
    Body body_ = make_body(json::serialize(body_of_256_bytes(7)));
    std::uint64_t ticket_ = 0;
    std::vector<Transaction> transactions_;
};

double measure_bare(const std::string& directory, const SpineShape& shape, std::size_t group) {
    const adapters::SystemClock clock;
    adapters::SystemRandom random;
    auto writer = sqlite::GroupWriter::open(directory, {.clock = clock, .random = random});
    HAL9_ASSERT(writer.has_value());
    NetworkVersion version{
        .id = {1},
        .organization = default_organization,
        .name = "spine",
        .hash = "bare",
        .definition = "{}",
        .created = {1}
    };
    std::vector<Transaction> put{{1, {PutNetworkVersion{version}}}};
    HAL9_ASSERT((*writer)->apply(put).has_value());
    constexpr std::int64_t runs = 4;
    std::vector<std::vector<Transaction>> prepared;
    prepared.reserve(runs);
    for (std::int64_t i = 0; i < runs; ++i) {
        prepared.push_back(BareTransactions(shape, {1 + i}, {1}).make());
    }
    const auto start = Clock::now();
    for (const auto& transactions : prepared) {
        for (std::size_t at = 0; at < transactions.size(); at += group) {
            const std::size_t count = std::min(group, transactions.size() - at);
            const auto applied = (*writer)->apply({transactions.data() + at, count});
            if (!applied || !applied->empty()) {
                std::fprintf(
                    stderr,
                    "bare loop: %s\n",
                    applied ? applied->front().error->full_message().c_str()
                            : applied.error().full_message().c_str()
                );
                std::exit(1);
            }
        }
    }
    const double seconds = seconds_since(start);
    HAL9_ASSERT((*writer)->close().has_value());
    return static_cast<double>(runs) * static_cast<double>(shape.signals()) / seconds;
}

// ---- through the binary

bool add_binary_figures(Report& report, const Scratch& scratch) {
    const std::string binary = "build/hal9";
    const ProcessRun example = median_run(5, [&](int i) {
        return std::vector<std::string>{
            binary,
            "run",
            "examples/security-fixes/network.yaml",
            "--grant",
            "files.read=/usr/share/doc",
            "--json",
            "--data",
            scratch.in(str("example-", i)),
        };
    });
    const ProcessRun version =
        median_run(20, [&](int) { return std::vector<std::string>{binary, "version"}; });
    const ProcessRun runs = median_run(20, [&](int) {
        return std::vector<std::string>{binary, "runs", "--data", scratch.in("empty")};
    });
    report.add({"example, hal9 run to report", example.seconds, "s", false, 3.0, 1.0, {}});
    report.add({"example, resident memory", example.resident_mb, "MB", false, 100.0, 50.0, {}});
    report.add({"hal9 version to exit", version.seconds * 1e3, "ms", false, 20.0, 8.0, {}});
    report.add({"hal9 runs, empty store", runs.seconds * 1e3, "ms", false, 40.0, 15.0, {}});
    return example.succeeded && version.succeeded && runs.succeeded;
}

int run(const std::string& json_file) {
    const Scratch scratch;
    Report report;
    add_machine_figures(report, scratch.path());
    // First, while this process is small: a child's peak counts what it had of its parent's memory
    // before exec.
    const bool ran = add_binary_figures(report, scratch);
    const SpineShape shape;
    const double bare_100 = measure_bare(scratch.in("bare-100"), shape, 100);
    const double bare_1000 = measure_bare(scratch.in("bare-1000"), shape, 1'000);
    const NodeRun node = measure_node(scratch.in("node"), shape);
    const double bare = std::max(bare_100, bare_1000);
    report.add(
        {"signals finished a second, durable",
         node.signals_a_second,
         "1/s",
         true,
         40'000.0,
         80'000.0,
         bare}
    );
    report.add(
        {"share of a bare loop", 100 * node.signals_a_second / bare, "%", true, 60.0, 80.0, {}}
    );
    report.add({"bare loop, groups of 100", bare_100, "1/s", true, {}, {}, {}});
    report.add({"bare loop, groups of 1,000", bare_1000, "1/s", true, {}, {}, {}});
    report.add({"transactions in a commit group, mean", node.mean_group, "", true, {}, {}, {}});
    const bool printed = report.print(json_file);
    if (!ran) {
        std::fputs("bench: a run of build/hal9 failed\n", stderr);
    }
    return ran && printed ? 0 : 1;
}

}  // namespace
}  // namespace hal9::bench

int main(int argc, char** argv) {
    const bool with_file = argc == 3 && std::string_view(argv[1]) == "--json";
    if (argc != 1 && !with_file) {
        std::fputs("usage: bench_spine [--json FILE], from the root of the checkout\n", stderr);
        return 2;
    }
    return hal9::bench::run(with_file ? argv[2] : "");
}
