// SPDX-License-Identifier: Apache-2.0
/*
 * Pins and converter of the emulated MPS2 boards. The emulator connects none: what the host puts at
 * them stands in the front panel's page (chips/mps2_panel.h), what the board gives out in the
 * FPGA's MISC register, which the emulator keeps as it was written and clears at a reset:
 *
 *     bits 0-7     levels of the pins as outputs
 *     bits 8-15    1 = the pin is an output
 *     bits 16-23   1 = the pin has a pull-up resistor
 */
#ifndef CHIPS_MPS2_PINS_H
#define CHIPS_MPS2_PINS_H

#include <hil/adc.h>
#include <hil/gpio.h>

/** Pins and channels. */
#define MPS2_PINS     8u
#define MPS2_CHANNELS 4u

extern const struct hil_adc mps2_adc;

/* The functions of a struct hil_gpio of MPS2_PINS pins, which the board puts together. */
void mps2_pins_make_output(const struct hil_gpio *gpio, uint8_t pin);
int mps2_pins_make_input(const struct hil_gpio *gpio, uint8_t pin, enum hil_gpio_pull pull);
void mps2_pins_disable(const struct hil_gpio *gpio, uint8_t pin);
void mps2_pins_set(const struct hil_gpio *gpio, uint8_t pin, bool high);
bool mps2_pins_get(const struct hil_gpio *gpio, uint8_t pin);
void mps2_pins_listen(const struct hil_gpio *gpio,
                      void (*changed)(void *context, uint8_t pin, bool high), void *context);
/** While any pin is watched, mps2_pins_poll() wants to be called every 20 ms or so. */
void mps2_pins_watch(const struct hil_gpio *gpio, uint8_t pin, bool rise, bool fall);

enum mps2_pins_state {
    MPS2_PINS_UNWATCHED, /* nothing to be looked for */
    MPS2_PINS_WATCHED,
    MPS2_PINS_MORE /* an edge was reported, and there may be another one */
};
/** Looks for an edge of a watched pin and reports it; one, since that may take a while. Kernel
 * loop. */
enum mps2_pins_state mps2_pins_poll(void);

#endif
