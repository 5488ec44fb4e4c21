#include "bench/node_in_process.hpp"

#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/sqlite/sqlite_spill_tables.hpp"
#include "hal9/adapters/sqlite/sqlite_store.hpp"
#include "hal9/adapters/system/event_loop.hpp"
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/adapters/system/system_random.hpp"
#include "hal9/adapters/system/thread_pool.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"

#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace hal9::bench {
namespace {

class QuietLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace

void die(const Error& error) {
    std::fprintf(stderr, "bench: %s\n", error.full_message().c_str());
    std::exit(1);
}

// Members in the order of their lives.
class NodeInProcess::Inside {
public:
    Inside(const std::string& directory, std::vector<std::unique_ptr<Kind>> more_kinds)
        : spill_(directory),
          kinds_(neurons::make_kinds(files_)),
          store_(must(
              sqlite::SqliteStore::open(directory, {.clock = clock_, .random = random_}, &loop_)
          )),
          reader_(must(sqlite::SqliteReader::open(directory))) {
        std::ranges::move(more_kinds, std::back_inserter(kinds_));
        std::ranges::sort(kinds_, {}, [](const auto& kind) { return kind->description().name; });
        catalog_ = neurons::descriptions(kinds_);
        node_.emplace(
            runtime::NodePorts{
                .store = *store_,
                .reader = *reader_,
                .spill = spill_,
                .clock = clock_,
                .random = random_,
                .log = log_,
                .strand = loop_,
                .compute = &compute_,
            },
            kinds_
        );
        must(node_->start(store_->recovery()));
    }

    adapters::EventLoop::Next turn(const std::function<std::optional<SteadyTime>()>& look) {
        const std::optional<SteadyTime> at_latest = look();
        if (!at_latest) {
            loop_.stop();
            return adapters::EventLoop::WhenWoken{};
        }
        const runtime::NextTurn next = must(node_->turn());
        if (std::holds_alternative<runtime::TurnAgain>(next)) {
            return adapters::EventLoop::Again{};
        }
        const auto* const at = std::get_if<runtime::TurnAt>(&next);
        return adapters::EventLoop::At{at != nullptr ? std::min(at->at, *at_latest) : *at_latest};
    }

    void run(const std::function<std::optional<SteadyTime>()>& look) {
        loop_.run([&] { return turn(look); });
        compute_.stop();
        must(store_->close());
    }

    adapters::SystemClock clock_;
    adapters::SystemRandom random_;
    adapters::EventLoop loop_;
    QuietLog log_;
    sqlite::SqliteSpillTables spill_;
    adapters::ThreadPool compute_{{.threads = 1, .name = "hal9-compute"}};
    memory::MemoryFiles files_{loop_};
    std::vector<std::unique_ptr<Kind>> kinds_;
    std::vector<KindDescription> catalog_;
    std::unique_ptr<sqlite::SqliteStore> store_;
    std::unique_ptr<sqlite::SqliteReader> reader_;
    std::optional<runtime::Node> node_;
};

NodeInProcess::NodeInProcess(
    const std::string& directory,
    std::vector<std::unique_ptr<Kind>> more_kinds
)
    : inside_(std::make_unique<Inside>(directory, std::move(more_kinds))) {}

NodeInProcess::~NodeInProcess() = default;

runtime::Node& NodeInProcess::node() {
    return *inside_->node_;
}

Now NodeInProcess::now() const {
    return inside_->clock_.now();
}

definition::Network NodeInProcess::parse(std::string_view definition) const {
    auto parsed = definition::parse_network(definition, inside_->catalog_);
    if (!parsed) {
        die(Error(ErrorCode::invalid_argument, parsed.error().front().message));
    }
    return *std::move(parsed);
}

WriterStats NodeInProcess::stats() const {
    return inside_->store_->stats();
}

void NodeInProcess::run(const std::function<std::optional<SteadyTime>()>& look) {
    inside_->run(look);
}

}  // namespace hal9::bench
