// SPDX-License-Identifier: Apache-2.0
/* Temperature: one reading for all who wait, and no one waits for ever. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>

static void (*measured)(void *context, int status, int32_t value);
static uint32_t readings;
static bool broken;
static bool at_once;

static void listen(const struct hil_temperature *thermometer,
                   void (*listener)(void *context, int status, int32_t value), void *context)
{
    (void)thermometer;
    (void)context;
    measured = listener;
}

static int start(const struct hil_temperature *thermometer)
{
    (void)thermometer;
    if (broken) {
        return HIL_E_IO;
    }
    readings++;
    if (at_once) {
        measured(NULL, 0, 2150);
    }
    return 0;
}

static const struct hil_temperature device = {.listen = listen, .start = start};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    readings = 0;
    broken = false;
    at_once = false;
    temperature_driver.init(&temperature_driver, &device);
    return 0;
}

static struct syscall_result call(uint32_t process, uint32_t command)
{
    return capsule_command(&temperature_driver, process, command, 0, 0);
}

static void fails(uint32_t process, uint32_t command, enum abi_error error)
{
    struct syscall_result result = call(process, command);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
}

static void all_who_wait_share_a_reading(void **state)
{
    (void)state;
    assert_int_equal(call(0, ABI_COMMAND_EXISTS).variant, ABI_SUCCESS);
    assert_int_equal(call(0, ABI_TEMPERATURE_READ).variant, ABI_SUCCESS);
    assert_int_equal(call(1, ABI_TEMPERATURE_READ).variant, ABI_SUCCESS);
    fails(0, ABI_TEMPERATURE_READ, ABI_BUSY);
    assert_int_equal(readings, 1);
    measured(NULL, 0, -1234);
    capsule_expect_upcall(0, &temperature_driver, 0, (uint32_t)-1234, 0, 0);
    capsule_expect_upcall(1, &temperature_driver, 0, (uint32_t)-1234, 0, 0);
    assert_int_equal(call(1, ABI_TEMPERATURE_READ).variant, ABI_SUCCESS);
    assert_int_equal(readings, 2);
    capsule_end(1);
    measured(NULL, 0, 0);
    capsule_expect_no_upcall();
}

static void a_reading_may_be_over_at_once(void **state)
{
    (void)state;
    at_once = true;
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(call(0, ABI_TEMPERATURE_READ).variant, ABI_SUCCESS);
        capsule_expect_upcall(0, &temperature_driver, 0, 2150, 0, 0);
    }
}

static void failures_are_told(void **state)
{
    (void)state;
    fails(0, 2, ABI_NOSUPPORT);
    broken = true;
    fails(0, ABI_TEMPERATURE_READ, ABI_FAIL);
    broken = false;
    assert_int_equal(call(0, ABI_TEMPERATURE_READ).variant, ABI_SUCCESS);
    measured(NULL, HIL_E_IO, 0);
    capsule_expect_upcall(0, &temperature_driver, 0, 0x80000000u, 0, 0);
    capsule_exhaust(1);
    fails(1, ABI_TEMPERATURE_READ, ABI_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_who_wait_share_a_reading, begin),
        cmocka_unit_test_setup(a_reading_may_be_over_at_once, begin),
        cmocka_unit_test_setup(failures_are_told, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
