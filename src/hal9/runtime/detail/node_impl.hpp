// Node::Impl: the node's state and its parts; each .cpp beside this one is one part.
//
//   ../node.cpp    turns: what is looked at in which order
//   steps.cpp      a signal is handed to its handler
//   outcomes.cpp   what a handler returned becomes commands
//   joins.cpp      children's ends, ends of runs
//   folds.cpp      results are put together
//   then.cpp       results that go on to another neuron
//   waits.cpp      for people, messages and runs of other networks
//   keys.cpp       keyed neurons: lines of signals, states of keys
//   runs.cpp       runs are taken up
//   backlog.cpp    what is in the store comes into memory
//   recall.cpp     one signal comes into memory, or goes out
//   requests.cpp   what people ask for
//   operators.cpp  what operators decide about priorities, subtrees and networks
//   messages.cpp   what is sent to runs
//   forks.cpp      runs are copied
//   schedules.cpp  runs are started by the clock
//   careful.cpp    the start after several unclean ones
#pragma once

#include "hal9/model/public_id.hpp"
#include "hal9/runtime/delivery.hpp"
#include "hal9/runtime/detail/live.hpp"
#include "hal9/runtime/detail/outbox.hpp"
#include "hal9/runtime/detail/pending_fold.hpp"
#include "hal9/runtime/detail/step.hpp"
#include "hal9/runtime/detail/tree.hpp"
#include "hal9/runtime/fork_plan.hpp"
#include "hal9/runtime/node.hpp"
#include "hal9/runtime/scheduler.hpp"
#include "hal9/runtime/timers.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hal9::runtime {

using detail::Family;
using detail::HeldChunk;
using detail::KeyLine;
using detail::KeyLines;
using detail::Live;
using detail::LiveChunk;
using detail::LiveRun;
using detail::NeuronSlots;
using detail::Outbox;
using detail::PendingFold;
using detail::Stage;
using detail::Step;
using detail::Tree;

/// The end of a signal, on its way to its parent.
struct SignalEnd {
    SignalStatus status = SignalStatus::completed;
    Value value;
    Body body;
    std::optional<SignalId> result_of;
    std::optional<Error> error;
    std::uint32_t skipped = 0;
    bool dropped_chunks = false;  ///< its failed attempt had children written already
};

/// What a parent must know of a child that is gone.
struct ChildIdentity {
    SignalId id;
    std::uint32_t ordinal = 0;
    NeuronIndex neuron;
};

class EndOfRun;

/// What a failed child contributes to its parent where its failure is forgiven.
void substitute(const definition::Neuron& parent, GatheredChild& child);

/// resource_exhausted: nothing that is submitted now is decided before there is room.
[[nodiscard]] std::unexpected<Error> disk_is_full();
/// permission_denied for a capability that is not granted at all.
[[nodiscard]] Result<void>
check_capabilities(const definition::Network& network, const Grants& grants);
/// limit_exceeded.
[[nodiscard]] Result<Body> input_body(const json::value& payload, const Limits& limits);

class Node::Impl {
public:
    Impl(NodePorts ports, Kinds kinds, NodeOptions options);

    // node.cpp
    Result<NextTurn> turn();
    Result<void> start(const Recovery& recovery);
    [[nodiscard]] bool is_quiet() const;
    [[nodiscard]] std::optional<RunProgress> progress(RunId run) const;
    [[nodiscard]] std::vector<std::string> neuron_names(RunId run) const;

