# SPDX-License-Identifier: Apache-2.0
# libgantry by its public headers, against the model device of the tool's tests.
find_package(Threads REQUIRED)
foreach(test gantry_api_test gantry_package_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS core DEFINES _GNU_SOURCE)
  target_link_libraries(${test} PRIVATE cli_rig Threads::Threads)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT "ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0")
endforeach()
# An allocation that is due fails.
target_link_options(gantry_package_test PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)

# What one user of the library does with a flash image, alone and beside another.
add_library(gantry_course STATIC gantry_course.c gantry_parts.c)
target_compile_options(gantry_course PRIVATE ${GANTRY_WARNINGS})
target_compile_definitions(gantry_course PRIVATE _GNU_SOURCE)
target_link_libraries(gantry_course PUBLIC gantry::core cli_rig)
foreach(test gantry_offline_test gantry_threads_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS core DEFINES _GNU_SOURCE)
  target_link_libraries(${test} PRIVATE gantry_course Threads::Threads)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT "ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0")
endforeach()
