# SPDX-License-Identifier: Apache-2.0
gantry_fuzz_target(NAME store_journal_fuzz SOURCES store_journal_fuzz.c ../sim/nor.c ../sim/world.c DEPENDS store tbf)
target_include_directories(store_journal_fuzz PRIVATE ../sim)
