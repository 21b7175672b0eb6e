// SPDX-License-Identifier: Apache-2.0
/* What happens to processes that fault, for every policy that an app may ask for on every board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <core.h>

enum { FIRST_PAUSE_MS = 10, LAST_PAUSE_MS = 5120 };

static struct kernel_board board;
const struct kernel_board *const kernel_board = &board;

static struct process process;
static uint32_t pause_ms; /* of the restart that is due; 0: none */
static uint32_t restarts;
static uint32_t reports;
static jmp_buf panicked;

uint32_t timer_now(void)
{
    return 0;
}

uint32_t timer_from_ms(uint32_t ms)
{
    return ms;
}

void timer_arm(struct timer *timer, uint32_t reference, uint32_t delta)
{
    (void)reference;
    timer->armed = true;
    pause_ms = delta;
}

void core_process_end(struct process *p, enum state state)
{
    p->pause.armed = false;
    pause_ms = 0;
    p->state = (uint8_t)state;
}

void core_process_restart(struct process *p)
{
    p->state = STATE_RUNNING;
    restarts++;
}

_Noreturn void kernel_panic(const char *why, const struct fault *fault)
{
    (void)why;
    (void)fault;
    longjmp(panicked, 1);
}

static void report(struct process *p, const struct fault *fault)
{
    assert_ptr_equal(p, &process);
    assert_int_equal(fault->cause, FAULT_READ);
    reports++;
}

static void begin(uint8_t policy, uint8_t limit)
{
    memset(&process, 0, sizeof process);
    process.image.fault_policy = policy;
    process.image.fault_restarts = limit;
    restarts = 0;
    reports = 0;
}

/* One fault, and its pause when there is one; false when the board panicked. */
static bool faults(void)
{
    const struct fault fault = {.cause = FAULT_READ, .address = 4};
    struct timer *timer = &process.pause;

    if (setjmp(panicked) != 0) {
        return false;
    }
    core_process_fault(&process, &fault);
    assert_int_equal(process.fault.address, 4);
    if (timer->armed) {
        timer->armed = false;
        timer->fired(timer->context);
    }
    return true;
}

/* Faults until it stays; answers how often it was restarted, at most 1000 times. */
static uint32_t restarts_until_it_stays(void)
{
    do {
        assert_true(faults());
    } while (process.state != STATE_FAULTED && restarts < 1000);
    assert_int_equal(reports, restarts < 1000 ? restarts + 1 : restarts);
    return restarts;
}

static void who_asks_for_nothing_gets_what_the_board_says(void **state)
{
    (void)state;
    board = (struct kernel_board){.faulted = report, .fault_restarts_max = FAULT_ENDLESS};
    begin(FAULT_BOARD, 9);
    assert_int_equal(restarts_until_it_stays(), 0); /* a board that says nothing, stops */
    board.fault_policy = FAULT_RESTART;
    board.fault_restarts = 2;
    begin(FAULT_BOARD, 9);
    assert_int_equal(restarts_until_it_stays(), 2);
    board.fault_policy = FAULT_PANIC;
    begin(FAULT_BOARD, 9);
    assert_false(faults());
    begin(77, 9); /* a policy of later versions */
    assert_false(faults());
}

static void who_asks_gets_it_as_far_as_the_board_allows(void **state)
{
    (void)state;
    board = (struct kernel_board){
        .faulted = report, .fault_policy = FAULT_PANIC, .fault_restarts_max = 5};
    begin(FAULT_STOP, 0);
    assert_int_equal(restarts_until_it_stays(), 0);
    for (uint32_t limit = 0; limit <= FAULT_ENDLESS; limit++) {
        begin(FAULT_RESTART, (uint8_t)limit);
        assert_int_equal(restarts_until_it_stays(), limit < 5 ? limit : 5);
    }
    board.fault_restarts_max = FAULT_ENDLESS;
    begin(FAULT_RESTART, FAULT_ENDLESS - 1);
    assert_int_equal(restarts_until_it_stays(), FAULT_ENDLESS - 1);
    begin(FAULT_RESTART, FAULT_ENDLESS);
    assert_int_equal(restarts_until_it_stays(), 1000);
}

static void only_a_board_that_allows_it_panics_for_an_app(void **state)
{
    (void)state;
    board = (struct kernel_board){.faulted = report, .fault_policy = FAULT_STOP};
    begin(FAULT_PANIC, 0);
    assert_int_equal(restarts_until_it_stays(), 0);
    board.fault_panic_allowed = true;
    begin(FAULT_PANIC, 0);
    assert_false(faults());
}

static void each_pause_is_twice_as_long_up_to_a_bound(void **state)
{
    const struct fault fault = {.cause = FAULT_READ, .address = 4};
    uint32_t wanted = FIRST_PAUSE_MS;

    (void)state;
    board = (struct kernel_board){.faulted = report, .fault_restarts_max = FAULT_ENDLESS};
    begin(FAULT_RESTART, FAULT_ENDLESS);
    for (uint32_t i = 0; i < 300; i++) {
        core_process_fault(&process, &fault);
        assert_int_equal(process.state, STATE_FAULTED); /* until the pause is over */
        assert_int_equal(pause_ms, wanted);
        process.pause.fired(process.pause.context);
        assert_int_equal(process.state, STATE_RUNNING);
        wanted = wanted < LAST_PAUSE_MS ? 2 * wanted : LAST_PAUSE_MS;
    }
    process.statistics.fault_restarts = 0; /* an operator starts it */
    core_process_fault(&process, &fault);
    assert_int_equal(pause_ms, FIRST_PAUSE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_for_nothing_gets_what_the_board_says),
        cmocka_unit_test(who_asks_gets_it_as_far_as_the_board_allows),
        cmocka_unit_test(only_a_board_that_allows_it_panics_for_an_app),
        cmocka_unit_test(each_pause_is_twice_as_long_up_to_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
