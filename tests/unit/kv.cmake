# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME kv_test SOURCES kv_test.c ../sim/nor.c ../sim/vault.c DEPENDS kv hil base)
target_include_directories(kv_test PRIVATE ../sim)
