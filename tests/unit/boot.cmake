# SPDX-License-Identifier: Apache-2.0
# Parts of the bootloader; the tests see its own headers.
foreach(test boot_transport_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS boot link base)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/bootloader)
endforeach()
# Tock's protocol beside the flash protocol.
foreach(test boot_legacy_test boot_line_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c legacy_bench.c legacy_line.c DEPENDS boot link base)
endforeach()
gantry_unit_test(NAME boot_pages_test SOURCES boot_pages_test.c ../sim/nor.c DEPENDS boot base)
gantry_unit_test(NAME boot_tool_test SOURCES boot_tool_test.c ../sim/nor.c DEPENDS boot link base)
foreach(test boot_pages_test boot_tool_test)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/bootloader ../sim)
endforeach()
# The fuzz target of both protocols on one line, shortly and the same each time.
add_executable(boot_legacy_short_run ../fuzz/short_run.c ../fuzz/legacy_fuzz.c legacy_bench.c legacy_line.c)
target_compile_options(boot_legacy_short_run PRIVATE ${GANTRY_WARNINGS})
target_include_directories(boot_legacy_short_run PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(boot_legacy_short_run PRIVATE gantry::boot gantry::link gantry::base)
add_test(NAME boot_legacy_short_run
  COMMAND boot_legacy_short_run 30000 ${PROJECT_SOURCE_DIR}/tests/vectors/legacy/protocol.txt)
# Kernels over DFU, with another recovery behind them.
gantry_unit_test(NAME boot_download_test SOURCES boot_download_test.c DEPENDS boot link usb base)
target_include_directories(boot_download_test PRIVATE ${PROJECT_SOURCE_DIR}/bootloader)
