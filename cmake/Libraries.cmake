# Every third-party library, named once. Rooms refer to these targets only.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)

add_library(third_party_boost INTERFACE)
target_compile_definitions(third_party_boost INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                           BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(third_party_boost INTERFACE boost_json boost_url boost_system Threads::Threads OpenSSL::Crypto)

add_library(third_party_soci INTERFACE)
target_include_directories(third_party_soci SYSTEM INTERFACE /usr/include/soci)
target_link_libraries(third_party_soci INTERFACE soci_core soci_sqlite3 sqlite3)

add_library(third_party_prometheus INTERFACE)
target_link_libraries(third_party_prometheus INTERFACE prometheus-cpp-core)
