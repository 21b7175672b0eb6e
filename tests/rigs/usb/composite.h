// SPDX-License-Identifier: Apache-2.0
/* The stack of the device process: what it is made of, and its two streams as one. */
#ifndef RIG_COMPOSITE_H
#define RIG_COMPOSITE_H

#include <stddef.h>
#include <stdint.h>

#include "../../unit/usb_fake.h"
#include "device.h"

/** The controller, for the host's side. */
extern struct fake_usb composite_controller;

/** Plugs a fresh device in. */
void composite_start(struct device_plan *plan);
/** Lets the stack do what it has to, a little; true when there may be more. */
bool composite_step(void);
/** Bytes that the host sent, over whichever interface. */
size_t composite_read(uint8_t *data, size_t capacity);
/** Sends to the interface that spoke last; answers how many bytes it took. */
size_t composite_write(const uint8_t *data, size_t length);

#endif
