# SPDX-License-Identifier: Apache-2.0
# Whom the images of a board trust: public keys as constant tables.

# embedded_anchor(OUTPUT SYMBOL KEYS OPTIONS...)
function(embedded_anchor OUTPUT SYMBOL KEY)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${OUTPUT}
    COMMAND ${LOADER_CLI} --quiet key embed --owner development --development --symbol ${SYMBOL} ${ARGN}
      -o ${CMAKE_CURRENT_BINARY_DIR}/${OUTPUT} ${KEY}
    DEPENDS ${KEY} ${LOADER_CLI} VERBATIM)
endfunction()
set(GANTRY_APP_PUBLIC_KEYS ${GANTRY_KEYS}/dev-app.pub.pem CACHE STRING "App keys that the kernel trusts (PEM)")
set(GANTRY_KERNEL_PUBLIC_KEYS ${GANTRY_KEYS}/dev-kernel.pub.pem CACHE STRING "Kernel keys that the bootloader trusts (PEM)")
# What apps are signed with here may install apps (driver 0x10001); to control others (0x10002) an app has to ask.
set(GANTRY_APP_PRIVILEGES 0x10001 CACHE STRING "Drivers that the app keys may use though they have to be named")
list(TRANSFORM GANTRY_APP_PRIVILEGES PREPEND "--privilege=" OUTPUT_VARIABLE privileges)
embedded_anchor(app_anchor.c app_anchor "${GANTRY_APP_PUBLIC_KEYS}" ${privileges})
# The bootloader verifies with these what it starts, the kernel what it writes into the idle slot.
embedded_anchor(kernel_anchor.c kernel_anchor "${GANTRY_KERNEL_PUBLIC_KEYS}")
set(app_anchor ${CMAKE_CURRENT_BINARY_DIR}/app_anchor.c)
set(kernel_anchor ${CMAKE_CURRENT_BINARY_DIR}/kernel_anchor.c)
