# SPDX-License-Identifier: Apache-2.0
# The very sources of the capsules that compute, over a kernel of the tests' own.
set(capsules ${PROJECT_SOURCE_DIR}/kernel/capsules)
add_library(gantry_capsules STATIC ${capsules}/aes.c ${capsules}/crc.c ${capsules}/hmac.c ${capsules}/pieces.c
  ${capsules}/sha.c)
add_library(gantry::capsules ALIAS gantry_capsules)
target_include_directories(gantry_capsules PUBLIC ${PROJECT_SOURCE_DIR}/kernel/include)
target_compile_options(gantry_capsules PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_capsules PUBLIC gantry::base gantry::hil gantry::abi)
foreach(test capsule_abuse_test capsule_aes_test capsule_crc_test capsule_hmac_test capsule_sha_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c capsule_kernel.c crypto_vectors.c DEPENDS capsules crypto)
endforeach()