    // requests.cpp
    /// A request that began goes on to its end even when its caller gives up: what was handed to
    /// the store must be followed up in memory.
    template <class T>
    Task<T> to_its_end(Task<T> request);
    Task<Result<Applied>> apply(OrganizationId organization, definition::Network network);
    Task<Result<Accepted>> accept(AcceptRequest request);
    Result<void> take_up(RunId run);
    Task<Result<RunRecord>> ended(RunId run);
    Task<Result<RunRecord>> cancel(RunId run);
    Task<Result<void>> redrive(SignalId signal);
    Task<Result<void>> discard(SignalId signal);
    Task<Result<void>> answer(SignalId signal, Answering answering);
    Task<Result<void>> cancel_signal(SignalId signal);
    Task<Result<RunRecord>> prioritise(RunId run, std::uint8_t priority);
    Task<Result<void>>
    set_network_state(OrganizationId organization, std::string name, NetworkState to);
    Task<Result<bool>> send(RunId run, Sending sending);
    Task<Result<RunRecord>> fork(ForkRequest request);
    Task<Result<Schedule>> add_schedule(Schedule schedule);
    Task<Result<void>> remove_schedule(OrganizationId organization, std::string name);

    void drain() { draining_ = true; }

    [[nodiscard]] std::uint64_t finished_signals() const { return finished_; }

    [[nodiscard]] bool is_careful() const { return careful_.on; }

    [[nodiscard]] std::uint64_t ended_runs() const { return ended_runs_; }

    [[nodiscard]] Footprint footprint() const { return {tree_.size(), tree_.active()}; }

private:
    friend class ChunkSink;

    /// A run that is about to be accepted.
    struct NewRun {
        RunRecord record;
        LoadedNetworkPtr loaded;
        WallTime deadline;
        Emission input;
    };

    /// One that is about to be copied.
    struct Fork {
        RunRecord source;
        RunRecord record;
        LoadedNetworkPtr before;
        LoadedNetworkPtr after;
        std::vector<SignalRecord> path;
    };

    // ../node.cpp
    void read_clock();
    [[nodiscard]] bool is_stalled(const LiveRun& run) const;
    [[nodiscard]] NextTurn next_turn(bool worked) const;
    void fire_due_timers();
    [[nodiscard]] bool is_wanted(const Timer& timer) const;
    void fire(const Timer& timer);
    void look_for_timers(OrganizationId organization);
    void look_in_store_at(WallTime time);
    void pass_deadline(Live& live);
    void end_subtree(Live& live, const DeliveryEvent& why);
    [[nodiscard]] bool start_steps();
    [[nodiscard]] bool may_start_steps() const;
    void set_deadline_timer(Live& live);
    [[nodiscard]] SteadyTime steady_for(WallTime time) const;
    [[nodiscard]] std::unexpected<Error> unreadable(const Error& error);
    [[nodiscard]] Error too_large(std::string_view what, std::size_t bytes) const;

    // steps.cpp
    void make_ready(Live& live);
    void schedule(Live& live);
    void start_step(Live& live);
    /// False: it cannot be read yet.
    [[nodiscard]] Result<bool> load_payload(Live& live);
    [[nodiscard]] Result<Value> root_payload(const LiveRun& run);
    void remember_root(RunId run, Value payload, std::size_t bytes);
    [[nodiscard]] bool may_start_asynchronous(std::uint32_t under_way) const;
    [[nodiscard]] bool take_concurrency(Live& live);
    void leave_concurrency(const Live& live);
    bool unblock_one(std::deque<SignalId>& blocked);
    void unblock_steps();
    void run_pure(Live& live);
    void run_asynchronous(Live& live);
    [[nodiscard]] bool continue_paused_steps();
    [[nodiscard]] bool take_finished_steps();
    [[nodiscard]] bool resume_waiting_for_room();
    void end_step(Live& live);

