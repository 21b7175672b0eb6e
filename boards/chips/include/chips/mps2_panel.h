// SPDX-License-Identifier: Apache-2.0
/*
 * The front panel of the emulated boards: a page of the mapped file that the host writes, and the
 * LEDs of the MPS2's FPGA. Layout of the page, in 32-bit words:
 *
 *     0      PANEL_MAGIC; anything else: nothing is pressed, no strap, no seed
 *     1      buttons, one bit each, 1 = pressed
 *     2      strap: 1 = stay in the bootloader
 *     3      unused
 *     4-11   entropy seed, replaced by the device at each start
 *     12     pins that the host drives, one bit each (chips/mps2_pins.h)
 *     13     their levels, 1 = high
 *     14-17  voltages at the channels of the converter, millivolts
 *     18-19  serial number of the board
 */
#ifndef CHIPS_MPS2_PANEL_H
#define CHIPS_MPS2_PANEL_H

#include <hil/button.h>
#include <hil/entropy.h>
#include <hil/led.h>

#define PANEL_MAGIC      0x4C4E5047u
#define PANEL_SEED_WORDS 8u
/* Indices of words. */
#define PANEL_PINS_DRIVEN 12u
#define PANEL_PINS_HIGH   13u
#define PANEL_CHANNELS    14u
#define PANEL_SERIAL      18u
/** Buttons on the panel. */
#define MPS2_BUTTONS 4u

extern const struct hil_led mps2_leds;
extern const struct hil_button mps2_buttons;
extern const struct hil_entropy mps2_entropy;

/**
 * Takes the seed and puts its successor in its place; before flash is closed for writing.
 * @param page  address of the front panel page
 */
void mps2_panel_init(uint32_t page);
/** The panel's words, for reading; NULL when there is no panel. */
const volatile uint32_t *mps2_panel_words(void);
/** Whether the strap says to stay in the bootloader. */
bool mps2_panel_strap(void);
/** Whether any button is watched: then mps2_panel_poll() wants to be called every 20 ms or so. */
bool mps2_panel_wants_poll(void);
/** Looks for edges of the watched buttons. Kernel loop. */
void mps2_panel_poll(void);

#endif
