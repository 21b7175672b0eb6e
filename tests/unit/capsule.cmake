# SPDX-License-Identifier: Apache-2.0
# Capsules, each beside a kernel that is made for tests.
# capsule_test(NAME [SOURCES...]): capsule_NAME_test.c with kernel/capsules/NAME.c, and further sources.
function(capsule_test NAME)
  gantry_unit_test(NAME capsule_${NAME}_test DEPENDS base hil abi
    SOURCES capsule_${NAME}_test.c capsule_support.c ${PROJECT_SOURCE_DIR}/kernel/capsules/${NAME}.c ${ARGN})
  target_include_directories(capsule_${NAME}_test PRIVATE ${PROJECT_SOURCE_DIR}/kernel/include)
endfunction()

foreach(capsule adc buzzer cycle_count gpio pwm rng temperature)
  capsule_test(${capsule})
endforeach()
capsule_test(date_time ${PROJECT_SOURCE_DIR}/kernel/capsules/software_clock.c)