    // outcomes.cpp
    void step_advanced(Live& live);
    [[nodiscard]] Result<void> append_to_list(Live& live, std::vector<Emission> emissions);
    [[nodiscard]] Result<std::vector<NeuronIndex>>
    targets_of(const Live& live, const Emission& emission) const;
    [[nodiscard]] Result<HeldChunk> children_of(Live& live, std::vector<Emission> emissions);
    [[nodiscard]] Result<void> check_children(const Live& live, std::uint64_t count) const;
    void emit_chunk(Live& live, HeldChunk& held, std::uint32_t first_ordinal);
    [[nodiscard]] Result<void> write_chunk(Live& live);
    void step_done(Live& live);
    void complete_without_children(Live& live);
    void await_children(Live& live);
    void wait_in_memory(Live& live, std::uint32_t children);
    void release_chunk(Live& parent, HeldChunk& held);
    void attempt_failed(Live& live, Error error, bool drop_chunks);
    void apply_again(Live& live, const action::Again& again, bool drop_chunks);
    void park(Live& live, const action::Park& parked, bool drop_chunks);
    void make_due(Live& live, WallTime not_before);
    [[nodiscard]] Reopen reopen(const Live& live, bool drop_chunks) const;
    [[nodiscard]] DeliveryAction decide_for(const Live& live, const DeliveryEvent& event);
    [[nodiscard]] static std::uint8_t child_priority(const Live& parent, NeuronIndex neuron);
    [[nodiscard]] static WallTime
    child_deadline(const Live& parent, NeuronIndex neuron, WallTime written);

    // then.cpp
    [[nodiscard]] static bool needs_payload(const definition::Neuron& neuron);
    [[nodiscard]] static Value needed_by_then(const Live& live, const Value& payload);
    void result_is_there(Live& live, SignalEnd end, Value payload);
    [[nodiscard]] Result<std::optional<Emission>>
    signal_of_then(const Live& live, const SignalEnd& end, Value payload);
    void go_on(Live& live, SignalEnd result, Emission signal);
    void next_has_ended(Live& parent, const ChildIdentity& child, SignalEnd end);
    void finish_next_from_store(Live& parent);
    void finish_next(Live& parent, GatheredChild child, const Value& interim);
    [[nodiscard]] Result<Value>
    insert_member(const Live& parent, const json::value& result, const json::value& member) const;

    // waits.cpp
    void begin_wait(Live& live, StepEnd end);
    [[nodiscard]] Await await_answer(const Live& live, WaitsFor what) const;
    void
    ask_others(Live& live, WaitsFor what, const json::object& asked, std::optional<WallTime> until);
    void answer_overdue(Live& live);
    void wait_failed(Live& live, Error error);

    /// What ends a wait: a body, the result of a signal, or a message.
    struct Answered {
        Body body{};
        std::optional<SignalId> result_of{};
        std::optional<std::uint32_t> message{};
        Value value{};  ///< null: it is read from the store
    };

    void answered(Live& live, Answered answer);
    void run_network(Live& live, StepRunNetwork call);
    void hold_caller(Live& live, std::uint8_t depth);
    [[nodiscard]] Result<NewRun> prepare_child_run(const Live& live, StepRunNetwork call);
    void tell_caller(LiveRun& run);
    void end_child_run_at(std::uint8_t depth);
    void drop_child_run(Live& live);
    void cancel_child_runs(LiveRun& run);
    void cancel_in_memory(LiveRun& run);

    // keys.cpp
    [[nodiscard]] std::uint64_t next_release() const;
    enum class LineEntry : std::uint8_t {
        entered,
        no_key,  ///< its step fails with Live::key_error
        later,   ///< its payload cannot be read yet
    };

    [[nodiscard]] Result<std::optional<std::string>> key_of_signal(Live& live);
    [[nodiscard]] LineEntry enter_line(Live& live);
    void wait_for_key(Live& live);
    void forget_in_store(Live& live);
    [[nodiscard]] bool comes_later(const KeyName& line, std::uint64_t released) const;
    void advance_line(KeyLines::value_type& entry);
    bool advance_lines();
    void leave_line(Live& live);
    void forget_idle_lines();
    [[nodiscard]] Result<Value> state_of_line(KeyLines::value_type& entry);
    [[nodiscard]] Result<void> check_change(const Live& live, const StateChange& change) const;
    void change_state(Live& live);
    [[nodiscard]] static std::vector<NeuronIndex> keyed_targets(const Live& parent);
    [[nodiscard]] static KeyName line_of_neuron(const LiveRun& run, NeuronIndex neuron);
    void note_keyed_chunks(const Live& parent);
    void forget_keyed_chunk(const Live& parent, const LiveChunk& chunk);
    [[nodiscard]] bool is_next_of_keys(const Live& parent, const LiveChunk& chunk) const;
    [[nodiscard]] bool is_scanning(OrganizationId organization) const;

