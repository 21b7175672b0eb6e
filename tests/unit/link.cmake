# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME link_frame_test SOURCES link_frame_test.c DEPENDS link)
