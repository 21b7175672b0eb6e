# SPDX-License-Identifier: Apache-2.0
gantry_fuzz_target(NAME tickv_area_fuzz SOURCES tickv_area_fuzz.c ../sim/nor.c DEPENDS loader kv hil base)
target_include_directories(tickv_area_fuzz PRIVATE ../sim)