    // joins.cpp
    void end_signal(Live& live, SignalEnd end);
    void child_has_ended(Live& parent, const ChildIdentity& child, SignalEnd end);
    static void note_end(Family& family, std::uint32_t ordinal, const SignalEnd& end);
    void join_succeeded(Live& parent);
    void finish_join(Live& parent, Result<GatheredResult> gathered, std::uint32_t skipped);
    void count_gather(Family& family);
    void drop_gather(Family& family);
    void fail_with_descendants(Live& live, Error error);
    void forget_descendants(Live& live);
    void forget(Live& live);
    void end_run(LiveRun& run, RunState state);
    void begin_sweep(LiveRun& run, RunState state);
    void continue_sweeps();
    [[nodiscard]] bool finish_sweep();
    Task<Result<void>> sweep_and_end(RunId id);
    [[nodiscard]] bool finish_ended_runs();

    // folds.cpp
    [[nodiscard]] std::unique_ptr<Gather> new_gather(const Live& parent) const;
    void begin_fold(Live& parent, std::uint64_t ticket);
    void begin_fold_of(Live& parent, std::uint64_t ticket, Gather gathered);
    [[nodiscard]] std::shared_ptr<PendingFold>
    pending_fold(const Live& parent, std::uint64_t ticket) const;
    [[nodiscard]] Live* parent_of(const PendingFold& fold) const;
    [[nodiscard]] bool is_folding() const;
    bool fold_from_store();
    bool fold_short();
    bool fold_long();
    bool end_gathered_folds();
    [[nodiscard]] Result<std::vector<ChildResult>> next_page(const Live& parent, PendingFold& fold);
    void advance(const std::shared_ptr<PendingFold>& fold, std::vector<ChildResult> page);
    void end_fold(PendingFold& fold);
    void delay_fold(Live& parent);

    // backlog.cpp
    struct Backlog {
        std::optional<OpenKey> open_cursor;
        std::optional<ChunkRow> chunk_cursor;
        bool open_done = true;
        bool chunks_done = true;
        std::set<RunId> scanned;  ///< the runs this scan is for; empty: for all
        std::set<RunId> asked;    ///< and the next one
        bool again = false;       ///< a root was left in the store: scan once more
        /// Waiting signals with children that are not in memory, in the order of work.
        std::set<std::tuple<int, int, SignalId>> families;
    };

