// SPDX-License-Identifier: Apache-2.0
/* Tells what the clock says, sets it shortly before March, and tests that it goes on from there. */
#include <gantry/alarm.h>
#include <gantry/date_time.h>

#include "../check.h"

static void print(enum abi_error error, const struct date_time *now)
{
    if (error != ABI_OK) {
        printf("date_time: %s\r\n", syscall_error_name(error));
        return;
    }
    printf("date_time: %04u-%02u-%02u %02u:%02u:%02u, day %u of the week\r\n", now->year,
           now->month, now->day, now->hour, now->minute, now->second, now->weekday);
}

int main(void)
{
    static const struct date_time leap_day = {2026, 2, 29, 0, 12, 0, 0};
    static const struct date_time no_time = {2026, 2, 28, 0, 24, 0, 0};
    static const struct date_time before = {2026, 2, 28, 0, 23, 59, 59};
    struct checks checks = {.app = "date_time"};
    struct date_time now = {0};
    enum abi_error error = date_time_get(&now);

    print(error, &now);
    if (error == ABI_NODEVICE) {
        return (int)error;
    }
    check(&checks, "a day that does not exist is refused", date_time_set(&leap_day) == ABI_INVAL);
    check(&checks, "a time that does not exist is refused", date_time_set(&no_time) == ABI_INVAL);
    check(&checks, "the clock is set",
          date_time_set(&before) == ABI_OK && date_time_get(&now) == ABI_OK && now.month == 2 &&
              now.day == 28 && now.weekday == 6 && now.second == 59);
    alarm_sleep_ms(1100);
    error = date_time_get(&now);
    print(error, &now);
    check(&checks, "and goes on",
          error == ABI_OK && now.month == 3 && now.day == 1 && now.weekday == 0 && now.hour == 0 &&
              now.minute == 0);
    return check_finish(&checks);
}
