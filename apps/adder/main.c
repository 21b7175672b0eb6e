// SPDX-License-Identifier: Apache-2.0
/* A service: adds up the words of a buffer that a client shares; the sum goes in its place. */
#include <gantry/console.h>
#include <gantry/ipc.h>

static void add(uint32_t client, uint32_t length, uint32_t address, void *userdata)
{
    uint32_t *words = (uint32_t *)(uintptr_t)address;
    uint32_t sum = 0;

    (void)userdata;
    for (uint32_t i = 0; i < length / sizeof *words; i++) {
        sum += words[i];
    }
    if (length >= sizeof *words) {
        words[0] = sum;
    }
    (void)ipc_notify_client(client);
}

int main(void)
{
    if (ipc_serve("adder", add, NULL) != ABI_OK) {
        return ABI_FAIL;
    }
    console_print("adder: ready\r\n");
    for (;;) {
        syscall_yield_wait();
    }
}
