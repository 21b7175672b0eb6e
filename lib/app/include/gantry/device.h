// SPDX-License-Identifier: Apache-2.0
/* LEDs, buttons, random numbers. */
#ifndef GANTRY_DEVICE_H
#define GANTRY_DEVICE_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Number of LEDs; 0 when the board has none. */
uint32_t led_count(void);
enum abi_error led_on(uint32_t index);
enum abi_error led_off(uint32_t index);
enum abi_error led_toggle(uint32_t index);
bool led_is_on(uint32_t index);

/** Number of buttons; 0 when the board has none. */
uint32_t button_count(void);
bool button_is_pressed(uint32_t index);
/** Sets who hears of the enabled buttons: function(index, pressed, 0, userdata). */
enum abi_error button_listen(upcall_function *function, void *userdata);
enum abi_error button_enable(uint32_t index);
enum abi_error button_disable(uint32_t index);

/** Fills data with random bytes; waits for them. */
enum abi_error rng_fill(void *data, size_t length);

GANTRY_C_END

#endif
