// Rows of a damaged store: whatever stands in its columns, a reader returns rows or an error with a
// message. The input is a list of damages: two bytes choose a column and what to put there (a
// number, text, nothing), the rest up to the next newline is the value.
#include "hal9/adapters/sqlite/group_writer.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace hal9;

constexpr std::array<const char*, 45> columns{
    "signal set status",       "signal set parent",   "signal set ordinal",
    "signal set depth",        "signal set priority", "signal set opened",
    "signal set error",        "signal set payload",  "signal set result",
    "signal set id",           "signal set phase",    "run set state",
    "run set decided",         "run set grants",      "run set organization",
    "run set idempotency_key", "open set status",     "open set urgency",
    "open set height",         "open set id",         "open set not_before",
    "open set pending",        "chunk set first",     "chunk set count",
    "chunk set state",         "chunk set parent",    "chunk set first_ordinal",
    "chunk set height",        "blob set body",       "idem set run",
    "meta set value",          "blob_part set part",  "network set state",
    "open set waits_for",      "open set asks",       "open set counted",
    "open set children_from",  "run set tags",        "run set origin",
    "message set name",        "message set number",  "schedule set missed",
    "schedule set tags",       "schedule set grants", "schedule set next",
};

/// A store with a row of every kind, made once; each input damages a copy of its file.
class Sample {
public:
    Sample() {
        std::string pattern = std::filesystem::temp_directory_path() / "hal9-fuzz-XXXXXX";
        HAL9_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        directory_ = pattern;
        SeededRandom random(1);
        auto writer = sqlite::GroupWriter::open(directory_, {clock_, random});
        HAL9_ASSERT(writer.has_value());
        fill(**writer);
        HAL9_ASSERT((*writer)->close().has_value());
        writer->reset();
        copy(file(), whole());
    }

    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;

    ~Sample() { std::filesystem::remove_all(directory_); }

    void restore() const {
        std::filesystem::remove(file() + "-wal");
        std::filesystem::remove(file() + "-shm");
        copy(whole(), file());
    }

    [[nodiscard]] const std::string& directory() const { return directory_; }

    [[nodiscard]] std::string file() const { return directory_ + "/hal9.db"; }

private:
    /// Unlike std::filesystem::copy_file, goes on when the fuzzer's alarm interrupts it.
    static void copy(const std::string& from, const std::string& to) {
        std::ifstream in(from, std::ios::binary);
        std::ofstream out(to, std::ios::binary | std::ios::trunc);
        out << in.rdbuf();
        HAL9_ASSERT(in.good() && out.flush().good());
    }

    [[nodiscard]] std::string whole() const { return directory_ + "/whole"; }

