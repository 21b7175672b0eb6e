# SPDX-License-Identifier: Apache-2.0
gantry_fuzz_target(NAME usb_device_fuzz SOURCES usb_device_fuzz.c ../unit/usb_device_fixture.c ../unit/usb_fake.c
  DEPENDS usb hil base)
target_include_directories(usb_device_fuzz PRIVATE ../unit)
