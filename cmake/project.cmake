# SPDX-License-Identifier: Apache-2.0
# For projects of apps outside of this tree, as `loader-cli new` makes them: included after project(), it brings gantry_app()
# (lib/app/app.cmake) and what apps link with. Given by `loader-cli run`, or by hand:
#   LOADER_CLI      the host tool
#   GANTRY_APP_KEY  private key that the packages are signed with
# With GANTRY_PICOLIBC set before it, apps may say LIBC: the full C library is obtained and built then.
get_filename_component(GANTRY_SDK "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(NOT LOADER_CLI)
  find_program(LOADER_CLI loader-cli REQUIRED)
endif()
if(NOT EXISTS "${GANTRY_APP_KEY}")
  message(FATAL_ERROR "GANTRY_APP_KEY is '${GANTRY_APP_KEY}', no private key: loader-cli keygen makes one")
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 17)
set(GANTRY_APP_OUT "${CMAKE_BINARY_DIR}")
option(GANTRY_PICOLIBC "The full C library for apps with LIBC" OFF)
include(${GANTRY_SDK}/cmake/library.cmake)
include(${GANTRY_SDK}/cmake/obtain.cmake)
add_subdirectory(${GANTRY_SDK}/lib/abi ${CMAKE_BINARY_DIR}/gantry/abi EXCLUDE_FROM_ALL)
add_subdirectory(${GANTRY_SDK}/lib/app ${CMAKE_BINARY_DIR}/gantry/app EXCLUDE_FROM_ALL)
include(${GANTRY_SDK}/lib/app/app.cmake)
