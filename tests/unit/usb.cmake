# SPDX-License-Identifier: Apache-2.0
foreach(test standard descriptor stream dfu_state hostile)
  gantry_unit_test(NAME usb_${test}_test SOURCES usb_${test}_test.c usb_device_fixture.c usb_fake.c DEPENDS usb hil base)
endforeach()

# What fuzzing runs for long, for a moment in every test run.
add_executable(usb_short_run ../fuzz/short_run.c ../fuzz/usb_device_fuzz.c usb_device_fixture.c usb_fake.c)
target_compile_options(usb_short_run PRIVATE ${GANTRY_WARNINGS})
target_include_directories(usb_short_run PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(usb_short_run PRIVATE gantry::usb gantry::hil gantry::base)
add_test(NAME usb_short_run COMMAND usb_short_run 20000)