    static void fill(sqlite::GroupWriter& writer) {
        const OpenKey root{default_organization, 5, 0, root_of({1})};
        AcceptRun accept;
        accept.run.id = {1};
        accept.run.organization = default_organization;
        accept.run.grants = {{"files.read", {"/a"}}};
        accept.run.tags = {"t"};
        accept.run.idempotency = {"k", "d"};
        accept.payload = make_body("{}");
        EmitChunk chunk;
        chunk.parent = root;
        chunk.first = make_signal_id({1}, 1);
        for (int i = 0; i < 4; ++i) {
            chunk.children.push_back({{1}, 5, {}, make_body("child")});
        }
        Await await;
        await.signal = root;
        await.opened = true;
        await.pending = 4;
        Finish finish;
        finish.signal = {default_organization, 5, 1, make_signal_id({1}, 1)};
        finish.result = make_body(std::string(70'000, 'x'));
        finish.error = Error(ErrorCode::internal, "m", Error(ErrorCode::timeout, "c"));
        Reopen park;
        park.signal = {default_organization, 5, 1, make_signal_id({1}, 2)};
        park.to = SignalStatus::parked;
        park.not_before = {5};
        EmitChunk held = chunk;
        held.parent = {default_organization, 5, 1, make_signal_id({1}, 3)};
        held.first = make_signal_id({1}, 5);
        PutNetworkVersion version;
        version.version = {{1}, default_organization, "n", "h", "{}", {}};
        SetNetworkState pause;
        pause.organization = default_organization;
        pause.name = "n";
        pause.to = NetworkState::paused;
        Reopen ask = park;
        ask.signal = {default_organization, 5, 1, make_signal_id({1}, 4)};
        ask.to = SignalStatus::ready;
        Await person;
        person.signal = ask.signal;
        person.opened = true;
        person.waits_for = WaitsFor::person;
        person.interim = make_body("{}");
        const PutMessage message{{{1}, 1, "m", "s", {5}}, make_body("{}")};
        PutSchedule schedule;
        schedule.schedule.organization = default_organization;
        schedule.schedule.name = "s";
        schedule.schedule.next = {5};
        const Transaction group[] = {
            {1,
             {version,
              accept,
              chunk,
              await,
              finish,
              park,
              held,
              pause,
              ask,
              person,
              message,
              schedule}}
        };
        const auto receipts = writer.apply(group);
        HAL9_ASSERT(receipts.has_value() && receipts->empty());
    }

    adapters::SystemClock clock_;
    std::string directory_;
};

void damage(sqlite3* connection, std::string_view line) {
    if (line.size() < 2) {
        return;
    }
    const char* column = columns[static_cast<unsigned char>(line[0]) % columns.size()];
    const std::string_view value = line.substr(2);
    sqlite3_stmt* update = nullptr;
    const std::string sql = str("update or ignore ", column, " = ?");
    HAL9_ASSERT(sqlite3_prepare_v2(connection, sql.c_str(), -1, &update, nullptr) == SQLITE_OK);
    std::int64_t number = 0;
    switch (static_cast<unsigned char>(line[1]) % 3) {
        case 0:
            std::from_chars(value.data(), value.data() + value.size(), number);
            sqlite3_bind_int64(update, 1, number);
            break;
        case 1:
            sqlite3_bind_text64(
                update,
                1,
                value.data(),
                value.size(),
                SQLITE_TRANSIENT,
                SQLITE_UTF8
            );
            break;
        default:
            sqlite3_bind_null(update, 1);
    }
    // A constraint may refuse the value: then the row stays as it is.
    sqlite3_step(update);
    sqlite3_finalize(update);
}

void damage_all(const std::string& file, std::string_view input) {
    sqlite3* connection = nullptr;
    HAL9_ASSERT(sqlite3_open(file.c_str(), &connection) == SQLITE_OK);
    sqlite3_exec(
        connection,
        "pragma journal_mode=off; pragma synchronous=off; pragma locking_mode=exclusive",
        nullptr,
        nullptr,
        nullptr
    );
    for (int lines = 0; lines < 16 && !input.empty(); ++lines) {
        const std::size_t end = std::min(input.find('\n'), input.size());
        damage(connection, input.substr(0, end));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    sqlite3_close(connection);
}

template <class Value>
void expect_answer(const Result<Value>& result) {
    HAL9_ASSERT(result.has_value() || !result.error().message.empty());
}

void read_everything(SignalReader& reader) {
    constexpr OrganizationId organization = default_organization;
    const OpenKey root{organization, 5, 0, root_of({1})};
    expect_answer(reader.open_rows(organization, std::nullopt, 100));
    expect_answer(reader.released_chunks(organization, std::nullopt, 100));
    expect_answer(reader.untouched_children(make_signal_id({1}, 1), 4, 100, 1'000));
    expect_answer(reader.child_results(root, 0, 0, 100, 1'000'000));
    expect_answer(reader.due_rows(organization, {1'000}, std::nullopt, 100));
    expect_answer(reader.last_number({1}));
    expect_answer(reader.find_run({1}));
    expect_answer(reader.find_run_by_key(organization, "k"));
    expect_answer(reader.list_runs({.organization = organization}));
    expect_answer(reader.unfinished_runs(organization));
    for (std::uint32_t number = 0; number < 9; ++number) {
        expect_answer(reader.find_signal(make_signal_id({1}, number), true));
    }
    const auto signals = reader.list_signals({1}, {0}, 100);
    expect_answer(signals);
    if (signals) {
        for (const SignalRecord& record : *signals) {
            HAL9_ASSERT(!to_string(record.status).empty());
        }
    }
    expect_answer(reader.count_signals({1}));
    expect_answer(reader.list_parked(organization, {0}, 100));
    expect_answer(reader.list_asking(organization, WaitsFor::person, {0}, 100));
    expect_answer(reader.count_open({1}));
    expect_answer(reader.find_receiver({1}, "m"));
    expect_answer(reader.list_messages({1}));
    expect_answer(reader.next_schedule_time());
    expect_answer(reader.list_organizations());
    expect_answer(reader.due_schedules({1'000}, 100));
    const auto schedules = reader.list_schedules(organization, "", 100);
    expect_answer(schedules);
    if (schedules) {
        for (const Schedule& schedule : *schedules) {
            HAL9_ASSERT(!to_string(schedule.missed).empty());
        }
    }
    expect_answer(reader.find_network_version({1}));
    expect_answer(reader.find_network(organization, "n", std::nullopt));
    expect_answer(reader.find_network_summary(organization, "n"));
    expect_answer(reader.list_network_versions(organization, "n", {0}, 100));
    const auto networks = reader.list_networks({.organization = organization});
    expect_answer(networks);
    if (networks) {
        for (const auto& network : *networks) {
            HAL9_ASSERT(!to_string(network.state).empty());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Sample sample;
    sample.restore();
    damage_all(sample.file(), {reinterpret_cast<const char*>(data), size});
    const auto reader = sqlite::SqliteReader::open(sample.directory());
    expect_answer(reader);
    if (reader) {
        read_everything(**reader);
    }
    return 0;
}
