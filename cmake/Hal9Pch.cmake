# Two precompiled headers that everything shares: the language's headers and Boost.JSON's value for all (a source file then
# compiles in a fraction of the time), GoogleTest's on top for tests. They hold no header of HAL9, so that they change with
# the toolchain only; that each header includes what it needs is checked without them (VERIFY_INTERFACE_HEADER_SETS).
#
# A precompiled header knows the path of its source, and ccache compares it by content. So it lives outside the checkout,
# under a key of compiler, flags and list: what one clone compiled then serves every other.

set(HAL9_PCH_HEADERS
    <algorithm>
    <array>
    <charconv>
    <chrono>
    <coroutine>
    <cstdint>
    <deque>
    <expected>
    <functional>
    <map>
    <memory>
    <optional>
    <set>
    <span>
    <string>
    <string_view>
    <unordered_map>
    <utility>
    <variant>
    <vector>
    <boost/json/value.hpp>
)

# hal9_make_pch(NAME HEADER...): the target NAME builds it, hal9_use_pch compiles with it.
function(hal9_make_pch name)
    string(TOUPPER ${CMAKE_BUILD_TYPE} config)
    separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}}")
    list(APPEND flags ${CMAKE_CXX23_STANDARD_COMPILE_OPTION} ${HAL9_CODE_OPTIONS})
    list(JOIN ARGN "\n#include " text)
    string(SHA256 key "${CMAKE_CXX_COMPILER} ${CMAKE_CXX_COMPILER_VERSION} ${flags} ${text}")
    string(SUBSTRING ${key} 0 16 key)
    set(header ${HAL9_DEPS_DIR}/pch/${key}/${name}.hpp)
    set(pch ${header}.pch)
    set(fresh ${CMAKE_BINARY_DIR}/tree/${name}.pch)
    file(CONFIGURE OUTPUT ${header} CONTENT "#include ${text}\n" @ONLY)
    add_custom_command(
        OUTPUT ${pch}
        COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${flags} -Xclang -fno-pch-timestamp -fpch-instantiate-templates -x c++-header
                ${header} -MD -MT ${pch} -MF ${fresh}.d -o ${fresh}
        # In one step, and only if it differs: another clone may be compiling with it.
        COMMAND sh -c "cmp -s ${fresh} ${pch} || { cp ${fresh} ${pch}.$$ && mv ${pch}.$$ ${pch}; }"
        DEPENDS ${header}
        DEPFILE ${fresh}.d
        COMMENT "Precompiling ${name}"
        VERBATIM
    )
    add_custom_target(${name} DEPENDS ${pch})
    set_target_properties(${name} PROPERTIES HAL9_PCH ${pch})
endfunction()

# hal9_use_pch(TARGET NAME): nothing where no such header is made.
function(hal9_use_pch target name)
    if(TARGET ${name})
        get_target_property(pch ${name} HAL9_PCH)
        target_compile_options(${target} PRIVATE "SHELL:-include-pch ${pch}")
        add_dependencies(${target} ${name})
    endif()
endfunction()

# g++'s are as large as its output and help little.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    hal9_make_pch(hal9_pch ${HAL9_PCH_HEADERS})
    hal9_make_pch(hal9_test_pch ${HAL9_PCH_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)
endif()
