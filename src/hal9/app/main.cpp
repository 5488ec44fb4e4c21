#include "hal9/app/command_line.hpp"

int main(int argc, char** argv) {
    return hal9::app::run_command_line(argc, argv);
}
