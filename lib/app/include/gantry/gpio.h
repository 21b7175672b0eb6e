// SPDX-License-Identifier: Apache-2.0
/*
 * General-purpose pins. All apps share them: whoever sets a pin last has set it. Every function
 * answers ABI_NODEVICE on a board without pins, ABI_INVAL for a pin that is not below gpio_count(),
 * and ABI_NODEVICE for one that the board leaves out.
 */
#ifndef GANTRY_GPIO_H
#define GANTRY_GPIO_H

#include <gantry/syscall.h>

/** Number of pins; 0 when the board has none. */
uint32_t gpio_count(void);

/** Makes a pin an output, with the level that gpio_set() gave it last. */
enum abi_error gpio_make_output(uint32_t pin);
/** Gives an output its level. */
enum abi_error gpio_set(uint32_t pin, bool high);
enum abi_error gpio_toggle(uint32_t pin);
/** Makes a pin an input; ABI_NOSUPPORT for a resistor that it does not have. */
enum abi_error gpio_make_input(uint32_t pin, enum abi_gpio_pull pull);
/** Takes a pin out of use. */
enum abi_error gpio_disable(uint32_t pin);
/** Whether the level at a pin is high; false when it cannot be read. */
bool gpio_is_high(uint32_t pin);

/** Has the kernel report edges of a pin to this app. */
enum abi_error gpio_watch(uint32_t pin, enum abi_gpio_edge edge);
/** Takes back gpio_watch(). */
enum abi_error gpio_ignore(uint32_t pin);
/**
 * Sets who hears of edges while the app yields: function(pin, level, 0, userdata), of the watched
 * ones, and of those of other pins that other apps watch.
 */
enum abi_error gpio_listen(upcall_function *function, void *userdata);
/** Waits for an edge; other upcalls are not run meanwhile. Answers its pin. */
uint32_t gpio_wait(bool *high);

#endif
