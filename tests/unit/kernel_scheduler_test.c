// SPDX-License-Identifier: Apache-2.0
/* The schedulers, each driven as the kernel loop does it. */
#include <kernel/scheduler.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SLOTS = 32 };

/* What the simulated slots do and got. */
static struct scheduler_ready ready;
static uint32_t ran_ms[SLOTS];
static uint32_t turns[SLOTS];

static void begin(void)
{
    ready = (struct scheduler_ready){0, 0};
    for (uint32_t i = 0; i < SLOTS; i++) {
        ran_ms[i] = 0;
        turns[i] = 0;
    }
}

static void computes(uint32_t slot)
{
    ready.all |= (uint32_t)1 << slot;
}

static void wakes(uint32_t slot)
{
    ready.all |= (uint32_t)1 << slot;
    ready.woken |= (uint32_t)1 << slot;
}

static void waits(uint32_t slot)
{
    ready.all &= ~((uint32_t)1 << slot);
    ready.woken &= ~((uint32_t)1 << slot);
}

/* One turn: those in `givers` wait at once, the others use all of it up. Answers who had it. */
static uint32_t turn(const struct scheduler *scheduler, uint32_t givers)
{
    uint32_t ms = 0;
    uint32_t slot = scheduler->next(&ready, &ms);
    uint32_t bit = (uint32_t)1 << slot;

    assert_true((ready.all & bit) != 0);
    assert_true(ms > 0);
    turns[slot]++;
    ready.woken &= ~bit;
    if ((givers & bit) != 0) {
        waits(slot);
        scheduler->ended(slot, TURN_GIVEN_UP, &ready);
    } else {
        ran_ms[slot] += ms;
        scheduler->ended(slot, TURN_EXPIRED, &ready);
    }
    return slot;
}

/* Leaves nobody favoured or in the middle of a turn. */
static void settle(const struct scheduler *scheduler)
{
    begin();
    for (uint32_t i = 0; i < SLOTS; i++) {
        computes(i);
        (void)turn(scheduler, (uint32_t)1 << i);
    }
    begin();
}

static void the_first_from_a_place_is_found(void **state)
{
    uint32_t cases = 0;

    (void)state;
    for (uint32_t a = 0; a < 32; a++) {
        for (uint32_t b = 0; b < 32; b++) {
            uint32_t set = (uint32_t)1 << a | (uint32_t)1 << b;

            for (uint32_t from = 0; from <= 32; from++) {
                uint32_t wanted = a < b ? a : b;

                for (uint32_t i = 31; i + 1 > from; i--) {
                    wanted = (set >> i & 1u) != 0 ? i : wanted;
                }
                assert_int_equal(scheduler_first_from(set, from), wanted);
                cases++;
            }
        }
    }
    print_message("%u sets and places\n", cases);
}

static void round_robin_shares_alike(void **state)
{
    (void)state;
    settle(&scheduler_round_robin);
    computes(1);
    computes(5);
    computes(31);
    for (uint32_t i = 0; i < 300; i++) {
        (void)turn(&scheduler_round_robin, 0);
    }
    assert_int_equal(turns[1], 100);
    assert_int_equal(turns[5], 100);
    assert_int_equal(turns[31], 100);
}

static void round_robin_favours_whom_an_event_woke(void **state)
{
    (void)state;
    settle(&scheduler_round_robin);
    for (uint32_t i = 0; i < 8; i++) {
        computes(i);
    }
    for (uint32_t i = 0; i < 50; i++) {
        (void)turn(&scheduler_round_robin, 0);
        wakes(20);
        wakes(21);
        /* The one turn that was going on is the longest that they wait. */
        (void)turn(&scheduler_round_robin, 3u << 20);
        (void)turn(&scheduler_round_robin, 3u << 20);
        (void)turn(&scheduler_round_robin, 3u << 20);
        assert_int_equal(ready.all >> 20, 0);
    }
    /* And nobody of the others loses its place by that. */
    for (uint32_t i = 1; i < 8; i++) {
        assert_true(turns[i] + 1 >= turns[0] && turns[i] <= turns[0] + 1);
    }
}

