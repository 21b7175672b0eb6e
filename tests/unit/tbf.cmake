# SPDX-License-Identifier: Apache-2.0
gantry_unit_test(NAME tbf_header_test SOURCES tbf_header_test.c DEPENDS tbf)
gantry_unit_test(NAME tbf_storage_test SOURCES tbf_storage_test.c DEPENDS tbf)
gantry_unit_test(NAME tbf_size_test SOURCES tbf_size_test.c DEPENDS tbf)
gantry_unit_test(NAME tbf_vector_test SOURCES tbf_vector_test.c DEPENDS tbf)
