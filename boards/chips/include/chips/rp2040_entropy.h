// SPDX-License-Identifier: Apache-2.0
/*
 * Random bytes of the RP2040: jitter of its ring oscillator (RP2040 Datasheet, 2.17.5), far more
 * bits than are given out, through SHA-256. The chip has no certified source; this is what it has.
 */
#ifndef CHIPS_RP2040_ENTROPY_H
#define CHIPS_RP2040_ENTROPY_H

#include <hil/entropy.h>

extern const struct hil_entropy rp2040_entropy;

#endif
