# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME offline_engine_test SOURCES offline_engine_test.c offline_support.c DEPENDS loader)
gantry_unit_test(NAME offline_gdb_test SOURCES offline_gdb_test.c offline_gdb_server.c DEPENDS loader)
gantry_unit_test(NAME offline_board_test SOURCES offline_board_test.c DEPENDS loader)
