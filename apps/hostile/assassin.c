// SPDX-License-Identifier: Apache-2.0
/* Hostile: tries to stop, fault, end and start every other process through the process driver. */
#include <gantry/console.h>
#include <gantry/syscall.h>

enum { IDS = 64 };

int main(void)
{
    unsigned tried = 0;
    unsigned refused = 0;

    for (uint32_t id = 0; id < IDS; id++) {
        for (uint32_t action = ABI_PROCESS_RESUME; action <= ABI_PROCESS_BOOT; action++) {
            struct syscall_return r =
                syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_CONTROL, id, action);

            /* Id 0 is the first app of the board; its own id among the others ends it. */
            tried += id == 0 ? 1 : 0;
            refused += id == 0 && syscall_error(r) == ABI_NODEVICE ? 1 : 0;
        }
        if (id == 0) {
            printf("assassin: %u tried, %u refused\r\n", tried, refused);
        }
    }
    return 0;
}
