// SPDX-License-Identifier: Apache-2.0
/*
 * Converter of the RP2040 (RP2040 Datasheet, 4.9): pins 26 to 28 are channels 0 to 2; its fifth
 * input is the thermometer.
 */
#ifndef CHIPS_RP2040_ADC_H
#define CHIPS_RP2040_ADC_H

#include <hil/adc.h>
#include <hil/temperature.h>

#define RP2040_ADC_CHANNELS 3u

extern const struct hil_adc rp2040_adc;
extern const struct hil_temperature rp2040_temperature;

/** Switches it on; before any use. */
void rp2040_adc_init(void);

#endif
