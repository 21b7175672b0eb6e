// SPDX-License-Identifier: Apache-2.0
/*
 * Flash in the host's memory: spare pages, then a copy of an area. Changes of the area are worked
 * out in it, and written to the device afterwards.
 */
#ifndef TICKV_SCRATCH_H
#define TICKV_SCRATCH_H

#include <stdbool.h>

#include <hil/flash.h>

enum { SCRATCH_SPARES = 3 };

struct scratch {
    struct hil_flash flash; /* first: its functions find the rest from it */
    struct hil_flash_geometry geometry;
    struct hil_flash_run run;
    uint8_t *bytes; /* NULL: there is none */
};

/**
 * Copies an area of a device.
 * @param address, page_size, pages  of the area, inside the flash; page_size a power of two
 * @return false: no room on the host
 */
bool scratch_init(struct scratch *scratch, const struct hil_flash *device, uint32_t address,
                  uint32_t page_size, uint32_t pages);
void scratch_free(struct scratch *scratch);
/** Address of the copy of page `index` of the area. */
uint32_t scratch_page(const struct scratch *scratch, uint32_t index);

/** Waits until a flash has done what it was asked to. @return 0 or an error of the flash */
int scratch_wait(const struct hil_flash *flash);

/**
 * Writes what has changed to the device: first what is added behind other bytes, then pages anew.
 * @param address  of the area on the device
 * @param replace  whether pages may be erased and written anew
 * @param unsafe   receives whether that would be needed and is not allowed: then nothing was
 *                 changed
 * @return 0 or an error of the flash
 */
int scratch_write_back(const struct scratch *scratch, const struct hil_flash *device,
                       uint32_t address, bool replace, bool *unsafe);

#endif
