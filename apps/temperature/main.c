// SPDX-License-Identifier: Apache-2.0
/* Prints the temperature. */
#include <gantry/console.h>
#include <gantry/temperature.h>

int main(void)
{
    int32_t hundredths = 0;
    enum abi_error error = temperature_read(&hundredths);

    if (error != ABI_OK) {
        printf("temperature: %s\r\n", syscall_error_name(error));
        return (int)error;
    }
    printf("temperature: %ld/100 degrees Celsius\r\n", (long)hundredths);
    return ABI_OK;
}
