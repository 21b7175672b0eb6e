// SPDX-License-Identifier: Apache-2.0
#include <gantry/date_time.h>

static enum abi_error call(uint32_t command, uint32_t date, uint32_t time, uint32_t answer[3])
{
    struct syscall_return result = syscall_command(ABI_DRIVER_DATE_TIME, command, date, time);

    if (!syscall_ok(result)) {
        return syscall_error(result);
    }
    syscall_yield_wait_for(ABI_DRIVER_DATE_TIME, ABI_DATE_TIME_UPCALL_DONE, answer);
    return (enum abi_error)answer[0];
}

enum abi_error date_time_get(struct date_time *now)
{
    uint32_t answer[3];
    enum abi_error error = call(ABI_DATE_TIME_READ, 0, 0, answer);

    if (error == ABI_OK) {
        *now = (struct date_time){
            .year = (uint16_t)(answer[1] >> 9 & 0xFFFu),
            .month = (uint8_t)(answer[1] >> 5 & 15u),
            .day = (uint8_t)(answer[1] & 31u),
            .weekday = (uint8_t)(answer[2] >> 17 & 7u),
            .hour = (uint8_t)(answer[2] >> 12 & 31u),
            .minute = (uint8_t)(answer[2] >> 6 & 63u),
            .second = (uint8_t)(answer[2] & 63u),
        };
    }
    return error;
}

enum abi_error date_time_set(const struct date_time *now)
{
    uint32_t answer[3];

    /* Numbers that have no place in the words must not turn into others. */
    if (now->year > 0xFFFu || now->month > 15 || now->day > 31 || now->hour > 31 ||
        now->minute > 63 || now->second > 63) {
        return ABI_INVAL;
    }
    return call(ABI_DATE_TIME_SET, (uint32_t)now->year << 9 | (uint32_t)now->month << 5 | now->day,
                (uint32_t)now->hour << 12 | (uint32_t)now->minute << 6 | now->second, answer);
}
