// SPDX-License-Identifier: Apache-2.0
/* Cycles: a counter for each process over one of 32 bits, however often that wraps. */
#include "capsule_support.h"

#include <kernel/capsules.h>
#include <kernel/timer.h>

enum { CYCLES_PER_COUNT = 25, BEGIN = 1000 };

static uint32_t starts;

static void start(const struct hil_cycle_counter *counter)
{
    (void)counter;
    starts++;
}

static uint32_t now(const struct hil_cycle_counter *counter)
{
    (void)counter;
    return timer_now() * CYCLES_PER_COUNT;
}

static const struct hil_cycle_counter counter = {
    .frequency = CYCLES_PER_COUNT * CAPSULE_HZ, .start = start, .now = now};

static int begin(void **state)
{
    (void)state;
    capsule_reset(BEGIN);
    starts = 0;
    cycle_count_driver.init(&cycle_count_driver, &counter);
    return 0;
}

static void succeeds(uint32_t process, uint32_t command)
{
    assert_int_equal(capsule_command(&cycle_count_driver, process, command, 0, 0).variant,
                     ABI_SUCCESS);
}

static uint64_t count(uint32_t process)
{
    struct syscall_result result =
        capsule_command(&cycle_count_driver, process, ABI_CYCLE_COUNT_READ, 0, 0);

    assert_int_equal(result.variant, ABI_SUCCESS_U64);
    return (uint64_t)result.value[1] << 32 | result.value[0];
}

static void it_counts_from_start_to_stop(void **state)
{
    (void)state;
    succeeds(0, ABI_COMMAND_EXISTS);
    assert_int_equal(starts, 0);
    succeeds(0, ABI_CYCLE_COUNT_STOP); /* stands already */
    succeeds(0, ABI_CYCLE_COUNT_START);
    assert_int_equal(count(0), 0);
    capsule_advance(10);
    assert_int_equal(count(0), 250);
    succeeds(0, ABI_CYCLE_COUNT_START); /* runs already */
    capsule_advance(10);
    succeeds(0, ABI_CYCLE_COUNT_STOP);
    capsule_advance(10);
    assert_int_equal(count(0), 500);
    succeeds(0, ABI_CYCLE_COUNT_START);
    capsule_advance(10);
    assert_int_equal(count(0), 750);
    succeeds(0, ABI_CYCLE_COUNT_RESET);
    capsule_advance(10);
    assert_int_equal(count(0), 0);
    assert_int_equal(starts, 1);
}

static void processes_do_not_disturb_each_other(void **state)
{
    (void)state;
    succeeds(0, ABI_CYCLE_COUNT_START);
    capsule_advance(4);
    succeeds(1, ABI_CYCLE_COUNT_START);
    capsule_advance(4);
    succeeds(1, ABI_CYCLE_COUNT_RESET);
    assert_int_equal(count(0), 200);
    assert_int_equal(count(1), 0);
    capsule_end(0);
    capsule_restart(0);
    succeeds(1, ABI_CYCLE_COUNT_START);
    capsule_advance(1);
    assert_int_equal(count(1), 25);
    assert_int_equal(count(2), (BEGIN + 9) * CYCLES_PER_COUNT); /* the board's */
    assert_int_equal(count(0), count(2));
    assert_int_equal(starts, 1);
}

static void it_counts_on_across_wraps(void **state)
{
    (void)state;
    succeeds(0, ABI_CYCLE_COUNT_START);
    for (uint32_t i = 0; i < 4; i++) {
        capsule_advance(1000 * CAPSULE_HZ); /* some 5.8 wraps each, and nobody reads */
    }
    assert_int_equal(count(0), 4000ull * CAPSULE_HZ * CYCLES_PER_COUNT);
}

static void what_cannot_be_is_refused(void **state)
{
    struct syscall_result result = capsule_command(&cycle_count_driver, 0, 5, 0, 0);

    (void)state;
    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], ABI_NOSUPPORT);
    capsule_exhaust(0);
    result = capsule_command(&cycle_count_driver, 0, ABI_CYCLE_COUNT_START, 0, 0);
    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], ABI_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_counts_from_start_to_stop, begin),
        cmocka_unit_test_setup(processes_do_not_disturb_each_other, begin),
        cmocka_unit_test_setup(it_counts_on_across_wraps, begin),
        cmocka_unit_test_setup(what_cannot_be_is_refused, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
