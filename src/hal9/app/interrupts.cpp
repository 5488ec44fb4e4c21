#include "hal9/app/interrupts.hpp"

#include "hal9/app/exit_codes.hpp"
#include "hal9/base/check.hpp"

#include <csignal>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace hal9::app {
namespace {

sigset_t taken_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR2);  // our own: the end of the watching thread
    return set;
}

}  // namespace

Interrupts::Interrupts() {
    const sigset_t set = taken_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    HAL9_ASSERT(::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) == 0);
    thread_ = std::thread([this] { wait_for_signals(); });
}

Interrupts::~Interrupts() {
    ending_.store(true);
    pthread_kill(thread_.native_handle(), SIGUSR2);
    thread_.join();
    ::close(pipe_[0]);
    ::close(pipe_[1]);
}

void Interrupts::wait_for_signals() {
    const sigset_t set = taken_signals();
    while (true) {
        int signal = 0;
        sigwait(&set, &signal);
        if (ending_.load()) {
            return;
        }
        if (signal == SIGUSR2) {
            continue;
        }
        if (requested_.exchange(true)) {
            ::_exit(static_cast<int>(ExitCode::interrupted));
        }
        const char byte = 'x';
        [[maybe_unused]] const auto written = ::write(pipe_[1], &byte, 1);
        if (Waker* const waker = waker_.load()) {
            waker->wake();
        }
    }
}

}  // namespace hal9::app
