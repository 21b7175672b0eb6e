// SPDX-License-Identifier: Apache-2.0
/* A converter of voltages to numbers. Kernel loop and system calls only. */
#ifndef HIL_ADC_H
#define HIL_ADC_H

#include <stdint.h>

struct hil_adc {
    /** Number of channels; indices run from 0. */
    uint8_t count;
    /** Bits of a sample, 1 to 16. */
    uint8_t bits;
    /** Voltage of the highest sample, millivolts; 0: not known. */
    uint16_t reference_mv;
    /** Samples per second that one process may have of this converter, at least 1. */
    uint32_t frequency_max;
    /** Converts channel (< count), within 50 microseconds; answers a number of `bits` bits. */
    uint16_t (*sample)(const struct hil_adc *adc, uint8_t channel);
};

#endif
