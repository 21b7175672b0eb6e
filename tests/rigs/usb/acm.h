// SPDX-License-Identifier: Apache-2.0
/*
 * A tty of a device's CDC-ACM function, as Linux's cdc_acm gives it: bytes both ways while it is
 * open, DTR and RTS and the line coding as requests to the device. A pseudo terminal has no modem
 * lines, and libserialport takes no port without: they are emulated.
 */
#ifndef RIG_ACM_H
#define RIG_ACM_H

#include <umockdev.h>

#include "redir.h"

/** Where the function is. */
struct acm_place {
    uint8_t interface; /* of its control half */
    uint8_t in;
    uint8_t out;
};

struct acm;

/** Makes the handler for a device's tty. */
struct acm *acm_new(struct redir *redir, const struct acm_place *place);
/** What umockdev attaches to the node. */
UMockdevIoctlBase *acm_handler(const struct acm *acm);
/** Starts to carry bytes between the device and the master of the node's pseudo terminal. */
void acm_start(struct acm *acm, int master);
/** The device was unplugged: whoever has the tty open sees it hang up. */
void acm_gone(struct acm *acm);

#endif
