// SPDX-License-Identifier: Apache-2.0
/*
 * Writing flash in parts smaller than its pages, without a buffer in RAM: a page that has to be
 * erased is copied to a scratch page first and stays open for the writes that follow; what they did
 * not touch comes back when it is settled. Power cut in between costs those bytes.
 *
 * All functions: the bootloader's loop. They wait for the flash.
 */
#ifndef BOOT_PAGES_H
#define BOOT_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/flash.h>

#define PAGES_PART      512u
#define PAGES_PARTS_MAX 128u /* parts of the largest page: 64 KiB */

struct pages {
    const struct hil_flash *flash;
    uint32_t scratch; /* start of a page as large as any that is written */
    uint32_t start;   /* the open page; size 0: none is open */
    uint32_t size;
    uint32_t written[PAGES_PARTS_MAX / 32]; /* its parts that were written since it is open */
};

/** Starts with no page open. */
void pages_init(struct pages *pages, const struct hil_flash *flash, uint32_t scratch);
/**
 * Writes one part.
 * @param address  multiple of PAGES_PART
 * @param data     PAGES_PART bytes; NULL: the part is left erased
 * @return 0, HIL_E_ADDRESS outside the array or for a page that is too large, or a flash error
 */
int pages_write(struct pages *pages, uint32_t address, const uint8_t *data);
/** Closes the open page, if there is one. @return 0 or a flash error */
int pages_settle(struct pages *pages);

#endif
