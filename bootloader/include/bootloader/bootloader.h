// SPDX-License-Identifier: Apache-2.0
/*
 * The bootloader: verifies a kernel and starts it, or lets a host install one. One thread;
 * interrupts serve the lines alone.
 */
#ifndef BOOTLOADER_BOOTLOADER_H
#define BOOTLOADER_BOOTLOADER_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/flash.h>
#include <hil/serial.h>
#include <trust/anchor.h>

#define BOOT_SLOTS          2u
#define BOOT_TRANSPORTS_MAX 3u

/** A line over which a host may come: a UART, or a channel of a USB device. */
struct boot_transport {
    const struct hil_serial *serial;
    uint32_t rate; /* bits per second */
};

/** What the board gives; constant. */
struct boot_config {
    const struct hil_flash *flash;
    const struct boot_transport *transports; /* the same host session may come over any */
    uint8_t transport_count;                 /* 1 to BOOT_TRANSPORTS_MAX */
    const struct trust_anchor *anchor;       /* kernel keys */
    const char *board;                       /* its CRC-32/POSIX is the board id in kernels */
    const char *architecture;
    uint32_t slot[BOOT_SLOTS]; /* addresses */
    uint32_t slot_size;
    uint32_t vectors; /* from a slot's start to the kernel's vector table */
    /** Whether kernel or strap ask to stay here. */
    bool (*wants_recovery)(void);
    /** Milliseconds, wrapping. */
    uint32_t (*now_ms)(void);
    /** Waits for an interrupt. */
    void (*idle)(void);
    /** Restarts the board. Never returns. */
    void (*reset)(bool recover);
    /** Jumps into a kernel by its vector table. Never returns. */
    void (*start)(uint32_t vectors);
};

/** Runs the bootloader. */
_Noreturn void boot_run(const struct boot_config *config);

#endif
