# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME plan_test SOURCES plan_test.c DEPENDS loader)
