# atelier_room(<name> DEPS <targets...> [PRIVATE_DEPS <targets...>] [TEST_DEPS <targets...>])
#
# One folder of src/ becomes the library atelier_<name>; its *_test.cc become the test program <name>_test, its testing/*.cc
# the library atelier_<name>_testing. The DEPS lists are the dependency rules of docs/architecture.md: an edge that is not
# listed is a link error.
function(atelier_room name)
  cmake_parse_arguments(ROOM "" "" "DEPS;PRIVATE_DEPS;TEST_DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(fakes ${sources})
  list(FILTER fakes INCLUDE REGEX "/testing/")
  list(FILTER fakes EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/testing/")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")

  if(sources)
    add_library(atelier_${name} STATIC ${sources})
    target_include_directories(atelier_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(atelier_${name} PUBLIC ${ROOM_DEPS} PRIVATE ${ROOM_PRIVATE_DEPS})
  else()
    add_library(atelier_${name} INTERFACE)
    target_include_directories(atelier_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(atelier_${name} INTERFACE ${ROOM_DEPS})
  endif()

  if(fakes)
    add_library(atelier_${name}_testing STATIC ${fakes})
    target_link_libraries(atelier_${name}_testing PUBLIC atelier_${name} GTest::gtest)
  else()
    add_library(atelier_${name}_testing INTERFACE)
    target_link_libraries(atelier_${name}_testing INTERFACE atelier_${name})
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE atelier_${name} atelier_${name}_testing ${ROOM_TEST_DEPS} GTest::gtest
                          GTest::gmock GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE "${CMAKE_SOURCE_DIR}/src")
    target_compile_definitions(${name}_test PRIVATE ATELIER_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                               ATELIER_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS unit)
  endif()
endfunction()
