// SPDX-License-Identifier: Apache-2.0
/* Reports each edge of pins that other apps watch. */
#include <gantry/console.h>
#include <gantry/gpio.h>

static void changed(uint32_t pin, uint32_t high, uint32_t unused, void *userdata)
{
    (void)unused;
    (void)userdata;
    printf("listener: pin %lu is %s\r\n", (unsigned long)pin, high != 0 ? "high" : "low");
}

int main(void)
{
    enum abi_error error = gpio_listen(changed, NULL);

    printf("listener: %s\r\n", syscall_error_name(error));
    while (error == ABI_OK) {
        syscall_yield_wait();
    }
    return (int)error;
}
