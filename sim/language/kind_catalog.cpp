#include "sim/language/kind_catalog.hpp"

#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/neurons/catalog.hpp"
#include "sim/world.hpp"

#include <vector>

namespace hal9::sim::language {

KindCatalog kind_catalog() {
    static const std::vector<KindDescription> kinds = [] {
        World world(1);
        memory::MemoryFiles files(world);
        return neurons::descriptions(neurons::make_kinds(files));
    }();
    return kinds;
}

}  // namespace hal9::sim::language
