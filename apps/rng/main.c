// SPDX-License-Identifier: Apache-2.0
/* Prints sixteen random bytes. */
#include <gantry/console.h>
#include <gantry/device.h>

int main(void)
{
    uint8_t data[16];
    enum abi_error error = rng_fill(data, sizeof data);

    if (error != ABI_OK) {
        printf("no random numbers: %s\r\n", syscall_error_name(error));
        return (int)error;
    }
    for (size_t i = 0; i < sizeof data; i++) {
        printf("%02x", data[i]);
    }
    console_print("\r\n");
    return 0;
}
