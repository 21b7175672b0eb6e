// SPDX-License-Identifier: Apache-2.0
/* Plays a scale. */
#include <gantry/buzzer.h>
#include <gantry/console.h>

int main(void)
{
    static const uint16_t scale[] = {262, 294, 330, 349, 392, 440, 494, 523};
    enum abi_error error = ABI_OK;

    for (size_t i = 0; i < sizeof scale / sizeof scale[0] && error == ABI_OK; i++) {
        error = buzzer_play(scale[i], 250);
    }
    printf("buzzer: %s\r\n", syscall_error_name(error));
    return (int)error;
}
