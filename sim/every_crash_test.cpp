// Stories told once without a crash, and then once for every moment at which the process may die:
// each has the same end. The rules of signals.md sections 2 to 5, one by one.
#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/runtime/dead_letters.hpp"
#include "sim/machine.hpp"
#include "sim/world.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::sim {
namespace {

class Story {
public:
    /// The process dies at that moment; never: 0.
    explicit Story(std::uint64_t dies_at)
        : dies_at_(dies_at), machine_(world_, options(), neurons::make_kinds(files_)) {
        machine_.start();
    }

    /// Asks until it is answered, after a crash anew.
    template <class T>
    Result<T> ask(const std::function<Task<Result<T>>()>& question) {
        for (int tries = 0; tries < 3; ++tries) {
            std::optional<Result<T>> answer;
            const std::uint64_t life = lives_;
            task_ = StartedTask::start<Result<T>>(question(), [&answer](Result<T> value) {
                answer = std::move(value);
            });
            for (int i = 0; i < 10'000 && !answer && life == lives_; ++i) {
                moment();
            }
            task_ = {};
            if (answer) {
                return *std::move(answer);
            }
        }
        return fail(ErrorCode::unavailable, "no answer came");
    }

    NetworkVersion apply(std::string_view definition) {
        const auto catalog = neurons::descriptions(machine_.kinds());
        const auto applied = ask<runtime::Applied>([&] {
            auto network = definition::parse_network(definition, catalog);
            EXPECT_TRUE(network.has_value()) << definition::to_string(network.error().front(), "");
            return machine_.node().apply(default_organization, *std::move(network));
        });
        return applied->version;
    }

    RunId begin(const NetworkVersion& version, json::value input) {
        const auto accepted = ask<runtime::Accepted>([&] {
            runtime::AcceptRequest request{.version = version, .payload = input};
            request.idempotency = IdempotencyKey{"once", "same"};
            return machine_.node().accept(std::move(request));
        });
        EXPECT_TRUE(accepted.has_value()) << accepted.error().full_message();
        return accepted->run.id;
    }

    /// Until nothing happens by itself, time included.
    void rest() {
        for (int quiet = 0, i = 0; quiet < 5 && i < 100'000; ++i) {
            quiet = moment() || pass_time() ? 0 : quiet + 1;
        }
    }

    /// `completed [1,2]`, and that nothing was left behind.
    std::string end_of(RunId run) {
        rest();
        const auto record = store().find_run(run).value();
        const auto root = store().find_signal(root_of(run), true).value();
        EXPECT_EQ(machine_.last_error ? machine_.last_error->full_message() : "", "");
        for (const std::string& violation : world_.violations) {
            ADD_FAILURE() << violation;
        }
        std::string end(to_string(record->state));
        if (root->result && record->state == RunState::completed) {
            end += " " + canonical_json(*parse_json(*root->result));
        }
        return end + (root->error ? " " + root->error->message : "");
    }

    std::string left_behind() {
        std::string left;
        for (const OpenRow& row : store().open_rows(default_organization, {}, 10).value()) {
            left += str("signal ", number_of(row.key.signal), " is open; ");
        }
        left += store().chunks() > 0 ? "chunks are left; " : "";
        left += store().unfinished_runs(default_organization)->empty() ? "" : "runs are unfinished";
        return left;
    }

    memory::MemoryStore& store() { return machine_.store(); }

    runtime::Node& node() { return machine_.node(); }

    std::uint64_t moments() const { return moments_; }

    /// One thing happens. False: there was nothing to do.
    bool moment() {
        if (++moments_ == dies_at_) {
            task_ = {};
            ++lives_;
            machine_.crash();
            return true;
        }
        const bool posted = world_.wake_due() || world_.run_one();
        const bool committed = !posted && moments_ % 3 == 0 && store().commit_group(1) > 0;
        if (!posted && !committed && !machine_.turn()) {
            ADD_FAILURE() << "the node gave up: " << machine_.last_error->full_message();
        }
        return posted || committed || store().queued_transactions() > 0 ||
               std::holds_alternative<runtime::TurnAgain>(machine_.next_turn());
    }

private:
    static runtime::NodeOptions options() {
        runtime::NodeOptions options;
        options.steps_per_turn = 2;
        options.limits.ready_window = 4;
        options.limits.chunk_signals_max = 2;
        options.limits.page_rows_max = 3;
        options.limits.store_queue_rows_max = 8;
        return options;
    }

    bool pass_time() {
        const auto* const at = std::get_if<runtime::TurnAt>(&machine_.next_turn());
        std::optional<SteadyTime> next = world_.next_sleeper();
        if (at != nullptr) {
            next = next ? std::min(*next, at->at) : at->at;
        }
        if (!next || *next > world_.now().steady + std::chrono::hours(1)) {
            return false;
        }
        world_.advance(std::max(Duration(0), *next - world_.now().steady));
        return true;
    }

