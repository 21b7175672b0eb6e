// SPDX-License-Identifier: Apache-2.0
/*
 * Alarm of the MPS2 boards: the FPGA's 32-bit counter, prescaled to 1 MHz, tells the time; CMSDK
 * timer 0 raises the interrupt (Arm application note AN386, and CMSDK technical reference
 * manual, 4.2).
 */
#ifndef CHIPS_MPS2_ALARM_H
#define CHIPS_MPS2_ALARM_H

#include <hil/alarm.h>

extern const struct hil_alarm mps2_alarm;

/** The timer's interrupt. Interrupt context. */
void mps2_alarm_interrupt(void);

#endif
