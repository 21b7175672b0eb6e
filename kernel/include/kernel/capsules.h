// SPDX-License-Identifier: Apache-2.0
/*
 * The capsules that a board can put into its driver table. Each is set up once, before the first
 * process runs, with the drivers of the board; the structures must stay.
 */
#ifndef KERNEL_CAPSULES_H
#define KERNEL_CAPSULES_H

#include <hil/button.h>
#include <hil/entropy.h>
#include <hil/led.h>
#include <kernel/console.h>
#include <kernel/driver.h>

extern const struct driver alarm_driver;

extern const struct driver led_driver;
void led_init(const struct hil_led *leds);

extern const struct driver button_driver;
void button_init(const struct hil_button *buttons);

extern const struct driver rng_driver;
void rng_init(const struct hil_entropy *source);

/** Low-level debug: reports through the console line. */
extern const struct driver debug_driver;
void debug_init(const struct console_line *to);

/** Process info: privileged; the policy of an app's owner decides who may use it. */
extern const struct driver process_info_driver;

#endif
