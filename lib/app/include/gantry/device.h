// SPDX-License-Identifier: Apache-2.0
/* LEDs (driver 0x2), buttons (0x3), random numbers (0x40001). */
#ifndef GANTRY_DEVICE_H
#define GANTRY_DEVICE_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Number of LEDs; 0 when the board has none. */
uint32_t led_count(void);
/**
 * Switches an LED.
 * @param index  below led_count(), else ABI_INVAL
 */
enum abi_error led_on(uint32_t index);
/** As led_on(). */
enum abi_error led_off(uint32_t index);
/** As led_on(). */
enum abi_error led_toggle(uint32_t index);
/** Whether an LED is lit; false for one that the board does not have. */
bool led_is_on(uint32_t index);

/** Number of buttons; 0 when the board has none. */
uint32_t button_count(void);
/** Whether a button is held down; false for one that the board does not have. */
bool button_is_pressed(uint32_t index);
/**
 * Sets who hears of the enabled buttons: function(index, pressed, 0, userdata), called while the
 * app yields, at each press and release.
 * @param function  NULL: nobody
 */
enum abi_error button_listen(upcall_function *function, void *userdata);
/**
 * Has presses and releases of a button reported.
 * @param index  below button_count(), else ABI_INVAL
 */
enum abi_error button_enable(uint32_t index);
/** Ends that. As button_enable(). */
enum abi_error button_disable(uint32_t index);
/**
 * Enables a button and waits for its next press or release; no upcalls are run meanwhile, and what
 * other enabled buttons do is lost.
 * @param pressed  receives which of the two; not NULL
 */
enum abi_error button_wait(uint32_t index, bool *pressed);

/** What is called when random bytes are there: ABI_OK or ABI_FAIL of the source, and how many. */
typedef void rng_function(void *context, enum abi_error error, size_t length);

/**
 * Fills data with random bytes; waits for them, no upcalls are run meanwhile.
 * @return ABI_OK; ABI_BUSY while another fill is under way; ABI_RESERVE for length 0; ABI_FAIL
 *         of the source; ABI_NODEVICE when the board has none
 */
enum abi_error rng_fill(void *data, size_t length);
/**
 * Begins to fill data; function(context, error, length) is called while the app yields.
 * @param data      the kernel's until then
 * @param function  not NULL, else ABI_INVAL; it may begin the next fill
 * @return as rng_fill()
 */
enum abi_error rng_fill_async(void *data, size_t length, rng_function *function, void *context);

GANTRY_C_END

#endif
