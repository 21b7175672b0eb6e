# SPDX-License-Identifier: Apache-2.0
foreach(test store_journal_test store_app_test store_place_test store_vector_test store_doubt_test store_kernel_test
    store_foreign_test store_neighbour_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c ../sim/nor.c ../sim/world.c DEPENDS store tbf)
  target_include_directories(${test} PRIVATE ../sim)
endforeach()
