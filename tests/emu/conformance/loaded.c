// SPDX-License-Identifier: Apache-2.0
/* What the loader's checks load, under many names: it says that it has started, and stays. */
#include <gantry/console.h>
#include <gantry/syscall.h>

int main(void)
{
    console_print("started\r\n");
    for (;;) {
        syscall_yield_wait();
    }
}
