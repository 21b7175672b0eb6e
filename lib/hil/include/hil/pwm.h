// SPDX-License-Identifier: Apache-2.0
/* Pins that give out pulses of a set width. Kernel loop and system calls only. */
#ifndef HIL_PWM_H
#define HIL_PWM_H

#include <stdint.h>

/** All of a period, in the unit in which a duty cycle is given: hundredths of a percent. */
#define HIL_PWM_DUTY_ALL 10000u

/** In every function, pin is < count. */
struct hil_pwm {
    /** Number of pins, at most 32; indices run from 0. */
    uint8_t count;
    /**
     * Gives out pulses, in place of those before.
     * @param hz    periods per second
     * @param duty  how long the pin is high, 0 to HIL_PWM_DUTY_ALL of the period
     * @return 0, or HIL_E_UNSUPPORTED for a frequency that the pin cannot have
     */
    int (*start)(const struct hil_pwm *pwm, uint8_t pin, uint32_t hz, uint32_t duty);
    /** Ends the pulses; the pin is low. */
    void (*stop)(const struct hil_pwm *pwm, uint8_t pin);
    /** The highest frequency that a pin can have, hertz. */
    uint32_t (*frequency_max)(const struct hil_pwm *pwm, uint8_t pin);
};

#endif
