# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME base_checked_test SOURCES base_checked_test.c DEPENDS base)
gantry_unit_test(NAME base_crc32_test SOURCES base_crc32_test.c DEPENDS base)
gantry_unit_test(NAME base_cobs_test SOURCES base_cobs_test.c DEPENDS base)
gantry_unit_test(NAME base_bytes_test SOURCES base_bytes_test.c DEPENDS base)
