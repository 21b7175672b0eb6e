// SPDX-License-Identifier: Apache-2.0
/* Date and time of day, in whatever zone the clock was set; all apps share the clock. */
#ifndef GANTRY_DATE_TIME_H
#define GANTRY_DATE_TIME_H

#include <gantry/syscall.h>

struct date_time {
    uint16_t year;   /* 1970 to 4095 */
    uint8_t month;   /* 1 to 12 */
    uint8_t day;     /* 1 to 31 */
    uint8_t weekday; /* 0 = Sunday to 6; ignored when the clock is set */
    uint8_t hour;    /* 0 to 23 */
    uint8_t minute;  /* 0 to 59 */
    uint8_t second;  /* 0 to 59 */
};

/**
 * Tells date and time.
 * @return ABI_OK; ABI_OFF when the clock has not been set; ABI_NODEVICE when there is none
 */
enum abi_error date_time_get(struct date_time *now);
/**
 * Sets the clock.
 * @return ABI_OK; ABI_INVAL for a date or time that does not exist; ABI_NODEVICE
 */
enum abi_error date_time_set(const struct date_time *now);

#endif
