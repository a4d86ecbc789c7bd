# The headers that most files include are parsed once: for libraries and programs, and (with GoogleTest, unoptimised)
# for tests. Only third-party and standard ones, so that a change of one of ours does not rebuild everything. Files
# include what they use all the same; the fuzz preset builds without precompiled headers and shows what was forgotten.
set(precompiled_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstddef> <cstdint> <cstdlib> <cstring>
  <expected> <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view>
  <thread> <utility> <variant> <vector>
  <fmt/format.h>
  <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/io_context.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>
  <boost/json.hpp>)

# Without CMake's own second "-include cmake_pch.hxx": ccache counts its absolute path, so that no other clone would hit.
set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -Xclang -include-pch -Xclang <PCH_FILE>)

# Built without ccache: a precompiled header names the folder it was made in. The launcher leaves a checksum beside it,
# by which ccache knows its content in any folder.
function(atelier_precompiled_target name)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cc" CONTENT "")
  add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cc")
  target_link_libraries(${name} PRIVATE third_party_boost fmt::fmt)
  target_precompile_headers(${name} PRIVATE ${precompiled_headers} ${ARGN})
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "${CMAKE_SOURCE_DIR}/cmake/precompile.sh")
endfunction()

# What tests spend their time on is in the libraries, which stay optimised.
function(atelier_test_options target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O0 -U_FORTIFY_SOURCE)
  endif()
endfunction()

atelier_precompiled_target(precompiled)
atelier_precompiled_target(precompiled_test <gtest/gtest.h> <gmock/gmock.h>)
target_link_libraries(precompiled_test PRIVATE GTest::gtest GTest::gmock)
atelier_test_options(precompiled_test)

# atelier_precompile(<targets...>): programs and libraries. atelier_precompile_test(<target>): test programs and fakes.
function(atelier_precompile)
  foreach(target ${ARGN})
    target_precompile_headers(${target} REUSE_FROM precompiled)
  endforeach()
endfunction()
function(atelier_precompile_test target)
  atelier_test_options(${target})
  target_precompile_headers(${target} REUSE_FROM precompiled_test)
endfunction()
