// SPDX-License-Identifier: Apache-2.0
#include <hil/flash.h>

#include <hil/error.h>

uint32_t hil_flash_size(const struct hil_flash_geometry *geometry)
{
    uint32_t size = 0;

    for (uint8_t i = 0; i < geometry->run_count; i++) {
        size += geometry->runs[i].page_size * geometry->runs[i].page_count;
    }
    return size;
}

/* The run that holds an address, and where it starts; NULL: none does. */
static const struct hil_flash_run *run_of(const struct hil_flash_geometry *geometry,
                                          uint32_t address, uint32_t *start)
{
    *start = geometry->base;
    if (address < geometry->base) {
        return NULL;
    }
    for (uint32_t i = 0; i < geometry->run_count; i++) {
        const struct hil_flash_run *run = &geometry->runs[i];

        if (address - *start < run->page_size * run->page_count) {
            return run;
        }
        *start += run->page_size * run->page_count;
    }
    return NULL;
}

int hil_flash_page(const struct hil_flash_geometry *geometry, uint32_t address, uint32_t *start,
                   uint32_t *size)
{
    uint32_t run_start;
    const struct hil_flash_run *run = run_of(geometry, address, &run_start);

    if (run == NULL) {
        return HIL_E_ADDRESS;
    }
    *start = run_start + ((address - run_start) & ~(run->page_size - 1));
    *size = run->page_size;
    return 0;
}

uint32_t hil_flash_pages(const struct hil_flash_geometry *geometry, uint32_t address,
                         uint32_t count)
{
    uint32_t run_start;
    const struct hil_flash_run *run = run_of(geometry, address, &run_start);
    uint32_t size;
    uint32_t left;

    if (run == NULL || (address - run_start) % run->page_size != 0) {
        return 0;
    }
    size = run->page_size;
    left = run->page_count - (address - run_start) / size;
    while (left < count) {
        run++;
        if (run == geometry->runs + geometry->run_count || run->page_size != size) {
            return 0;
        }
        left += run->page_count;
    }
    return size;
}
