# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME offline_engine_test SOURCES offline_engine_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME offline_owner_test SOURCES offline_owner_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME offline_gdb_test SOURCES offline_gdb_test.c offline_gdb_server.c DEPENDS loader)
gantry_unit_test(NAME offline_board_test SOURCES offline_board_test.c DEPENDS loader)
gantry_unit_test(NAME offline_rtt_test SOURCES offline_rtt_test.c DEPENDS loader)
gantry_unit_test(NAME offline_probe_test SOURCES offline_probe_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME offline_neighbour_test SOURCES offline_neighbour_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME offline_tickv_test SOURCES offline_tickv_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME tickv_area_test SOURCES tickv_area_test.c ../sim/nor.c DEPENDS loader kv hil base)
target_include_directories(tickv_area_test PRIVATE ../sim)

# A short run of the fuzz target over areas of any content.
add_executable(tickv_short_run ../fuzz/short_run.c ../fuzz/tickv_area_fuzz.c ../sim/nor.c)
target_compile_options(tickv_short_run PRIVATE ${GANTRY_WARNINGS})
target_include_directories(tickv_short_run PRIVATE ../sim)
target_link_libraries(tickv_short_run PRIVATE gantry::loader gantry::kv gantry::hil gantry::base)
add_test(NAME tickv_short_run COMMAND tickv_short_run 10000)
gantry_unit_test(NAME offline_move_test SOURCES offline_move_test.c offline_support.c DEPENDS loader)
