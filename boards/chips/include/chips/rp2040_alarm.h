// SPDX-License-Identifier: Apache-2.0
/* Alarm of the RP2040: its 64-bit timer's low word, microseconds (RP2040 Datasheet, 4.6). */
#ifndef CHIPS_RP2040_ALARM_H
#define CHIPS_RP2040_ALARM_H

#include <hil/alarm.h>

extern const struct hil_alarm rp2040_alarm;

/** The interrupt of the timer's alarm 0. Interrupt context. */
void rp2040_alarm_interrupt(void);

#endif
