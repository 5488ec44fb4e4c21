#include "bench/measure.hpp"

#include "hal9/base/check.hpp"

#include <cstdlib>
#include <filesystem>

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

ProcessRun run_process(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str())
        );  // posix_spawn takes what it never writes
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const auto start = Clock::now();
    pid_t child = 0;
    if (::posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
        return {};
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    posix_spawn_file_actions_destroy(&actions);
    return {
        seconds_since(start),
        static_cast<double>(usage.ru_maxrss) / 1024.0,
        WIFEXITED(status) && WEXITSTATUS(status) == 0,
    };
}

}  // namespace hal9::bench
