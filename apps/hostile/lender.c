// SPDX-License-Identifier: Apache-2.0
/*
 * Shares a word with the peeper, then takes it back in one of several ways (ENDING): 1 un-shares
 * it, 2 ends, 3 restarts, 4 shares another place instead, 5 shares what cannot be opened by itself,
 * from the beginning.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/ipc.h>

static _Alignas(256) uint32_t words[128];

int main(void)
{
    uint32_t peeper;

    while (ipc_discover("peeper", &peeper) != ABI_OK) {
        alarm_sleep_ms(50);
    }
    alarm_sleep_ms(300); /* a second instance shares again: not before the peeper has looked */
    words[0] = 0x5ec0;
    words[64] = 0x0123;
    if (ENDING == 5) {
        printf("lender: %d\r\n", (int)ipc_share(peeper, words, 36));
        printf("lender: %d\r\n", (int)ipc_notify_service(peeper));
        return 0;
    }
    (void)ipc_share(peeper, words, 256);
    (void)ipc_notify_service(peeper);
    alarm_sleep_ms(500);
    console_print("lender: enough\r\n");
    switch (ENDING) {
    case 1:
        (void)ipc_share(peeper, NULL, 0);
        break;
    case 2:
        return 0;
    case 3:
        syscall_exit_restart();
    default:
        (void)ipc_share(peeper, words + 64, 256);
        break;
    }
    for (;;) {
        syscall_yield_wait();
    }
}
