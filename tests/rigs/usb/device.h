// SPDX-License-Identifier: Apache-2.0
/*
 * A USB device in a process: the real stack (lib/usb) over a controller in memory, with the real
 * device end of lib/link behind its serial port and its vendor interface, and a DFU interface whose
 * downloads go nowhere. It is a usbredir device on a Unix socket, for QEMU or for bus.h.
 *
 * When the model device closes its connection, the USB device leaves the bus for a moment, as one
 * does that restarts.
 */
#ifndef RIG_DEVICE_H
#define RIG_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** What a device is; in memory that it may share with the test. */
struct device_plan {
    char serial[32];
    bool without_bulk;            /* a serial port alone */
    uint16_t product;             /* from the next plugging on; 0: the usual one */
    volatile bool unplugged;      /* the cable is out */
    volatile uint32_t downloaded; /* bytes that came over DFU */
    volatile uint32_t touched;    /* how often the port was closed at 1200 baud */
    volatile uint32_t breaches;   /* of the contract between stack and controller: defects */
};

/**
 * Starts a device in a process of its own; its socket is there when this returns.
 * @param path  where its socket is to be
 * @param port  of the loopback interface, where the model device listens
 */
pid_t device_start(struct device_plan *plan, const char *path, uint16_t port);

#endif
