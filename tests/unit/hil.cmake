# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME hil_flash_test SOURCES hil_flash_test.c DEPENDS hil base)
gantry_unit_test(NAME hil_flash_share_test SOURCES hil_flash_share_test.c ../sim/nor.c DEPENDS hil base)
target_include_directories(hil_flash_share_test PRIVATE ../sim)