    [[nodiscard]] Result<bool> refill();
    [[nodiscard]] Result<bool> refill_from_chunks(Backlog& backlog);
    [[nodiscard]] Result<void> load_children(Live& parent, LiveChunk& chunk);
    static void fill(Live& live, const SignalRecord& record);
    [[nodiscard]] Result<bool> scan_store(OrganizationId organization, Backlog& backlog);
    [[nodiscard]] bool begin_scan(Backlog& backlog) const;
    [[nodiscard]] Result<bool> holds_up_its_key(SignalId signal);
    [[nodiscard]] Result<void> take_open_row(const OpenRow& row);
    [[nodiscard]] Live& highest_past_deadline(Live& live) const;
    [[nodiscard]] Result<void> take_chunk_row(const ChunkRow& row);
    [[nodiscard]] Result<bool> poll_due_rows();
    [[nodiscard]] Result<void> visit_timers(
        OrganizationId organization,
        std::optional<OpenRow> after,
        const std::function<bool(const OpenRow&)>& visit
    );
    [[nodiscard]] Result<void> find_runs_without_timers(OrganizationId organization);
    [[nodiscard]] Result<bool>
    has_timers_after(OrganizationId organization, std::optional<OpenRow> after);
    [[nodiscard]] Result<Live*> materialise(SignalId id);
    [[nodiscard]] Result<bool> is_lost(const SignalRecord& record);
    [[nodiscard]] Result<void> recall_family(Live& live, const SignalRecord& record);
    void cancel_loser(LiveRun& run, const SignalRecord& record);
    [[nodiscard]] Result<void> recount_waiting();
    [[nodiscard]] Result<std::uint64_t> count_awaited(
        RunId run,
        const std::function<Result<std::vector<SignalRecord>>(SignalId after)>& list
    );
    void fire_wait(SignalId signal);
    void settle_and_erase(Live& live);
    void forget_settled();
    void note_backlog(const Live& parent);
    void drop_backlog(const Live& parent);
    [[nodiscard]] static std::tuple<int, int, SignalId> family_key(const Live& parent);
    [[nodiscard]] bool may_refill(OrganizationId organization) const;
    [[nodiscard]] bool has_window_room(OrganizationId organization, std::size_t signals) const;
    [[nodiscard]] bool has_room_for_timers(OrganizationId organization) const;
    [[nodiscard]] Result<LoadedNetworkPtr> network_of(NetworkVersionId version);
    [[nodiscard]] Result<void> take_up_organization(OrganizationId organization);
    [[nodiscard]] Result<void> take_up_run(const RunRecord& record);
    [[nodiscard]] Result<void> take_up_draining(const RunRecord& record);
    [[nodiscard]] Result<void> take_up_unfinished(const RunRecord& record);
    [[nodiscard]] Result<void> take_up_family(LiveRun& run);
    [[nodiscard]] Result<void> take_up_child_runs(const LiveRun& run);
    [[nodiscard]] Result<void> take_up_lost(const RunRecord& record);
    void leave_alone(const RunRecord& record, const Error& why);
    LiveRun& insert_run(const RunRecord& record, const LoadedNetworkPtr& loaded);
    void keep_loaded(NetworkVersionId version, const LoadedNetworkPtr& loaded);

    // requests.cpp
    [[nodiscard]] Result<Live*> find_parked(SignalId id);
    [[nodiscard]] Result<Accepted> first_under_key(RunId existing, const IdempotencyKey& asked);
    void begin_run(
        const RunRecord& record,
        const LoadedNetworkPtr& loaded,
        WallTime deadline,
        Emission input,
        std::uint64_t released
    );
    [[nodiscard]] Result<NewRun> prepare_run(AcceptRequest request);
    [[nodiscard]] static AcceptRun accept_command(const NewRun& run, std::uint64_t released);
    [[nodiscard]] Result<LiveRun*> run_to_cancel(RunId id);
    [[nodiscard]] Result<void> check_tags(std::vector<std::string>& tags) const;
    void leave_in_store_without_room(SignalId id);
    void resume_end_waiters(const RunRecord& record);
    void forget_answered_requests();

    // operators.cpp
    [[nodiscard]] Task<Result<Live*>> find_unended(SignalId id);
    [[nodiscard]] static bool inherits_priority(const Live& live);
    [[nodiscard]] static std::uint8_t priority_of(const Live& live);
    void change_priority(LiveRun& run, std::uint8_t priority);
    [[nodiscard]] bool is_paused(const LiveRun& run) const;
    [[nodiscard]] NetworkState network_state(OrganizationId organization, const std::string& name)
        const;
    [[nodiscard]] bool is_deleted(OrganizationId organization, const std::string& name) const;
    void hold_back(Live& live);
    void go_on_with(OrganizationId organization, const std::string& network);
    [[nodiscard]] Result<void> read_network_states(OrganizationId organization);

    // messages.cpp
    [[nodiscard]] Result<void> read_mailbox(LiveRun& run);
    [[nodiscard]] Result<void> deliver_kept();
    [[nodiscard]] static std::optional<std::uint32_t>
    take_from_mailbox(LiveRun& run, const std::string& name);
    [[nodiscard]] Task<Result<Live*>> find_receiver(RunId id, std::string name);
    [[nodiscard]] Task<Result<bool>> deliver(Live& receiver, Answered answer);
    [[nodiscard]] Task<Result<bool>> keep_message(LiveRun& run, Sending sending, Body body);

