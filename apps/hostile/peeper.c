// SPDX-License-Identifier: Apache-2.0
/* Hostile: a service that goes on reading what a client once shared with it. */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/ipc.h>

static const volatile uint32_t *shared;

static void keep(uint32_t client, uint32_t length, uint32_t address, void *userdata)
{
    (void)client;
    (void)userdata;
    if (length != 0) {
        shared = (const volatile uint32_t *)(uintptr_t)address;
    }
}

static void look(uint32_t now, uint32_t expiration, uint32_t unused, void *userdata)
{
    (void)unused;
    (void)userdata;
    if (shared != NULL) {
        printf("peeper: sees %x\r\n", (unsigned)*shared);
    }
    (void)now;
    (void)alarm_set(expiration, alarm_from_ms(100), look, NULL);
}

int main(void)
{
    if (ipc_serve(NAME, keep, NULL) != ABI_OK) {
        return ABI_FAIL;
    }
    look(0, alarm_now(), 0, NULL);
    for (;;) {
        syscall_yield_wait();
    }
}
