# SPDX-License-Identifier: Apache-2.0
# Parts of the bootloader; the tests see its own headers.
foreach(test boot_transport_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS boot link base)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/bootloader)
endforeach()
# Tock's protocol beside the flash protocol.
foreach(test boot_legacy_test boot_line_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c legacy_bench.c DEPENDS boot link base)
endforeach()
gantry_unit_test(NAME boot_pages_test SOURCES boot_pages_test.c ../sim/nor.c DEPENDS boot base)
target_include_directories(boot_pages_test PRIVATE ${PROJECT_SOURCE_DIR}/bootloader ../sim)
