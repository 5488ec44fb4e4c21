# hal9_module(NAME) is the whole build description of a module: the line in src/hal9/<NAME>/CMakeLists.txt.
#
# It makes, from the files that are there:
#   hal9_<name>        the library (INTERFACE where there are headers only), alias hal9::<name>; uses what LAYERS says
#   hal9_<name>_test   every *_test.cpp, one ctest a test case, named `<name>.Suite.Case`
#   hal9_<name>_link   all of the library linked against what LAYERS grants it and nothing else
#   hal9_<name>_verify_interface_header_sets   each public header compiled by itself
# app gets the executable `hal9` from its main.cpp too.

include(Hal9BuildInfo)

set(HAL9_TEST_TIMEOUT 60)

function(hal9_module name)
    hal9_layer_target(${name} target)
    string(REGEX REPLACE "^hal9_" "" id ${target})
    if(NOT CMAKE_CURRENT_SOURCE_DIR STREQUAL "${PROJECT_SOURCE_DIR}/src/hal9/${name}")
        message(FATAL_ERROR "hal9_module(${name}) belongs in src/hal9/${name}/CMakeLists.txt")
    endif()
    hal9_sources(sources headers private_headers tests)
    set(main ${sources})
    list(FILTER main INCLUDE REGEX "/main\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    if(NOT sources AND NOT headers)
        message(FATAL_ERROR "src/hal9/${name} has neither a source nor a header")
    endif()

    hal9_library(${target} ${name} ${PROJECT_SOURCE_DIR}/src)
    add_library(hal9::${id} ALIAS ${target})
    if(name STREQUAL "app" AND sources)
        hal9_build_info(${target})
    endif()
    hal9_tests(${target} ${id} unit)
    if(sources)
        hal9_link_check(${target})
    endif()
    if(main)
        hal9_binary(${target} ${main})
    endif()
endfunction()

# The files of the current folder, by what they are.
macro(hal9_sources out_sources out_headers out_private_headers out_tests)
    file(GLOB ${out_sources} CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/detail/*.cpp)
    file(GLOB ${out_headers} CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
    file(GLOB ${out_private_headers} CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/detail/*.hpp)
    set(${out_tests} ${${out_sources}})
    list(FILTER ${out_tests} INCLUDE REGEX "_test\\.cpp$")
    list(FILTER ${out_sources} EXCLUDE REGEX "_test\\.cpp$")
endmacro()

# Makes the library TARGET of the caller's `sources` and `headers`, with INCLUDE_ROOT as include path.
function(hal9_library target name include_root)
    if(sources)
        add_library(${target} STATIC ${sources})
        target_link_libraries(${target} PUBLIC hal9_options)
        target_sources(${target} PRIVATE ${private_headers})
        hal9_use_pch(${target} hal9_pch)
        set(scope PUBLIC)
    else()
        add_library(${target} INTERFACE)
        target_link_libraries(${target} INTERFACE hal9_options)
        set(scope INTERFACE)
    endif()
    target_include_directories(${target} ${scope} ${include_root})
    hal9_link_layer(${target} ${name})
    target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${include_root} FILES ${headers})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# Makes TARGET_test of the caller's `tests`: one ctest a case, under LABEL and the name of the module.
function(hal9_tests target prefix label)
    if(NOT tests)
        return()
    endif()
    add_executable(${target}_test ${tests})
    hal9_use_pch(${target}_test hal9_test_pch)
    hal9_layer_privates(${target}_test ${name})
    target_link_libraries(${target}_test PRIVATE ${target} third_party::gtest)
    gtest_discover_tests(
        ${target}_test
        TEST_PREFIX ${prefix}.
        DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS "${label}" TIMEOUT ${HAL9_TEST_TIMEOUT}
    )
endfunction()

# A test of a module may use the third-party libraries of the module itself.
function(hal9_layer_privates target name)
    get_property(private GLOBAL PROPERTY HAL9_PRIVATE_${name})
    foreach(prefix IN LISTS private)
        string(REPLACE "/" "_" id ${prefix})
        target_link_libraries(${target} PRIVATE third_party::${id})
    endforeach()
endfunction()

# Links every object of TARGET with what TARGET declares: a symbol of any other module stays undefined and stops the build.
function(hal9_link_check target)
    set(empty ${CMAKE_BINARY_DIR}/tree/link_check.cpp)
    if(NOT EXISTS ${empty})
        file(WRITE ${empty} "int main() { return 0; }\n")
    endif()
    add_executable(${target}_link ${empty})
    target_link_libraries(${target}_link PRIVATE hal9_options "$<LINK_LIBRARY:WHOLE_ARCHIVE,${target}>")
    set_target_properties(${target}_link PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/link)
endfunction()

# The program itself, at the top of the build folder.
function(hal9_binary library main)
    add_executable(hal9 ${main})
    hal9_use_pch(hal9 hal9_pch)
    target_link_libraries(hal9 PRIVATE ${library})
    hal9_layer_privates(hal9 app)
    set_target_properties(hal9 PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