    // forks.cpp
    [[nodiscard]] Result<std::vector<SignalRecord>> path_to(SignalId id);
    [[nodiscard]] Result<Fork> prepare_fork(ForkRequest request);
    [[nodiscard]] Task<Result<RunRecord>> begin_anew(Fork fork);
    [[nodiscard]] Task<Result<void>>
    copy_run(const RunRecord& copy, std::uint32_t last_number, ForkPlan plan);
    [[nodiscard]] Task<Result<void>> write_part(CopySignals& part);

    // schedules.cpp
    [[nodiscard]] bool may_look_at_schedules() const;
    bool look_at_schedules();
    [[nodiscard]] Task<Result<void>> start_due_schedules();
    [[nodiscard]] Task<Result<bool>> start_due(Schedule schedule);
    [[nodiscard]] Result<NewRun> prepare_scheduled(const Schedule& schedule);
    void not_started(const Schedule& schedule, AdvanceSchedule& step, Error error);
    [[nodiscard]] Task<Result<bool>>
    move_schedule(Schedule schedule, AdvanceSchedule step, bool start);

    // careful.cpp
    void begin_careful(const Recovery& recovery);
    void notice_health();
    [[nodiscard]] bool careful_turn();
    [[nodiscard]] bool careful_mark_next();
    void careful_finished(SignalId signal);

    static constexpr std::size_t past_runs_max = 16;

    NodePorts ports_;
    Kinds kinds_;
    NodeOptions options_;
    Outbox outbox_;
    std::deque<std::coroutine_handle<>> waiting_for_room_;  ///< outlives the steps in the tree
    Tree tree_;
    Scheduler scheduler_;
    Timers timers_;
    Now started_;           ///< when this node began
    Now now_;               ///< as of the last reading; wall time runs on the steady clock
    WallTime record_time_;  ///< what the machine's clock says, for records

    PublicIds ids_{0};
    std::uint64_t epoch_ = 0;
    RunId next_run_{1};
    RunId first_own_run_{1};  ///< accepted by this node: from here on
    NetworkVersionId next_version_{1};
    std::map<NetworkVersionId, LoadedNetworkPtr> networks_;
    /// Those that are not active.
    std::map<std::pair<OrganizationId, std::string>, NetworkState> network_states_;
    std::set<std::pair<OrganizationId, std::string>> deleting_;  ///< not yet durable

    // Steps under way
    std::uint32_t asynchronous_ = 0;
    std::uint32_t offloaded_ = 0;
    std::deque<SignalId> paused_;  ///< pure steps whose chunk was written: go on
    std::deque<std::pair<SignalId, std::shared_ptr<Step>>> finished_steps_;
    std::map<NetworkVersionId, std::vector<NeuronSlots>> slots_;
    std::set<std::pair<NetworkVersionId, NeuronIndex>> blocked_neurons_;
    std::deque<SignalId> blocked_asynchronous_;
    /// Their payload or answer is on its way to the disk: by ticket.
    std::deque<std::pair<std::uint64_t, SignalId>> blocked_on_disk_;
    std::map<std::uint8_t, std::uint32_t> child_runs_at_;  ///< unfinished, by depth of their roots
    std::map<std::uint8_t, std::deque<SignalId>> held_callers_;
    std::set<OrganizationId> callers_in_store_;  ///< they have some for which there was no room

    // Keys
    KeyLines lines_;
    std::set<KeyLines::value_type*> lines_to_advance_;  ///< free, and their first may not start yet
    std::deque<KeyLines::value_type*> idle_lines_;      ///< the longest idle first
    /// Released chunks with children in the store, by keyed neuron (`key` is empty), in order.
    std::map<KeyName, std::set<std::pair<std::uint64_t, SignalId>>> keyed_in_store_;

