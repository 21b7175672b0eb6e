# SPDX-License-Identifier: Apache-2.0
# Parts of the bootloader; the tests see its own headers.
foreach(test boot_transport_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS boot link base)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/bootloader)
endforeach()
