# The language, the warnings, the sanitizers and the linker: what every target is compiled with.

set(HAL9_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, `address,undefined` or `thread`")
option(HAL9_FUZZ "Instrument for libFuzzer and build the fuzz targets (clang only)" OFF)
option(HAL9_STATIC "Link the C++ runtime into the binaries" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
# Assertions (HAL9_ASSERT) stay on in every build; -DNDEBUG speaks to third-party headers only.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")

find_program(HAL9_CCACHE ccache)
if(HAL9_CCACHE)
    # With relative paths and no folder in the key, what one clone compiled serves another.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        env
        CCACHE_SLOPPINESS=pch_defines,time_macros
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        CCACHE_NOHASHDIR=1
        ${HAL9_CCACHE}
    )
endif()

set(HAL9_WARNINGS
    -Wall
    -Wextra
    -Wconversion
    -Wshadow
    -Wnon-virtual-dtor
    -Wold-style-cast
    -Wimplicit-fallthrough
    -Werror
)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False reports of g++ 12 inside its own library and inside coroutines.
    list(APPEND HAL9_WARNINGS -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=shadow
         -Wno-error=dangling-pointer -Wno-missing-field-initializers)
else()
    # -Wextra's check contradicts designated initializers that leave members at their defaults; libstdc++ 12 uses a function
    # inside std::stable_sort that it calls deprecated itself.
    list(APPEND HAL9_WARNINGS -Wno-missing-designated-field-initializers -Wno-deprecated-declarations -fcolor-diagnostics)
endif()

# What changes the code, apart from the build type's flags; a precompiled header is made with these too.
set(HAL9_CODE_OPTIONS "")
set(HAL9_LINK_OPTIONS "")

find_program(HAL9_MOLD mold)
if(HAL9_MOLD)
    list(APPEND HAL9_LINK_OPTIONS -fuse-ld=mold)
endif()
if(HAL9_STATIC)
    list(APPEND HAL9_LINK_OPTIONS -static-libstdc++ -static-libgcc)
endif()
if(HAL9_SANITIZE)
    list(APPEND HAL9_CODE_OPTIONS -fsanitize=${HAL9_SANITIZE} -fno-sanitize-recover=all)
    list(APPEND HAL9_LINK_OPTIONS -fsanitize=${HAL9_SANITIZE})
    # Tests may choose one of base/planted_bug.hpp; other builds do not contain them.
    list(APPEND HAL9_CODE_OPTIONS -DHAL9_PLANTED_BUGS)
endif()
if(HAL9_FUZZ)
    list(APPEND HAL9_CODE_OPTIONS -fsanitize=fuzzer-no-link)
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# What each HAL9 target takes. No path of the checkout goes into the binary.
add_library(hal9_options INTERFACE)
target_compile_options(
    hal9_options INTERFACE ${HAL9_WARNINGS} ${HAL9_CODE_OPTIONS} -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
)
target_link_options(hal9_options INTERFACE ${HAL9_LINK_OPTIONS})
