// SPDX-License-Identifier: Apache-2.0
/* Hostile: begins an upload and never ends it. */
#include <gantry/alarm.h>
#include <gantry/app_loader.h>
#include <gantry/console.h>

int main(void)
{
    static const uint32_t header[2] = {0x00400002, 8192}; /* version 2, 64 bytes; total size */
    enum abi_error error;

    /* Busy: while the host that brought it is not quite done. */
    while ((error = app_loader_setup(8192)) == ABI_BUSY) {
        alarm_sleep_ms(20);
    }
    error = error != ABI_OK ? error : app_loader_write(0, header, sizeof header);
    printf("squatter: %s\r\n", error == ABI_OK ? "sits" : syscall_error_name(error));
    for (;;) {
        alarm_sleep_ms(1000);
    }
}
