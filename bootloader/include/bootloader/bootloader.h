// SPDX-License-Identifier: Apache-2.0
/*
 * The bootloader: verifies a kernel and starts it, or lets a host install one. One thread;
 * interrupts serve the lines alone.
 */
#ifndef BOOTLOADER_BOOTLOADER_H
#define BOOTLOADER_BOOTLOADER_H

#include <stdbool.h>
#include <stdint.h>

#include <bootloader/line.h>
#include <hil/flash.h>
#include <hil/serial.h>
#include <store/store.h>
#include <trust/anchor.h>

#define BOOT_SLOTS          2u
#define BOOT_TRANSPORTS_MAX 3u
/** Blocks of the flash protocol that a line has to hold while flash is written; RAM is scarce here.
 */
#define BOOT_STARTS_MAX 5u /* starts in a row that may fail */

#define BOOT_ASKED       1u /* by the kernel, or by a strap or button */
#define BOOT_ASKED_TWICE 2u /* reset again before the kernel was up */

/** A line over which a host may come: a UART, or a channel of a USB device. */
struct boot_transport {
    const struct hil_serial *serial;
    uint32_t rate;     /* bits per second */
    uint32_t rate_max; /* that a host may raise it to for its session; 0: it may not */
};

/** A range that a host may read by Tock's protocol. */
struct boot_readable {
    uint32_t address;
    uint32_t size;
    const uint8_t *bytes;
};

/** Tock's protocol on a line; constant. docs/tockloader.md */
struct boot_legacy {
    struct line_config line; /* the line under boot_line, and the three that follow */
    /** Factory attributes, for those that the journal does not hold. */
    const uint8_t (*factory)[LEGACY_ATTRIBUTE_SIZE];
    uint8_t factory_count;
    uint8_t readable_count;
    const struct boot_readable *readable; /* app region, kernel attributes, flags */
    bool writes; /* pages of the app region may be written, as long as the device is not locked */
    uint32_t scratch; /* a page for that, as large as any of the app region */
};

/** The line that both protocols share: its `serial` goes into the transports. */
extern struct line boot_line;
/** For its configuration. */
extern const struct legacy_target boot_target;
bool boot_legacy_allowed(void);
bool boot_session(void);

struct boot_config;
struct image;

/**
 * Remembers the digest of the kernel that counts, so that it is hashed again only when it changed.
 * Its signature is checked at each start all the same. docs/boot.md says when that is enough.
 */
struct boot_unchanged {
    /**
     * Fills in the digest of what is in a slot.
     * @param image  parsed and summed up
     * @return false: it is not known, or not what it was
     */
    bool (*recall)(const struct boot_config *config, uint32_t slot, struct image *image);
    /** Remembers it, if the slot is the one that counts. @param image  verified */
    void (*note)(const struct boot_config *config, uint32_t slot, const struct image *image);
};

/**
 * The board's choice, made when it is linked: NULL, unless the board defines it itself, as
 * &boot_in_journal. A pointer that is known then costs nothing where it is NULL.
 */
extern const struct boot_unchanged *const boot_unchanged;
/** Kept in the journal. */
extern const struct boot_unchanged boot_in_journal;

/** What the board gives; constant. */
struct boot_config {
    const struct hil_flash *flash;
    const struct boot_transport *transports; /* the same host session may come over any */
    uint8_t transport_count;                 /* 1 to BOOT_TRANSPORTS_MAX */
    void (*listen)(void);                    /* transport_listen with several, NULL with one */
    const struct store_config *store;        /* with both slots */
    const struct boot_legacy *legacy;        /* NULL: Tock's protocol is not spoken */
    const struct trust_anchor *anchor;       /* kernel keys */
    const char *board;                       /* its CRC-32/POSIX is the board id in kernels */
    const char *architecture;
    uint32_t slot[BOOT_SLOTS]; /* addresses */
    uint32_t slot_size;
    bool rehash;      /* flash is a part of its own, whose content can change behind our back */
    uint32_t vectors; /* from a slot's start to the kernel's vector table */
    /** Who asks to stay here: BOOT_ASKED_*; asks no more after that. */
    uint32_t (*asked)(void);
    /**
     * Counts a start of a kernel, which takes the count back once it is healthy.
     * @return starts before this one that were not followed by a healthy kernel. After
     *         BOOT_STARTS_MAX it begins at 0 again
     */
    uint32_t (*starts)(void);
    /** Resets the board after a while unless the kernel that is started now prevents it. */
    void (*watchdog)(void);
    /** Moves on what the transports depend on; NULL: nothing. True: more could be done at once. */
    bool (*poll)(void);
    /** Milliseconds, wrapping. */
    uint32_t (*now_ms)(void);
    /** Waits for an interrupt. */
    void (*idle)(void);
    /** Restarts the board. Never returns. */
    void (*reset)(bool recover);
    /** Jumps into a kernel by its vector table. Never returns. */
    void (*start)(uint32_t vectors);
};

/**
 * Looks at the lines where the engine is not: moves it to one where a host says HELLO while there
 * is no session, nor Tock's tool; other requests there are answered NO_SESSION or BUSY.
 */
void transport_listen(void);

/** Runs the bootloader. */
_Noreturn void boot_run(const struct boot_config *config);

#endif
