// SPDX-License-Identifier: Apache-2.0
/*
 * Pulses. A pin belongs to the app that starts it, until that stops it or ends; others get
 * ABI_RESERVE. Every function answers ABI_NODEVICE on a board without such pins.
 */
#ifndef GANTRY_PWM_H
#define GANTRY_PWM_H

#include <gantry/syscall.h>

/** Number of pins; 0 when the board has none. */
uint32_t pwm_count(void);
/** The highest frequency of a pin in hertz; 0 when there is no such pin. */
uint32_t pwm_frequency_max(uint32_t pin);
/**
 * Gives out pulses, in place of those before.
 * @param duty  how much of a period the pin is high, in hundredths of a percent, 0 to 10000
 * @return ABI_OK; ABI_INVAL for a pin, frequency or duty that cannot be; ABI_RESERVE; ABI_NODEVICE
 */
enum abi_error pwm_start(uint32_t pin, uint32_t hertz, uint32_t duty);
/** Ends the pulses; ABI_OFF when there are none. */
enum abi_error pwm_stop(uint32_t pin);

#endif
