// SPDX-License-Identifier: Apache-2.0
/*
 * Flash memory that is mapped for reading and changed by erasing pages and programming units.
 *
 * Nothing may assume one page size: the array is described as runs of equal pages. Erasing sets a
 * page to the erase value; programming writes whole units, each at most `programs_per_unit` times
 * between two erasures, and can only move bits away from the erase value. A unit may be driven to
 * the inverse of the erase value in every bit (all zeros on most parts) at any time, however often:
 * parts with error correction permit just that (STM32L4 reference manual RM0351, 3.3.7).
 *
 * Changes are asynchronous: erase() and program() start an operation and status() tells when it is
 * over. One operation at a time. On parts that stall the processor instead, the operation is over
 * when the call returns and status() says so at once. All calls come from the kernel loop (or the
 * bootloader's), never from an interrupt.
 */
#ifndef HIL_FLASH_H
#define HIL_FLASH_H

#include <stddef.h>
#include <stdint.h>

/** A run of pages of one size. */
struct hil_flash_run {
    uint32_t page_size;  /* bytes, a power of two */
    uint32_t page_count; /* at least 1 */
};

struct hil_flash_geometry {
    uint32_t base;                    /* address of the first byte as processes and MPU see it */
    const struct hil_flash_run *runs; /* from low to high addresses */
    uint8_t run_count;
    uint8_t write_unit;  /* bytes, 1 to 32, a power of two; addresses and lengths are multiples */
    uint8_t erase_value; /* 0xFF or 0x00 */
    uint8_t programs_per_unit; /* at least 1 */
    uint32_t
        longest_stall_us; /* longest time in which interrupts may not be served, microseconds */
};

struct hil_flash {
    const struct hil_flash_geometry *geometry;

    /**
     * Starts erasing the page at address.
     * @param address  start of a page
     * @return 0, HIL_E_BUSY while another operation runs, HIL_E_ADDRESS for anything but a page
     * start inside the array, HIL_E_PROTECTED for a page that this driver may not change
     */
    int (*erase)(const struct hil_flash *flash, uint32_t address);

    /**
     * Starts programming.
     * @param address  multiple of write_unit inside the array
     * @param data     length bytes of any alignment; must stay valid until the operation is over
     * @param length   multiple of write_unit, at least one, all inside one page
     * @return 0, HIL_E_BUSY, HIL_E_ADDRESS, HIL_E_PROTECTED, or HIL_E_NOT_ERASED when a unit would
     *         have to move bits back (nothing is programmed then)
     */
    int (*program)(const struct hil_flash *flash, uint32_t address, const void *data,
                   size_t length);

    /**
     * Tells how the latest operation stands.
     * @return HIL_E_BUSY while it runs, 0 when it is done, HIL_E_IO when the part reported a
     * failure
     */
    int (*status)(const struct hil_flash *flash);

    /**
     * Where a flash address can be read.
     * @param address, length  a range inside the array
     * @return the mapped bytes (on devices the address itself); NULL for a range outside the array
     */
    const uint8_t *(*map)(const struct hil_flash *flash, uint32_t address, uint32_t length);
};

/** Size of the whole array in bytes. Any context. */
uint32_t hil_flash_size(const struct hil_flash_geometry *geometry);

/**
 * Finds the page that holds an address. Any context.
 * @param address  any address
 * @param start    receives the page's first address; not NULL
 * @param size     receives the page's size in bytes; not NULL
 * @return 0, or HIL_E_ADDRESS when the address is outside the array (outputs unchanged)
 */
int hil_flash_page(const struct hil_flash_geometry *geometry, uint32_t address, uint32_t *start,
                   uint32_t *size);

/**
 * The size of the pages of which `count`, all of one size, follow each other, the first at an
 * address. Any context.
 * @param address  any address
 * @param count    any number
 * @return bytes; 0 when there are not so many, or no page begins there
 */
uint32_t hil_flash_pages(const struct hil_flash_geometry *geometry, uint32_t address,
                         uint32_t count);

#endif