    struct RootPayload {
        RunId run;
        Value payload;
        std::size_t bytes = 0;
        std::uint64_t ticket = 0;  ///< readable in the store once this is committed
    };

    std::deque<RootPayload> roots_;  ///< of runs whose neurons use ${run:}, the newest last
    std::size_t roots_bytes_ = 0;

    // Joins and ends
    std::deque<std::shared_ptr<PendingFold>> folds_;            ///< no page of them was read
    std::deque<std::shared_ptr<PendingFold>> long_folds_;       ///< the first is under way
    std::vector<std::shared_ptr<PendingFold>> gathered_folds_;  ///< read already; under way
    std::size_t delayed_folds_ = 0;                             ///< until there is room on the disk
    std::size_t gathered_bytes_ = 0;                            ///< by all families together
    std::deque<RunId> sweeps_;
    std::optional<StartedTask> sweeping_;                      ///< of the first of them
    std::deque<std::pair<std::uint64_t, RunId>> ending_runs_;  ///< by ticket

    struct PastRun {
        RunId id;
        RunProgress progress;
        LoadedNetworkPtr loaded;
    };

    std::deque<PastRun> past_;  ///< newest first
    std::multimap<RunId, EndOfRun*> end_waiters_;
    std::map<std::uint64_t, StartedTask> requests_;
    std::vector<std::uint64_t> answered_requests_;
    std::uint64_t request_serial_ = 0;
    std::optional<Error> fatal_;

    // What the disk does not know yet of signals that are gone from memory
    std::unordered_set<SignalId> unsettled_;
    std::deque<std::pair<std::uint64_t, SignalId>> settling_;  ///< by ticket

    SteadyTime look_at_schedules_;
    std::optional<StartedTask> starting_schedules_;

    std::set<RunId> unread_;    ///< messages were kept for it by an earlier owner
    std::set<RunId> recounts_;  ///< what they wait for is not known exactly
    std::map<OrganizationId, Backlog> backlogs_;
    SteadyTime next_due_poll_;
    std::uint64_t finished_ = 0;
    std::uint64_t ended_runs_ = 0;
    bool draining_ = false;
    bool swept_ = false;
    bool schedules_looked_at_ = false;
    bool timers_in_store_ = false;  ///< timers may be due that are not in memory

    struct Careful {
        bool on = false;
        bool counting = false;  ///< unclean starts are being counted
        std::optional<SignalId> marked;
        std::uint64_t mark_ticket = 0;
        std::optional<SignalId> suspect;  ///< was being processed when the last owner died
        std::uint16_t suspect_deaths = 0;
        SteadyTime since;
    };

    Careful careful_;
};

/// Where an answer waits for its caller, or a caller for its answer.
template <class T>
struct Answer {
    std::optional<T> value;
    std::coroutine_handle<> caller;

    /// The caller leaves when its coroutine is destroyed.
    struct Wait {
        std::shared_ptr<Answer> answer;

        explicit Wait(std::shared_ptr<Answer> shared) : answer(std::move(shared)) {}

        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;

        ~Wait() { answer->caller = {}; }

        bool await_ready() const noexcept { return answer->value.has_value(); }

        void await_suspend(std::coroutine_handle<> self) noexcept { answer->caller = self; }

        T await_resume() { return *std::move(answer->value); }
    };
};

template <class T>
Task<T> Node::Impl::to_its_end(Task<T> request) {
    auto answer = std::make_shared<Answer<T>>();  // shared: either side may be gone first
    const std::uint64_t serial = ++request_serial_;
    requests_[serial] = StartedTask::start<T>(std::move(request), [this, answer, serial](T value) {
        answer->value = std::move(value);
        answered_requests_.push_back(serial);
        if (answer->caller) {
            std::exchange(answer->caller, {}).resume();
        }
    });
    co_return co_await typename Answer<T>::Wait(answer);
}

}  // namespace hal9::runtime
