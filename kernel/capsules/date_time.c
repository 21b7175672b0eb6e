// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x90007: date and time of day, by the Gregorian calendar, years 1970 to 4095. The day of
 * the week follows from the date: what an app says of it must be one of the seven and counts no
 * further.
 */
#include <kernel/capsules.h>

enum {
    DAY = 86400,
    UNIT_SHIFT = 7,
    EPOCH_YEAR = 1970,
    EPOCH_WEEKDAY = 4, /* a Thursday */
    YEAR_MAX = 4095,
    WEEK = 7,
    DAYS_BEFORE_EPOCH = 719468, /* from 0000-03-01, so that a leap day ends its year */
    DAYS_400_YEARS = 146097,
    DAYS_100_YEARS = 36524,
    DAYS_4_YEARS = 1461,
    DAYS_YEAR = 365
};

struct date {
    uint32_t year;
    uint32_t month; /* 1 to 12 */
    uint32_t day;   /* 1 to 31 */
};

static const struct hil_clock *clock_device;

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    clock_device = device;
}

/* Days from March 1st to the first of the month, months counted from March = 0. */
static uint32_t days_before_month(uint32_t month_from_march)
{
    return (153 * month_from_march + 2) / 5;
}

static uint32_t days_of(const struct date *date)
{
    uint32_t year = date->month > 2 ? date->year : date->year - 1;
    uint32_t month = (date->month + 9) % 12;

    return DAYS_YEAR * year + year / 4 - year / 100 + year / 400 + days_before_month(month) +
           date->day - 1 - DAYS_BEFORE_EPOCH;
}

static struct date date_of(uint32_t days)
{
    uint32_t since = days + DAYS_BEFORE_EPOCH;
    uint32_t in_400 = since % DAYS_400_YEARS;
    /* The year within 400: leap days are taken out first, the one of the last day comes back. */
    uint32_t year = (in_400 - in_400 / (DAYS_4_YEARS - 1) + in_400 / DAYS_100_YEARS -
                     in_400 / (DAYS_400_YEARS - 1)) /
                    DAYS_YEAR;
    uint32_t in_year = in_400 - (DAYS_YEAR * year + year / 4 - year / 100);
    uint32_t month = (5 * in_year + 2) / 153;
    struct date date = {
        .year = year + 400 * (since / DAYS_400_YEARS) + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - days_before_month(month) + 1,
    };

    return date;
}

/* What does not come back as it was does not exist, such as April 31st. */
static bool exists(const struct date *date)
{
    struct date same;

    if (date->year < EPOCH_YEAR || date->month < 1 || date->month > 12 || date->day < 1) {
        return false;
    }
    same = date_of(days_of(date));
    return same.month == date->month && same.day == date->day;
}

static bool unpack(uint32_t date_word, uint32_t time_word, uint64_t *seconds)
{
    struct date date = {(date_word >> 9) & 0xFFFu, (date_word >> 5) & 15u, date_word & 31u};
    uint32_t weekday = (time_word >> 17) & 7u;
    uint32_t hour = (time_word >> 12) & 31u;
    uint32_t minute = (time_word >> 6) & 63u;
    uint32_t second = time_word & 63u;

    if (!exists(&date) || weekday >= WEEK || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    second += (hour * 60 + minute) * 60;
    *seconds = (uint64_t)days_of(&date) * DAY + second;
    return true;
}

static bool pack(uint64_t seconds, uint32_t *date_word, uint32_t *time_word)
{
    static const struct date last = {YEAR_MAX, 12, 31};
    /* In units of 128 seconds, which a day has a whole number of, 32 bits last for 17,000 years. */
    uint32_t units = (uint32_t)(seconds >> UNIT_SHIFT);
    uint32_t days = units / (DAY >> UNIT_SHIFT);
    uint32_t second = (uint32_t)(seconds - (uint64_t)days * DAY);
    struct date date;

    if (seconds >> UNIT_SHIFT > UINT32_MAX || days > days_of(&last)) {
        return false;
    }
    date = date_of(days);
    *date_word = date.year << 9 | date.month << 5 | date.day;
    *time_word = (days + EPOCH_WEEKDAY) % WEEK << 17 | second / 3600 << 12 | second / 60 % 60 << 6 |
                 second % 60;
    return true;
}

static struct syscall_result done(struct process *process, uint32_t date, uint32_t time)
{
    (void)upcall_post(&date_time_driver, process, ABI_DATE_TIME_UPCALL_DONE, ABI_OK, date, time);
    return syscall_success();
}

static struct syscall_result read(struct process *process)
{
    uint64_t seconds;
    uint32_t date;
    uint32_t time;

    if (!clock_device->get(clock_device, &seconds)) {
        return syscall_failure(ABI_OFF);
    }
    return pack(seconds, &date, &time) ? done(process, date, time) : syscall_failure(ABI_FAIL);
}

static struct syscall_result set(struct process *process, uint32_t date, uint32_t time)
{
    uint64_t seconds;

    if (!unpack(date, time, &seconds) || clock_device->set(clock_device, seconds) != 0) {
        return syscall_failure(ABI_INVAL);
    }
    return done(process, 0, 0);
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number > ABI_DATE_TIME_SET) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    /* Room for the answer, before anything is done. */
    if (grant_enter(driver, process) == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    return number == ABI_DATE_TIME_READ ? read(process) : set(process, argument0, argument1);
}

const struct driver date_time_driver = {
    .number = ABI_DRIVER_DATE_TIME,
    .upcalls = 1,
    .init = init,
    .command = command,
};
