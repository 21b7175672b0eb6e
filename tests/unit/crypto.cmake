# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME crypto_driver_test SOURCES crypto_driver_test.c crypto_vectors.c DEPENDS crypto)
