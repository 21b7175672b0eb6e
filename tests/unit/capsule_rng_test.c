// SPDX-License-Identifier: Apache-2.0
/* Random bytes: by chunks, turn by turn, into exactly what a process shares. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>
#include <string.h>

enum { LENGTH = 100 };

static uint8_t next_byte;
static bool broken;

static int fill(const struct hil_entropy *entropy, uint8_t *data, size_t length)
{
    (void)entropy;
    for (size_t i = 0; i < length; i++) {
        data[i] = ++next_byte;
    }
    return broken ? HIL_E_IO : 0;
}

static const struct hil_entropy source = {.fill = fill};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    next_byte = 0;
    broken = false;
    rng_driver.init(&rng_driver, &source);
    return 0;
}

static void two_processes_are_served_in_turn(void **state)
{
    uint8_t one[LENGTH];
    uint8_t two[LENGTH];

    (void)state;
    capsule_allow_rw(&rng_driver, 0, 0, one, sizeof one);
    capsule_allow_rw(&rng_driver, 1, 0, two, sizeof two);
    assert_int_equal(capsule_command(&rng_driver, 0, ABI_RNG_FILL, LENGTH, 0).variant, ABI_SUCCESS);
    assert_int_equal(capsule_command(&rng_driver, 1, ABI_RNG_FILL, LENGTH, 0).variant, ABI_SUCCESS);
    (void)capsule_work();
    capsule_expect_upcall(0, &rng_driver, 0, ABI_OK, LENGTH, 0);
    capsule_expect_upcall(1, &rng_driver, 0, ABI_OK, LENGTH, 0);
    assert_int_equal(one[0], 1);
    assert_int_equal(two[0], 33); /* behind the first chunk of the other */
    capsule_expect_no_upcall();
}

static void a_buffer_that_vanishes_ends_the_job(void **state)
{
    uint8_t data[LENGTH];

    (void)state;
    capsule_allow_rw(&rng_driver, 0, 0, data, sizeof data);
    (void)capsule_command(&rng_driver, 0, ABI_RNG_FILL, LENGTH, 0);
    capsule_allow_rw(&rng_driver, 0, 0, NULL, 0);
    (void)capsule_work();
    capsule_expect_upcall(0, &rng_driver, 0, ABI_OK, 0, 0);
}

static void a_source_that_fails_is_reported(void **state)
{
    uint8_t data[LENGTH];

    (void)state;
    broken = true;
    capsule_allow_rw(&rng_driver, 2, 0, data, sizeof data);
    (void)capsule_command(&rng_driver, 2, ABI_RNG_FILL, LENGTH, 0);
    (void)capsule_work();
    capsule_expect_upcall(2, &rng_driver, 0, ABI_FAIL, 0, 0);
}

static void a_process_that_ended_gets_nothing(void **state)
{
    uint8_t data[LENGTH] = {0};

    (void)state;
    capsule_allow_rw(&rng_driver, 0, 0, data, sizeof data);
    (void)capsule_command(&rng_driver, 0, ABI_RNG_FILL, LENGTH, 0);
    capsule_end(0);
    (void)capsule_work();
    assert_int_equal(data[0], 0);
    capsule_expect_no_upcall();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_processes_are_served_in_turn, begin),
        cmocka_unit_test_setup(a_buffer_that_vanishes_ends_the_job, begin),
        cmocka_unit_test_setup(a_source_that_fails_is_reported, begin),
        cmocka_unit_test_setup(a_process_that_ended_gets_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