    std::uint64_t dies_at_;
    World world_{1};
    memory::MemoryFiles files_{world_};
    Machine machine_;
    StartedTask task_;
    std::uint64_t moments_ = 0;
    std::uint64_t lives_ = 0;
};

using Tell = std::function<std::string(Story& story)>;

/// The story without a crash, and with one at every moment.
void expect_one_end(const Tell& tell, const std::string& right) {
    Story undisturbed(0);
    ASSERT_EQ(tell(undisturbed), right);
    ASSERT_EQ(undisturbed.left_behind(), "");
    const std::uint64_t moments = undisturbed.moments();
    for (std::uint64_t at = 1; at <= moments; ++at) {
        Story disturbed(at);
        ASSERT_EQ(tell(disturbed), right) << "dies at moment " << at << " of " << moments;
        ASSERT_EQ(disturbed.left_behind(), "") << "dies at moment " << at << " of " << moments;
    }
}

constexpr std::string_view words_network = R"(
hal9: 1
name: words
start: split
neurons:
  split:
    layer: L3
    kind: text.split
    settings: {text: "${/text}", on: " "}
    forward: [word]
    combine: {words: {collect: /word}, last: {last: /word}}
  word: {layer: L2, kind: json.map, settings: {value: {word: "${/text}"}}}
)";

TEST(EveryCrash, ChunksAndFoldsGiveTheSameResult) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(words_network);
            return story.end_of(story.begin(version, {{"text", "a b c d e f g"}}));
        },
        R"(completed {"last":"g","words":["a","b","c","d","e","f","g"]})"
    );
}

TEST(EveryCrash, ALoserThatWouldFinishLateChangesNothing) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: race
start: ask
neurons:
  ask: {layer: L3, kind: json.map, settings: {value: {x: "${/x}"}}, forward: [slow, quick], join: any}
  quick: {layer: L2, kind: delay, settings: {for: 20ms}}
  slow: {layer: L2, kind: delay, settings: {for: 3s}}
)");
            return story.end_of(story.begin(version, {{"x", 1}}));
        },
        R"(completed {"quick":{"x":1}})"
    );
}

TEST(EveryCrash, AQuorumOfSomeIsDecidedOnce) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: quorum
start: split
neurons:
  split:
    layer: L3
    kind: text.split
    settings: {text: "${/text}", on: " "}
    forward: [wait]
    join: {quorum: 2}
    combine: {n: {count: children}}
    then: {to: last, as: then}
  wait: {layer: L2, kind: delay, settings: {for: 30ms}}
  last: {layer: L3, kind: json.map, settings: {value: "${/n}"}}
)");
            return story.end_of(story.begin(version, {{"text", "a b c d"}}));
        },
        R"(completed {"n":2,"then":2})"
    );
}

TEST(EveryCrash, AKeyCountsEachSignalOnceAndInOrder) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: keys
start: split
neurons:
  split:
    layer: L3
    kind: text.split
    settings: {text: "${/text}", on: " "}
    forward: [count]
    combine: {all: {collect: ""}}
  count: {layer: L2, kind: state.update, key: "${/text}", settings: {op: increment}}
)");
            return story.end_of(story.begin(version, {{"text", "a b a a b"}}));
        },
        R"(completed {"all":[1,1,2,3,2]})"
    );
}

TEST(EveryCrash, ANetworkThatRunsItselfComesBack) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: again
start: look
neurons:
  look:
    layer: L5
    kind: json.route
    settings:
      value: {text: "${/text}"}
      routes: [{when: {at: /text, eq: ""}, to: done}]
      otherwise: shorter
    forward: [done, shorter]
  done: {layer: L4, kind: json.map, settings: {value: end}}
  shorter:
    layer: L4
    kind: text.replace
    settings: {text: "${/text}", pattern: "^.", with: "", all: false}
    then: deeper
  deeper: {layer: L4, kind: network, settings: {network: again, input: {text: "${/text}"}}}
)");
            return story.end_of(story.begin(version, {{"text", "abc"}}));
        },
        R"(completed "end")"
    );
}

TEST(EveryCrash, PeopleAndMessagesAreWaitedForAndCountOnce) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: people
start: ask
neurons:
  ask: {layer: L3, kind: human, settings: {question: "?"}, then: {to: wait, as: got}}
  wait: {layer: L3, kind: receive, settings: {name: go}}
)");
            const RunId run = story.begin(version, {{"x", 1}});
            // Before anybody waits for it; after a crash it may be there twice.
            static_cast<void>(story.ask<bool>([&] { return story.node().send(run, {"go", 7, "b"}); }
            ));
            story.rest();
            static_cast<void>(story.ask<bool>([&] { return story.node().send(run, {"go", 7, "b"}); }
            ));
            const auto answered = story.ask<bool>([&]() -> Task<Result<bool>> {
                const auto done = co_await story.node().answer(root_of(run), {"yes", "somebody"});
                co_return done || done.error().code == ErrorCode::conflict;
            });
            EXPECT_TRUE(answered.value());
            const std::string end = story.end_of(run);
            const bool right = end.find(R"("answer":"yes")") != std::string::npos &&
                               end.find(R"("message":7)") != std::string::npos;
            return right ? std::string("completed") : end;
        },
        "completed"
    );
}

