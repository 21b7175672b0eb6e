// SPDX-License-Identifier: Apache-2.0
/*
 * Flash in the host's memory as lib/store wants it, filled from a struct memory as it is looked at.
 *
 * In the shadow, changes stay here: to look at a device changes nothing on it, although mounting a
 * store may program something. Otherwise each erasure and each programming is on the device before
 * the next begins. After the first failure nothing is changed any more.
 */
#ifndef OFFLINE_FLASH_H
#define OFFLINE_FLASH_H

#include <stdbool.h>

#include "board.h"
#include "memory.h"

struct offline_flash {
    struct hil_flash flash; /* first: hil_flash's functions find the rest from it */
    const struct board *board;
    struct memory memory;
    uint8_t *bytes;   /* the whole flash */
    uint8_t *present; /* a flag for each chunk: it was read */
    bool shadow;
    int error;         /* the first failure of the memory: enum link_error; 0: none */
    bool journal_last; /* the latest change was one of the journal; and there was one at all */
    bool changed;
};

/** Begins, in the shadow. Takes the memory over. @return false: no room on the host */
bool offline_flash_init(struct offline_flash *flash, const struct board *board,
                        const struct memory *memory);
/** Ends, and closes the memory. */
void offline_flash_free(struct offline_flash *flash);
/** Forgets what was changed in the shadow, and changes the device from now on. */
void offline_flash_go_live(struct offline_flash *flash);
/**
 * Reads a range that is inside the flash.
 * @return the bytes, as long as the flash lives; NULL when the memory failed or the range is not
 */
const uint8_t *offline_flash_read(struct offline_flash *flash, uint32_t address, uint32_t length);
/**
 * Changes any bytes: whole pages are read, erased and programmed anew. Not safe against power cuts.
 * @return 0, or a negative enum link_error or hil_error
 */
int offline_flash_rewrite(struct offline_flash *flash, uint32_t address, const uint8_t *data,
                          uint32_t length);
/** What was done is lasting. @return 0 or a negative enum link_error */
int offline_flash_barrier(struct offline_flash *flash);

#endif
