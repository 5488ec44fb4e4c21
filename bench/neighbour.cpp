#include "bench/neighbour.hpp"

#include "bench/node_in_process.hpp"
#include "bench/report.hpp"
#include "hal9/base/json.hpp"

#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::bench {
namespace {

constexpr OrganizationId busy = default_organization;
constexpr OrganizationId neighbour{2};
constexpr Duration between = std::chrono::milliseconds(5);
constexpr std::size_t runs_alone = 400;
/// Runs of the neighbour under way at most: a request that would be one more is not made.
constexpr std::size_t under_way_max = 64;

constexpr std::string_view one_signal = R"(hal9: 1
name: one
start: one
neurons:
  one: {layer: L1, kind: json.map, settings: {value: "${/n}"}}
)";

Task<Result<runtime::Applied>>
applied(runtime::Node& node, OrganizationId organization, definition::Network network) {
    co_return co_await node.apply(organization, std::move(network));
}

Task<Result<RunRecord>> run_once(
    runtime::Node& node,
    OrganizationId organization,
    NetworkVersion version,
    json::value payload
) {
    runtime::AcceptRequest request{
        .organization = organization,
        .version = std::move(version),
        .payload = std::move(payload),
        .principal = "bench",
        .grants = {},
        .idempotency = {},
        .deadline = {},
        .tags = {},
    };
    HAL9_CO_TRY(const runtime::Accepted accepted, co_await node.accept(std::move(request)));
    co_return co_await node.ended(accepted.run.id);
}

class Neighbours {
public:
    Neighbours(const std::string& directory, const std::string& fan_out, const std::string& input)
        : here_(directory, {}), input_(must(parse_json(input))) {
        apply(busy, here_.parse(fan_out), busy_version_);
        apply(neighbour, here_.parse(one_signal), one_version_);
    }

    NeighbourDelays measure() {
        here_.run([this] { return look(); });
        NeighbourDelays delays;
        delays.runs = beside_.size();
        delays.p50_ms = quantile(beside_, 0.5);
        delays.p99_ms = quantile(beside_, 0.99);
        delays.alone_p50_ms = quantile(alone_, 0.5);
        delays.alone_p99_ms = quantile(alone_, 0.99);
        return delays;
    }

private:
    void apply(
        OrganizationId organization,
        definition::Network network,
        std::optional<NetworkVersion>& version
    ) {
        applying_.push_back(StartedTask::start<Result<runtime::Applied>>(
            applied(here_.node(), organization, std::move(network)),
            [&version](Result<runtime::Applied> done) { version = must(std::move(done)).version; }
        ));
    }

    std::optional<SteadyTime> look() {
        const SteadyTime now = here_.now().steady;
        if (busy_ended_) {
            return std::nullopt;
        }
        if (!busy_version_ || !one_version_) {
            return now + between;
        }
        if (alone_.size() >= runs_alone && !fan_out_) {
            fan_out_ = StartedTask::start<Result<RunRecord>>(
                run_once(here_.node(), busy, *busy_version_, std::move(input_)),
                [this](Result<RunRecord> end) {
                    busy_ended_ = true;
                    completed(std::move(end));
                }
            );
        }
        std::erase_if(pings_, [](const Ping& ping) { return ping.ended; });
        if (now >= next_ && pings_.size() < under_way_max) {
            next_ = now + between;
            ping(now);
        }
        return next_;
    }

    struct Ping {
        StartedTask task{};
        bool ended = false;
    };

    void ping(SteadyTime began) {
        Ping& ping = pings_.emplace_back();
        const bool beside = fan_out_.has_value();
        ping.task = StartedTask::start<Result<RunRecord>>(
            run_once(here_.node(), neighbour, *one_version_, json::object{{"n", ++number_}}),
            [this, &ping, began, beside](Result<RunRecord> end) {
                completed(std::move(end));
                const Duration took = here_.now().steady - began;
                (beside ? beside_ : alone_).push_back(static_cast<double>(took.count()) / 1e3);
                ping.ended = true;
            }
        );
    }

    static void completed(Result<RunRecord> end) {
        const RunRecord record = must(std::move(end));
        if (record.state != RunState::completed) {
            die(Error(ErrorCode::internal, "a run did not complete"));
        }
    }

    NodeInProcess here_;
    json::value input_;
    std::list<StartedTask> applying_;
    std::optional<NetworkVersion> busy_version_;
    std::optional<NetworkVersion> one_version_;
    std::optional<StartedTask> fan_out_;
    std::list<Ping> pings_;
    std::uint64_t number_ = 0;
    SteadyTime next_;
    bool busy_ended_ = false;
    std::vector<double> alone_;
    std::vector<double> beside_;
};

}  // namespace

NeighbourDelays measure_neighbour(
    const std::string& directory,
    const std::string& fan_out,
    const std::string& input
) {
    return Neighbours(directory, fan_out, input).measure();
}

}  // namespace hal9::bench
