// SPDX-License-Identifier: Apache-2.0
/* Sleeping, the alarm and timers of lib/app, around the wrap of the counter and far beyond it. */
#include "app_board.h"

#include <gantry/alarm.h>
#include <gantry/timer.h>

enum { MS = BOARD_HZ / 1000 };

/* Moments at which timers were called, as milliseconds since the start of the test. */
struct log {
    uint32_t start;
    unsigned count;
    uint32_t at[32];
};

static struct log log_of(uint32_t now)
{
    board_reset(now);
    return (struct log){.start = now};
}

static void note(void *context)
{
    struct log *log = context;

    assert_in_range(log->count, 0, 31);
    log->at[log->count++] = (board_now - log->start) / MS;
}

static void sleeping_lasts_what_was_asked(void **state)
{
    static const uint32_t starts[] = {0, UINT32_MAX - 10, 0x7FFFFFFF};

    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        board_reset(starts[i]);
        alarm_sleep_ms(5);
        assert_int_equal(board_now - starts[i], 5 * MS);
        assert_int_equal(alarm_sleep_until(board_now - 3, 2), board_now - 1); /* has passed */
        assert_int_equal(board_now - starts[i], 5 * MS);
    }
}

static void sleeping_reaches_beyond_the_counter(void **state)
{
    (void)state;
    board_reset(7);
    /* 5,000,000 ms are 5,000,000,000 counts: once round, and 705,032,704 more. */
    alarm_sleep_ms(5000000);
    assert_int_equal(board_now - 7, 705032704u);
}

static void called(uint32_t now, uint32_t due, uint32_t unused, void *userdata)
{
    (void)unused;
    assert_int_equal(now, board_now);
    assert_in_range(now - due, 0, ALARM_LONGEST);
    note(userdata);
}

static void the_alarm_survives_sleeping(void **state)
{
    struct log log = log_of(1000);

    (void)state;
    /* Due in the middle of the sleep: called when the app yields behind it. */
    assert_int_equal(alarm_set(board_now, 5 * MS, called, &log), ABI_OK);
    alarm_sleep_ms(10);
    assert_int_equal(log.count, 0);
    syscall_yield_wait();
    assert_int_equal(log.count, 1);
    assert_int_equal(log.at[0], 10);
    /* Due after the sleep: in time. */
    assert_int_equal(alarm_set(board_now, 20 * MS, called, &log), ABI_OK);
    alarm_sleep_ms(5);
    syscall_yield_wait();
    assert_int_equal(log.at[1], 30);
    /* Fired, not yet run, when the sleep begins: the sleep is whole, and the call not lost. */
    assert_int_equal(alarm_set(board_now, 0, called, &log), ABI_OK);
    alarm_sleep_ms(10);
    assert_int_equal(board_now - log.start, 40 * MS);
    syscall_yield_wait();
    assert_int_equal(log.count, 3);
    assert_int_equal(alarm_stop(), ABI_ALREADY);
    /* The same, but it fired some time ago; and one that was taken back when it had fired. */
    for (int stop = 0; stop < 2; stop++) {
        uint32_t start;

        assert_int_equal(alarm_set(board_now, 2 * MS, called, &log), ABI_OK);
        board_pass(2 * MS); /* now it fires */
        board_pass(3 * MS);
        if (stop != 0) {
            (void)alarm_stop();
        }
        start = board_now;
        alarm_sleep_ms(10);
        assert_int_equal(board_now - start, 10 * MS);
    }
}

static void timers_run_in_the_order_of_their_times(void **state)
{
    struct log log = log_of(UINT32_MAX - 4 * MS);
    struct timer timers[3] = {0};

    (void)state;
    assert_int_equal(timer_start(&timers[0], 9, note, &log), ABI_OK);
    assert_int_equal(timer_start(&timers[1], 3, note, &log), ABI_OK);
    assert_int_equal(timer_start(&timers[2], 6, note, &log), ABI_OK);
    timer_wait_ms(20);
    assert_int_equal(log.count, 3);
    assert_int_equal(log.at[0], 3);
    assert_int_equal(log.at[1], 6);
    assert_int_equal(log.at[2], 9);
    for (int i = 0; i < 3; i++) {
        assert_false(timer_is_running(&timers[i]));
    }
}