static void those_that_events_wake_for_ever_do_not_starve_the_others(void **state)
{
    (void)state;
    settle(&scheduler_round_robin);
    computes(3);
    for (uint32_t i = 0; i < 1000; i++) {
        wakes(10);
        wakes(11);
        (void)turn(&scheduler_round_robin, 3u << 10);
    }
    assert_true(turns[3] >= 1000 / 40);
}

static void an_interrupted_turn_goes_on(void **state)
{
    const struct scheduler *const all[] = {&scheduler_round_robin, &scheduler_cooperative,
                                           &scheduler_mlfq};
    uint32_t ms;

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t slot;

        settle(all[i]);
        computes(2);
        computes(4);
        slot = all[i]->next(&ready, &ms);
        all[i]->ended(slot, TURN_INTERRUPTED, &ready);
        assert_int_equal(all[i]->next(&ready, &ms), slot);
        all[i]->ended(slot, TURN_EXPIRED, &ready);
    }
}

static void cooperative_lets_who_runs_run(void **state)
{
    uint32_t first;

    (void)state;
    settle(&scheduler_cooperative);
    computes(6);
    computes(9);
    first = turn(&scheduler_cooperative, 0);
    wakes(1);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(turn(&scheduler_cooperative, 0), first);
    }
    assert_int_equal(turn(&scheduler_cooperative, (uint32_t)1 << first), first);
    assert_int_not_equal(turn(&scheduler_cooperative, 0), first);
}

static void priority_runs_the_lowest_slot(void **state)
{
    (void)state;
    begin();
    computes(7);
    computes(3);
    assert_int_equal(turn(&scheduler_priority, 0), 3);
    wakes(1);
    assert_int_equal(turn(&scheduler_priority, 2), 1);
    assert_int_equal(turn(&scheduler_priority, 1u << 3), 3);
    assert_int_equal(turn(&scheduler_priority, 0), 7);
}

static void feedback_serves_those_that_wait_often_first(void **state)
{
    (void)state;
    settle(&scheduler_mlfq);
    for (uint32_t i = 0; i < 4; i++) {
        computes(i);
    }
    /* All four sink to the last queue; whoever wakes up goes before them, each time. */
    for (uint32_t i = 0; i < 12; i++) {
        (void)turn(&scheduler_mlfq, 0);
    }
    for (uint32_t i = 0; i < 20; i++) {
        wakes(17);
        assert_int_equal(turn(&scheduler_mlfq, 1u << 17), 17);
        assert_true(turn(&scheduler_mlfq, 0) < 4);
    }
}

static void feedback_starves_nobody(void **state)
{
    uint32_t total = 0;

    (void)state;
    settle(&scheduler_mlfq);
    computes(0);
    for (uint32_t i = 0; i < 5; i++) {
        (void)turn(&scheduler_mlfq, 0);
    }
    /* A newcomer that never waits and one that has sunk: alike in the long run. */
    computes(1);
    while (total < 60000) {
        (void)turn(&scheduler_mlfq, 0);
        total = ran_ms[0] + ran_ms[1];
    }
    assert_true(ran_ms[0] > total * 2 / 5 && ran_ms[1] > total * 2 / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_from_a_place_is_found),
        cmocka_unit_test(round_robin_shares_alike),
        cmocka_unit_test(round_robin_favours_whom_an_event_woke),
        cmocka_unit_test(those_that_events_wake_for_ever_do_not_starve_the_others),
        cmocka_unit_test(an_interrupted_turn_goes_on),
        cmocka_unit_test(cooperative_lets_who_runs_run),
        cmocka_unit_test(priority_runs_the_lowest_slot),
        cmocka_unit_test(feedback_serves_those_that_wait_often_first),
        cmocka_unit_test(feedback_starves_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
