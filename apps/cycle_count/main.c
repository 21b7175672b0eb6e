// SPDX-License-Identifier: Apache-2.0
/* Tests the counter of cycles against the alarm. */
#include <gantry/alarm.h>
#include <gantry/cycle_count.h>

#include "../check.h"

enum { MS = 100 };

int main(void)
{
    struct checks checks = {.app = "cycle_count"};
    enum abi_error error = cycle_count_start();
    uint64_t count;

    if (error == ABI_NODEVICE) {
        console_print("cycle_count: NODEVICE\r\n");
        return (int)error;
    }
    alarm_sleep_ms(MS);
    count = cycle_count_read();
    printf("cycle_count: %lu in %u ms\r\n", (unsigned long)count, MS);
    check(&checks, "it counts millions a second", count >= MS * 1000u);
    check(&checks, "it goes on", cycle_count_read() > count);
    check(&checks, "it stops", cycle_count_stop() == ABI_OK);
    count = cycle_count_read();
    alarm_sleep_ms(MS);
    check(&checks, "and stands", cycle_count_read() == count);
    check(&checks, "it goes on from there",
          cycle_count_start() == ABI_OK && cycle_count_read() > count);
    check(&checks, "it begins anew", cycle_count_reset() == ABI_OK && cycle_count_read() == 0);
    check(&checks, "what does not exist is refused",
          syscall_error(syscall_command(ABI_DRIVER_CYCLE_COUNT, 5, 0, 0)) == ABI_NOSUPPORT);
    return check_finish(&checks);
}
