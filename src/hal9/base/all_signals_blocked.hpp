// AllSignalsBlocked: while it lives, its thread takes no signal of the system, nor do threads that
// are started meanwhile, for good: signals of the process are for the thread that the application
// chose.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace hal9 {

class AllSignalsBlocked {
public:
    AllSignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }

    ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace hal9
