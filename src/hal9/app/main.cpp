#include "hal9/app/command_line.hpp"

#include <malloc.h>
#include <sys/stat.h>

namespace {

void keep_what_is_written_to_its_owner() {
    ::umask(S_IRWXG | S_IRWXO);
}

}  // namespace

int main(int argc, char** argv) {
    keep_what_is_written_to_its_owner();
    // Few arenas, and large blocks go back to the system as soon as they are free: a run holds
    // texts of megabytes for moments.
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    return hal9::app::run_command_line(argc, argv);
}
