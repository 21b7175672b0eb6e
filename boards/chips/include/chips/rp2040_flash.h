// SPDX-License-Identifier: Apache-2.0
/*
 * Serial flash behind the RP2040's execute-in-place window, changed by the routines in its ROM
 * (RP2040 Datasheet, 2.8.3.1.3), which are found by the ROM's table. While they run, flash cannot
 * be read: the code that calls them lies in RAM, and of all interrupts one goes on, whose handler
 * does too.
 *
 * An operation is over when the call returns. It stalls everything else: to program takes up to 3
 * ms for each 256 bytes, to erase a page 45 ms as a rule and at most 400 ms (W25Q16JV data sheet,
 * 9.6).
 */
#ifndef CHIPS_RP2040_FLASH_H
#define CHIPS_RP2040_FLASH_H

#include <hil/flash.h>

/** Start of the window, and size of an erase page. */
#define RP2040_FLASH_BASE 0x10000000u
#define RP2040_FLASH_PAGE 4096u
/** Longest time for which interrupts are not served, microseconds. */
#define RP2040_FLASH_STALL_US 400000u

/** Bytes of the number that each flash chip has to itself. */
#define RP2040_FLASH_ID_SIZE 8u

/** A range of flash that the holder of the driver may change. */
struct rp2040_flash_range {
    uint32_t start;
    uint32_t size;
};

/** The board fills in all but the functions of `flash`. */
struct rp2040_flash {
    struct hil_flash flash; /* first: the driver finds itself by it */
    const struct rp2040_flash_range *writeable;
    uint8_t writeable_count;
    uint8_t interrupt;     /* number of the one that goes on */
    void (*handler)(void); /* of it, in RAM */
    void (*open)(void);    /* switches memory protection off; NULL where it always is */
    void (*close)(void);   /* and on again */
};

/** Looks the routines up and fills in the functions. Memory protection must still be off. */
void rp2040_flash_init(struct rp2040_flash *flash);
/**
 * Reads the chip's number (command 4Bh) as hexadecimal digits; flash cannot be read meanwhile, as
 * in an operation.
 */
void rp2040_flash_id_text(const struct rp2040_flash *flash,
                          char text[2u * RP2040_FLASH_ID_SIZE + 1u]);

#endif
