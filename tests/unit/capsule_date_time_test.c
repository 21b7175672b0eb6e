// SPDX-License-Identifier: Apache-2.0
/* Date and time: each day of the calendar against the host's, the packed words, the clock. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>
#include <time.h>

enum { DAY = 86400, YEAR_MAX = 4095 };

static uint64_t clock_time;
static bool clock_is_set;

static bool get(const struct hil_clock *device, uint64_t *seconds)
{
    (void)device;
    *seconds = clock_time;
    return clock_is_set;
}

static int set(const struct hil_clock *device, uint64_t seconds)
{
    (void)device;
    clock_time = seconds;
    clock_is_set = true;
    return 0;
}

static const struct hil_clock device = {.get = get, .set = set};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    clock_time = 0;
    clock_is_set = false;
    date_time_driver.init(&date_time_driver, &device);
    return 0;
}

static uint32_t date_word(uint32_t year, uint32_t month, uint32_t day)
{
    return year << 9 | month << 5 | day;
}

static uint32_t time_word(uint32_t weekday, uint32_t hour, uint32_t minute, uint32_t second)
{
    return weekday << 17 | hour << 12 | minute << 6 | second;
}

static struct syscall_result call(uint32_t command, uint32_t date, uint32_t time)
{
    return capsule_command(&date_time_driver, 0, command, date, time);
}

static void fails(uint32_t command, uint32_t date, uint32_t time, enum abi_error error)
{
    struct syscall_result result = call(command, date, time);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
    capsule_expect_no_upcall();
}

static void reads(uint32_t date, uint32_t time)
{
    assert_int_equal(call(ABI_DATE_TIME_READ, 0, 0).variant, ABI_SUCCESS);
    capsule_expect_upcall(0, &date_time_driver, ABI_DATE_TIME_UPCALL_DONE, ABI_OK, date, time);
}

static void sets(uint32_t date, uint32_t time)
{
    assert_int_equal(call(ABI_DATE_TIME_SET, date, time).variant, ABI_SUCCESS);
    capsule_expect_upcall(0, &date_time_driver, ABI_DATE_TIME_UPCALL_DONE, ABI_OK, 0, 0);
}

static void each_day_is_that_of_the_calendar(void **state)
{
    uint32_t days = 0;

    (void)state;
    clock_is_set = true;
    for (;; days++) {
        time_t seconds = (time_t)days * DAY + days % DAY;
        struct tm tm = *gmtime(&seconds);

        if (tm.tm_year + 1900 > YEAR_MAX) {
            break;
        }
        clock_time = (uint64_t)seconds;
        reads(date_word((uint32_t)tm.tm_year + 1900, (uint32_t)tm.tm_mon + 1, (uint32_t)tm.tm_mday),
              time_word((uint32_t)tm.tm_wday, (uint32_t)tm.tm_hour, (uint32_t)tm.tm_min,
                        (uint32_t)tm.tm_sec));
        clock_time = 0;
        sets(date_word((uint32_t)tm.tm_year + 1900, (uint32_t)tm.tm_mon + 1, (uint32_t)tm.tm_mday),
             time_word(0, (uint32_t)tm.tm_hour, (uint32_t)tm.tm_min, (uint32_t)tm.tm_sec));
        assert_int_equal(clock_time, seconds);
    }
    print_message("%u days\n", days);
    clock_time = (uint64_t)days * DAY;
    fails(ABI_DATE_TIME_READ, 0, 0, ABI_FAIL); /* the year 4096 has no place in the word */
    clock_time = UINT64_MAX;
    fails(ABI_DATE_TIME_READ, 0, 0, ABI_FAIL);
}

static void days_that_do_not_exist_are_refused(void **state)
{
    uint32_t noon = time_word(1, 12, 0, 0);

    (void)state;
    for (uint32_t year = 0; year <= YEAR_MAX; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (uint32_t month = 0; month < 16; month++) {
            uint32_t length = month == 2 ? leap ? 29 : 28
                              : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                      : 31;

            for (uint32_t day = 0; day < 32; day++) {
                bool exists =
                    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= length;

                if (exists) {
                    sets(date_word(year, month, day), noon);
                } else {
                    fails(ABI_DATE_TIME_SET, date_word(year, month, day), noon, ABI_INVAL);
                }
            }
        }
    }
}

static void times_that_do_not_exist_are_refused(void **state)
{
    uint32_t date = date_word(2026, 2, 28);

    (void)state;
    fails(ABI_DATE_TIME_SET, date, time_word(7, 0, 0, 0), ABI_INVAL);
    fails(ABI_DATE_TIME_SET, date, time_word(0, 24, 0, 0), ABI_INVAL);
    fails(ABI_DATE_TIME_SET, date, time_word(0, 0, 60, 0), ABI_INVAL);
    fails(ABI_DATE_TIME_SET, date, time_word(0, 0, 0, 60), ABI_INVAL);
    assert_false(clock_is_set);
    sets(date, time_word(6, 23, 59, 59));
    clock_time++;
    reads(date_word(2026, 3, 1), time_word(0, 0, 0, 0)); /* a Sunday */
}

static void what_cannot_be_is_refused(void **state)
{
    struct syscall_result result;

    (void)state;
    assert_int_equal(call(ABI_COMMAND_EXISTS, 0, 0).variant, ABI_SUCCESS);
    fails(ABI_DATE_TIME_READ, 0, 0, ABI_OFF);
    fails(3, 0, 0, ABI_NOSUPPORT);
    capsule_exhaust(1); /* has no grant yet */
    result = capsule_command(&date_time_driver, 1, ABI_DATE_TIME_SET, date_word(2026, 1, 1), 0);
    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], ABI_NOMEM);
    assert_false(clock_is_set);
}

static void the_software_clock_goes_on(void **state)
{
    uint64_t seconds = 0;

    (void)state;
    capsule_reset(UINT32_MAX - 10);
    assert_false(software_clock.get(&software_clock, &seconds));
    assert_int_equal(capsule_timers(), 0);
    assert_int_equal(software_clock.set(&software_clock, 1000), 0);
    capsule_advance(CAPSULE_HZ - 1);
    assert_true(software_clock.get(&software_clock, &seconds));
    assert_int_equal(seconds, 1000);
    capsule_advance(1);
    assert_true(software_clock.get(&software_clock, &seconds));
    assert_int_equal(seconds, 1001);
    /* Nobody looks while the counter wraps twice over; halves of a second are not lost. */
    capsule_advance(CAPSULE_HZ / 2);
    for (uint32_t i = 0; i < 10; i++) {
        capsule_advance(1000 * CAPSULE_HZ);
    }
    capsule_advance(CAPSULE_HZ / 2);
    assert_true(software_clock.get(&software_clock, &seconds));
    assert_int_equal(seconds, 11002);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_day_is_that_of_the_calendar, begin),
        cmocka_unit_test_setup(days_that_do_not_exist_are_refused, begin),
        cmocka_unit_test_setup(times_that_do_not_exist_are_refused, begin),
        cmocka_unit_test_setup(what_cannot_be_is_refused, begin),
        cmocka_unit_test_setup(the_software_clock_goes_on, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
