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

int hil_flash_page(const struct hil_flash_geometry *geometry, uint32_t address, uint32_t *start,
                   uint32_t *size)
{
    uint32_t run_start = geometry->base;

    if (address < geometry->base) {
        return HIL_E_ADDRESS;
    }
    for (uint8_t i = 0; i < geometry->run_count; i++) {
        const struct hil_flash_run *run = &geometry->runs[i];
        uint32_t offset = address - run_start;

        if (offset < run->page_size * run->page_count) {
            *start = run_start + (offset & ~(run->page_size - 1));
            *size = run->page_size;
            return 0;
        }
        run_start += run->page_size * run->page_count;
    }
    return HIL_E_ADDRESS;
}
