// SPDX-License-Identifier: Apache-2.0
/* A service that answers at once. */
#include <gantry/ipc.h>

static void answer(uint32_t client, uint32_t length, uint32_t address, void *userdata)
{
    (void)length;
    (void)address;
    (void)userdata;
    (void)ipc_notify_client(client);
}

int main(void)
{
    if (ipc_serve("echo", answer, NULL) != ABI_OK) {
        return ABI_FAIL;
    }
    for (;;) {
        syscall_yield_wait();
    }
}
