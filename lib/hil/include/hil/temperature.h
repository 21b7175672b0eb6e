// SPDX-License-Identifier: Apache-2.0
/* A thermometer that may take its time. Kernel loop and system calls only. */
#ifndef HIL_TEMPERATURE_H
#define HIL_TEMPERATURE_H

#include <stdint.h>

struct hil_temperature {
    /**
     * Sets who is told: measured(context, status, value) in the kernel loop, once for each reading
     * that was started. status 0: value is in hundredths of a degree Celsius; else HIL_E_IO.
     */
    void (*listen)(const struct hil_temperature *thermometer,
                   void (*measured)(void *context, int status, int32_t value), void *context);
    /**
     * Starts a reading, of which there is one at a time. It may be over before this returns.
     * @return 0, or HIL_E_IO: nothing was started
     */
    int (*start)(const struct hil_temperature *thermometer);
};

#endif
