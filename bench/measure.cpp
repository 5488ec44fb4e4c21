#include "bench/measure.hpp"

#include "hal9/base/check.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hal9::bench {

Scratch::Scratch() {
    std::string name = "build/bench/scratch-XXXXXX";
    std::filesystem::create_directories("build/bench");
    HAL9_ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::absolute(name);
}

Scratch::~Scratch() {
    std::filesystem::remove_all(path_);
}

namespace {

/// A program whose output is dropped.
class Process {
public:
    explicit Process(const std::vector<std::string>& arguments) {
        std::vector<char*> argv;
        argv.reserve(arguments.size() + 1);
        for (const std::string& argument : arguments) {
            // posix_spawn takes what it never writes
            argv.push_back(const_cast<char*>(argument.c_str()));
        }
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        started_ = ::posix_spawn(&id_, argv[0], &actions, nullptr, argv.data(), environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }

    [[nodiscard]] bool started() const { return started_; }

    [[nodiscard]] double resident_mb() const {
        std::ifstream statm(str("/proc/", id_, "/statm"));
        std::uint64_t all = 0;
        std::uint64_t resident = 0;
        statm >> all >> resident;
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        return static_cast<double>(resident * page) / (1U << 20U);
    }

    void terminate() const { ::kill(id_, SIGTERM); }

    [[nodiscard]] bool has_ended() {
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
        return info.si_pid == id_;
    }

    [[nodiscard]] ProcessRun wait() const {
        int status = 0;
        rusage usage{};
        ::wait4(id_, &status, 0, &usage);
        return {
            seconds_since(start_),
            static_cast<double>(usage.ru_maxrss) / 1024.0,
            WIFEXITED(status) && WEXITSTATUS(status) == 0,
        };
    }

private:
    Clock::time_point start_ = Clock::now();
    pid_t id_ = 0;
    bool started_ = false;
};

}  // namespace

ProcessRun run_process(const std::vector<std::string>& arguments) {
    const Process process(arguments);
    return process.started() ? process.wait() : ProcessRun{};
}

ProcessRun run_process_for(const std::vector<std::string>& arguments, std::chrono::seconds time) {
    Process process(arguments);
    if (!process.started()) {
        return {};
    }
    std::this_thread::sleep_for(time);
    const bool runs = !process.has_ended();
    const double resident = process.resident_mb();
    process.terminate();
    ProcessRun run = process.wait();
    run.succeeded = runs;
    run.resident_at_stop_mb = resident;
    return run;
}

}  // namespace hal9::bench
