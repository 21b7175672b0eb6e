# SPDX-License-Identifier: Apache-2.0
# Capsules, each beside a kernel that is made for tests.
# capsule_test(NAME [SOURCES...]): capsule_NAME_test.c with kernel/capsules/NAME.c, and further sources.
function(capsule_test NAME)
  gantry_unit_test(NAME capsule_${NAME}_test DEPENDS base hil abi
    SOURCES capsule_${NAME}_test.c capsule_support.c ${PROJECT_SOURCE_DIR}/kernel/capsules/${NAME}.c ${ARGN})
  target_include_directories(capsule_${NAME}_test PRIVATE ${PROJECT_SOURCE_DIR}/kernel/include)
endfunction()

foreach(capsule adc buzzer cycle_count gpio pwm temperature)
  capsule_test(${capsule})
endforeach()
capsule_test(date_time ${PROJECT_SOURCE_DIR}/kernel/capsules/software_clock.c)
capsule_test(rng ${PROJECT_SOURCE_DIR}/kernel/capsules/pieces.c)

# The capsules that compute, with the software of devices below them.
set(computing ${PROJECT_SOURCE_DIR}/kernel/capsules/pieces.c capsule_kernel.c crypto_vectors.c)
foreach(capsule aes crc hmac sha)
  capsule_test(${capsule} ${computing})
  target_link_libraries(capsule_${capsule}_test PRIVATE gantry::crypto)
endforeach()
gantry_unit_test(NAME capsule_abuse_test DEPENDS base hil abi crypto SOURCES capsule_abuse_test.c capsule_kernel.c
  capsule_support.c ${PROJECT_SOURCE_DIR}/kernel/capsules/aes.c ${PROJECT_SOURCE_DIR}/kernel/capsules/crc.c
  ${PROJECT_SOURCE_DIR}/kernel/capsules/hmac.c ${PROJECT_SOURCE_DIR}/kernel/capsules/pieces.c
  ${PROJECT_SOURCE_DIR}/kernel/capsules/sha.c)
target_include_directories(capsule_abuse_test PRIVATE ${PROJECT_SOURCE_DIR}/kernel/include)

# The capsules that store, over a model of flash.
set(capsules ${PROJECT_SOURCE_DIR}/kernel/capsules)
gantry_unit_test(NAME capsule_storage_test DEPENDS base hil abi kv SOURCES capsule_storage_test.c capsule_support.c
  ../sim/nor.c ${capsules}/app_flash.c ${capsules}/isolated_storage.c ${capsules}/key_value.c ${capsules}/nonvolatile.c
  ${capsules}/storage.c)
target_include_directories(capsule_storage_test PRIVATE ${PROJECT_SOURCE_DIR}/kernel/include ../sim)
