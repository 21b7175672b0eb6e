// SPDX-License-Identifier: Apache-2.0
/* Something that makes one tone. Kernel loop and system calls only. */
#ifndef HIL_BUZZER_H
#define HIL_BUZZER_H

#include <stdint.h>

struct hil_buzzer {
    /**
     * Sounds, in place of the tone before, until it is silenced.
     * @return 0, or HIL_E_UNSUPPORTED for a tone of hz hertz that it cannot make
     */
    int (*sound)(const struct hil_buzzer *buzzer, uint32_t hz);
    void (*silence)(const struct hil_buzzer *buzzer);
};

#endif
