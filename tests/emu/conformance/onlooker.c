// SPDX-License-Identifier: Apache-2.0
/* Subscribes to what others enable, and must hear nothing of it. */
#include <gantry/console.h>
#include <gantry/syscall.h>

static uint32_t heard;

static void hear(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    heard++;
}

int main(void)
{
    (void)syscall_subscribe(ABI_DRIVER_BUTTON, ABI_BUTTON_UPCALL_CHANGED, hear, NULL);
    (void)syscall_command(ABI_DRIVER_BUTTON, ABI_BUTTON_READ, 0, 0);
    printf("onlooker: ready\r\n");
    for (;;) {
        syscall_yield_wait();
        printf("onlooker: heard %u\r\n", (unsigned)heard);
    }
}