TEST(EveryCrash, AForkKeepsWhatEndedAndRunsTheRestAnew) {
    expect_one_end(
        [](Story& story) {
            constexpr std::string_view failing = R"(
hal9: 1
name: forked
start: split
neurons:
  split:
    layer: L4
    kind: text.split
    settings: {text: "${/text}", on: " "}
    forward: [word, {to: bad, when: {at: /text, eq: bad}}]
    combine: {words: {collect: /word, of: word}, bad: {collect: "", of: bad}}
  word: {layer: L3, kind: json.map, settings: {value: {word: "${/text}"}}}
  bad: {layer: L3, kind: fail, settings: {rate: RATE, error: invalid_argument}}
)";
            const auto with_rate = [&](std::string_view rate) {
                std::string text(failing);
                text.replace(text.find("RATE"), 4, rate);
                return story.apply(text);
            };
            const NetworkVersion first = with_rate("1");
            const RunId run = story.begin(first, {{"text", "a b bad c"}});
            EXPECT_EQ(story.end_of(run).substr(0, 6), "failed");
            const NetworkVersion repaired = with_rate("0");
            SignalId from{};
            for (const SignalRecord& signal :
                 story.store().list_signals(run, root_of(run), 100).value()) {
                from = signal.status == SignalStatus::failed ? signal.id : from;
            }
            const auto fork = story.ask<RunRecord>([&] {
                return story.node().fork(
                    {.run = run, .from = from, .version = repaired.id, .principal = "", .tags = {}}
                );
            });
            return story.end_of(fork.value().id);
        },
        R"(completed {"bad":[{"index":2,"offset":4,"text":"bad"}],"words":["a","b","bad","c"]})"
    );
}

TEST(EveryCrash, APausedNetworkGoesOnWhereItStood) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(words_network);
            const RunId run = story.begin(version, {{"text", "a b c d e"}});
            const auto set = [&](NetworkState to) {
                const auto done = story.ask<bool>([&story, to]() -> Task<Result<bool>> {
                    const auto changed =
                        co_await story.node().set_network_state(default_organization, "words", to);
                    co_return changed.has_value();
                });
                EXPECT_TRUE(done.value());
            };
            set(NetworkState::paused);
            story.rest();
            set(NetworkState::active);
            return story.end_of(run);
        },
        R"(completed {"last":"e","words":["a","b","c","d","e"]})"
    );
}

TEST(EveryCrash, ARedrivenChildIsTriedAgainAndADiscardedOneFails) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(R"(
hal9: 1
name: parks
start: first
neurons:
  first:
    layer: L3
    kind: json.map
    settings: {value: {x: 1}}
    forward: [risky]
    on_child_error: {value: given up}
  risky:
    layer: L2
    kind: fail
    settings: {rate: 1, error: invalid_argument}
    on_exhausted: park
)");
            const RunId run = story.begin(version, {{"x", 1}});
            const SignalId child = make_signal_id(run, 1);
            story.rest();
            // Twice: to be tried again, then to be given up.
            static_cast<void>(story.ask<bool>([&]() -> Task<Result<bool>> {
                co_return (co_await story.node().redrive(child)).has_value();
            }));
            story.rest();
            static_cast<void>(story.ask<bool>([&]() -> Task<Result<bool>> {
                co_return (co_await story.node().discard(child)).has_value();
            }));
            return story.end_of(run);
        },
        R"(completed "given up")"
    );
}

TEST(EveryCrash, TwoStartsWithOneKeyAreOneRun) {
    expect_one_end(
        [](Story& story) {
            const NetworkVersion version = story.apply(words_network);
            const RunId first = story.begin(version, {{"text", "a"}});
            const RunId second = story.begin(version, {{"text", "a"}});
            return str(first == second ? "one run, " : "two runs, ", story.end_of(first));
        },
        R"(one run, completed {"last":"a","words":["a"]})"
    );
}

/// A cancel at every moment: the run is cancelled or had ended, and nothing is left.
TEST(EveryMoment, ACancelEndsTheRunWhateverItsParentsAreDoing) {
    bool cancelled = false;
    bool completed = false;
    for (int at = 0; !completed && at < 1'000; ++at) {
        Story story(0);
        const NetworkVersion version = story.apply(words_network);
        const RunId run = story.begin(version, {{"text", "a b c"}});
        for (int i = 0; i < at; ++i) {
            story.moment();
        }
        const auto done = story.ask<RunRecord>([&] { return story.node().cancel(run); });
        const std::string end = story.end_of(run).substr(0, 9);
        ASSERT_EQ(end, done ? "cancelled" : "completed") << "at moment " << at;
        ASSERT_EQ(story.left_behind(), "") << "at moment " << at;
        cancelled |= done.has_value();
        completed |= !done.has_value();
    }
    EXPECT_TRUE(cancelled && completed);
}

}  // namespace
}  // namespace hal9::sim
