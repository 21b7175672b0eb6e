# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME trust_anchor_test SOURCES trust_anchor_test.c DEPENDS trust)
gantry_unit_test(NAME trust_verify_test SOURCES trust_verify_test.c DEPENDS trust)
gantry_unit_test(NAME trust_verify_device_test SOURCES trust_verify_test.c DEPENDS trust_device)
