// SPDX-License-Identifier: Apache-2.0
/*
 * Flash of the emulated boards: plain memory in a file, treated by this driver as the NOR flash
 * that a real part would be. Erasing sets a page to ones word by word, so that a power cut can tear
 * it; programming writes each unit once and can only clear bits; what a real part would refuse is
 * refused.
 */
#ifndef CHIPS_MAPPED_FLASH_H
#define CHIPS_MAPPED_FLASH_H

#include <hil/flash.h>

/** A range of flash that the holder of the driver may change. */
struct mapped_flash_range {
    uint32_t start;
    uint32_t size;
};

struct mapped_flash {
    struct hil_flash flash; /* first: the driver finds itself by it */
    const struct mapped_flash_range *writeable;
    uint8_t writeable_count;
    uint8_t *memory;     /* where geometry->base is mapped: base itself on a board */
    void (*open)(void);  /* opens flash for writing; NULL when it always is */
    void (*close)(void); /* closes it again */
    uint32_t size;       /* of the array; mapped_flash_init() sets it */
};

/** Fills in the driver's functions; the other fields must be set. */
void mapped_flash_init(struct mapped_flash *flash);

#endif
