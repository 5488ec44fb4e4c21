#include "hal9/app/command_line.hpp"

#include <malloc.h>

int main(int argc, char** argv) {
    // Few arenas, and large blocks go back to the system as soon as they are free: a run holds
    // texts of megabytes for moments.
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    return hal9::app::run_command_line(argc, argv);
}
