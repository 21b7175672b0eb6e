// SPDX-License-Identifier: Apache-2.0
/* Reports each press and release of each button. */
#include <gantry/console.h>
#include <gantry/device.h>

static void changed(uint32_t button, uint32_t pressed, uint32_t unused, void *userdata)
{
    (void)unused;
    (void)userdata;
    printf("button %lu %s\r\n", (unsigned long)button, pressed != 0 ? "pressed" : "released");
}

int main(void)
{
    uint32_t count = button_count();

    if (count == 0) {
        return ABI_NODEVICE;
    }
    (void)button_listen(changed, NULL);
    for (uint32_t i = 0; i < count; i++) {
        (void)button_enable(i);
    }
    printf("watching %lu buttons\r\n", (unsigned long)count);
    for (;;) {
        syscall_yield_wait();
    }
}
