# SPDX-License-Identifier: Apache-2.0
# The other end of the emulated boards' virtual USB controller.
pkg_check_modules(USBREDIR IMPORTED_TARGET libusbredirparser-0.5)
if(USBREDIR_FOUND)
  add_executable(vudc_bridge rigs/usb/vudc_bridge.c rigs/usb/redir_device.c rigs/usb/redir_bulk.c rigs/usb/redir_control.c unit/usb_fake.c)
  target_compile_options(vudc_bridge PRIVATE ${GANTRY_WARNINGS} -std=gnu11)
  target_compile_definitions(vudc_bridge PRIVATE _GNU_SOURCE)
  target_include_directories(vudc_bridge PRIVATE ${PROJECT_SOURCE_DIR}/boards/chips/include)
  target_link_libraries(vudc_bridge PRIVATE gantry::base gantry::hil PkgConfig::USBREDIR)
  set_target_properties(vudc_bridge PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${GANTRY_OUT}/rigs)
else()
  message(WARNING "libusbredirparser is missing: no rig for USB")
endif()
