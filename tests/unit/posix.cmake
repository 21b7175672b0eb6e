# SPDX-License-Identifier: Apache-2.0
# What the host tool has of its system.
gantry_unit_test(NAME emulator_test SOURCES emulator_test.c DEPENDS loader DEFINES _GNU_SOURCE)