static void periods_do_not_drift(void **state)
{
    struct log log = log_of(42);
    struct timer timer = {0};

    (void)state;
    assert_int_equal(timer_start_periodic(&timer, 10, note, &log), ABI_OK);
    timer_wait_ms(25);
    board_now += 7 * MS; /* busy until 32: the third is two late, the fourth is in time */
    timer_wait_ms(20);
    assert_int_equal(log.count, 5);
    assert_int_equal(log.at[2], 32);
    assert_int_equal(log.at[3], 40);
    assert_int_equal(log.at[4], 50);
    board_now += 33 * MS; /* until 85: what was missed is left out */
    timer_wait_ms(10);
    assert_int_equal(log.count, 7);
    assert_int_equal(log.at[5], 85);
    assert_int_equal(log.at[6], 90);
    timer_stop(&timer);
    timer_wait_ms(50);
    assert_int_equal(log.count, 7);
}

static void timers_reach_beyond_the_counter(void **state)
{
    struct log log = log_of(99);
    struct timer timer = {0};

    (void)state;
    assert_int_equal(timer_start(&timer, 5000000, note, &log), ABI_OK);
    while (timer_is_running(&timer)) {
        syscall_yield_wait();
    }
    assert_int_equal(log.count, 1);
    assert_int_equal(board_now - log.start, 705032704u);
}

struct chain {
    struct log log;
    struct timer timer;
    struct timer *other;
};

static void again(void *context)
{
    struct chain *chain = context;

    note(&chain->log);
    timer_stop(chain->other);
    if (chain->log.count < 3) {
        assert_int_equal(timer_start(&chain->timer, 4, again, chain), ABI_OK);
    }
}

static void a_timer_may_start_itself_and_stop_others(void **state)
{
    struct log log = log_of(0);
    struct timer other = {0};
    struct chain chain = {.log = log, .other = &other};

    (void)state;
    /* Both are due at one moment: the one that is called first stops the other. */
    assert_int_equal(timer_start(&other, 4, note, &log), ABI_OK);
    assert_int_equal(timer_start(&chain.timer, 4, again, &chain), ABI_OK);
    timer_wait_ms(30);
    assert_int_equal(log.count, 0);
    assert_int_equal(chain.log.count, 3);
    assert_int_equal(chain.log.at[2], 12);
}

static void what_cannot_be_is_refused(void **state)
{
    struct timer timer = {0};

    (void)state;
    board_reset(0);
    assert_int_equal(timer_start(&timer, 1, NULL, NULL), ABI_INVAL);
    assert_int_equal(timer_start_periodic(&timer, 0, note, NULL), ABI_INVAL);
    assert_int_equal(alarm_set(0, 1, NULL, NULL), ABI_INVAL);
    board_missing = ABI_DRIVER_ALARM;
    assert_int_equal(timer_start(&timer, 1, note, NULL), ABI_NODEVICE);
    assert_false(timer_is_running(&timer));
    timer_wait_ms(1);
    alarm_sleep_ms(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleeping_lasts_what_was_asked),
        cmocka_unit_test(sleeping_reaches_beyond_the_counter),
        cmocka_unit_test(the_alarm_survives_sleeping),
        cmocka_unit_test(timers_run_in_the_order_of_their_times),
        cmocka_unit_test(periods_do_not_drift),
        cmocka_unit_test(timers_reach_beyond_the_counter),
        cmocka_unit_test(a_timer_may_start_itself_and_stop_others),
        cmocka_unit_test(what_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
