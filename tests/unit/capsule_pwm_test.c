// SPDX-License-Identifier: Apache-2.0
/* Pulses: a pin belongs to one process, until that lets go of it or ends. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>
#include <string.h>

enum { PINS = 3, MAX_HZ = 1000 };

static uint32_t frequency[PINS]; /* 0: no pulses */
static uint32_t width[PINS];

static int start(const struct hil_pwm *pwm, uint8_t pin, uint32_t hz, uint32_t duty)
{
    (void)pwm;
    if (hz == 0 || hz > MAX_HZ) {
        return HIL_E_UNSUPPORTED;
    }
    frequency[pin] = hz;
    width[pin] = duty;
    return 0;
}

static void stop(const struct hil_pwm *pwm, uint8_t pin)
{
    (void)pwm;
    frequency[pin] = 0;
}

static uint32_t frequency_max(const struct hil_pwm *pwm, uint8_t pin)
{
    (void)pwm;
    return MAX_HZ + pin;
}

static const struct hil_pwm device = {
    .count = PINS, .start = start, .stop = stop, .frequency_max = frequency_max};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    memset(frequency, 0, sizeof frequency);
    pwm_driver.init(&pwm_driver, &device);
    return 0;
}

static struct syscall_result call(uint32_t process, uint32_t command, uint32_t argument0,
                                  uint32_t argument1)
{
    return capsule_command(&pwm_driver, process, command, argument0, argument1);
}

static void fails(uint32_t process, uint32_t command, uint32_t argument0, uint32_t argument1,
                  enum abi_error error)
{
    struct syscall_result result = call(process, command, argument0, argument1);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
}

static void it_says_what_it_is(void **state)
{
    (void)state;
    assert_int_equal(call(0, ABI_COMMAND_EXISTS, 0, 0).variant, ABI_SUCCESS);
    assert_int_equal(call(0, ABI_PWM_COUNT, 0, 0).value[0], PINS);
    assert_int_equal(call(0, ABI_PWM_FREQUENCY_MAX, 2, 0).value[0], MAX_HZ + 2);
    fails(0, 5, 0, 0, ABI_NOSUPPORT);
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    fails(0, ABI_PWM_START, 5000u << 16 | PINS, 100, ABI_INVAL);
    fails(0, ABI_PWM_START, 10001u << 16, 100, ABI_INVAL);
    fails(0, ABI_PWM_START, 5000u << 16, 0, ABI_INVAL);
    fails(0, ABI_PWM_START, 5000u << 16, MAX_HZ + 1, ABI_INVAL);
    fails(0, ABI_PWM_STOP, PINS, 0, ABI_INVAL);
    fails(0, ABI_PWM_STOP, 1u << 16, 0, ABI_INVAL);
    fails(0, ABI_PWM_FREQUENCY_MAX, UINT32_MAX, 0, ABI_INVAL);
    fails(0, ABI_PWM_STOP, 0, 0, ABI_OFF);
    capsule_exhaust(1);
    fails(1, ABI_PWM_START, 5000u << 16, 100, ABI_NOMEM);
    assert_int_equal(frequency[0], 0);
}

static void a_pin_belongs_to_who_started_it(void **state)
{
    (void)state;
    assert_int_equal(call(0, ABI_PWM_START, 2500u << 16 | 1, 100).variant, ABI_SUCCESS);
    assert_int_equal(frequency[1], 100);
    assert_int_equal(width[1], 2500);
    fails(1, ABI_PWM_START, 5000u << 16 | 1, 200, ABI_RESERVE);
    fails(1, ABI_PWM_STOP, 1, 0, ABI_RESERVE);
    assert_int_equal(call(1, ABI_PWM_START, 10000u << 16 | 2, 200).variant, ABI_SUCCESS);
    assert_int_equal(call(0, ABI_PWM_START, 0u << 16 | 1, 300).variant, ABI_SUCCESS);
    assert_int_equal(frequency[1], 300);
    assert_int_equal(call(0, ABI_PWM_STOP, 1, 0).variant, ABI_SUCCESS);
    assert_int_equal(frequency[1], 0);
    fails(0, ABI_PWM_STOP, 1, 0, ABI_OFF);
    assert_int_equal(call(1, ABI_PWM_START, 5000u << 16 | 1, 400).variant, ABI_SUCCESS);
}

static void pins_fall_silent_with_their_process(void **state)
{
    (void)state;
    (void)call(0, ABI_PWM_START, 5000u << 16 | 0, 100);
    (void)call(1, ABI_PWM_START, 5000u << 16 | 1, 100);
    (void)call(0, ABI_PWM_START, 5000u << 16 | 2, 100);
    capsule_end(0);
    assert_int_equal(frequency[0], 0);
    assert_int_equal(frequency[1], 100);
    assert_int_equal(frequency[2], 0);
    assert_int_equal(call(1, ABI_PWM_START, 5000u << 16 | 2, 100).variant, ABI_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_says_what_it_is, begin),
        cmocka_unit_test_setup(bad_requests_are_refused, begin),
        cmocka_unit_test_setup(a_pin_belongs_to_who_started_it, begin),
        cmocka_unit_test_setup(pins_fall_silent_with_their_process, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
