// SPDX-License-Identifier: Apache-2.0
#include <chips/mapped_flash.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

enum { WORD = 4 };

#define ERASED 0xFFFFFFFFu

static const struct mapped_flash *self(const struct hil_flash *flash)
{
    return (const struct mapped_flash *)(const void *)flash;
}

static volatile uint32_t *words(const struct mapped_flash *flash, uint32_t address)
{
    return (volatile uint32_t *)(void *)(flash->memory + (address - flash->flash.geometry->base));
}

static bool may_write(const struct mapped_flash *flash, uint32_t address, uint32_t length)
{
    for (uint8_t i = 0; i < flash->writeable_count; i++) {
        const struct mapped_flash_range *range = &flash->writeable[i];

        if (ck_range_in(address, length, range->start, range->start + range->size)) {
            return true;
        }
    }
    return false;
}

/* The only function that stores to flash: one bounded burst, at most a page. NULL data: erase. */
static void store_words(const struct mapped_flash *flash, uint32_t address, const uint8_t *data,
                        uint32_t count)
{
    volatile uint32_t *target = words(flash, address);

    if (flash->open != NULL) {
        flash->open();
    }
    for (uint32_t i = 0; i < count && data == NULL; i++) {
        target[i] = ERASED;
    }
    for (uint32_t i = 0; i < count && data != NULL; i++) {
        target[i] &= bytes_get_u32(data + WORD * i);
    }
    if (flash->close != NULL) {
        flash->close();
    }
}

static int erase(const struct hil_flash *hil, uint32_t address)
{
    const struct mapped_flash *flash = self(hil);
    uint32_t start;
    uint32_t size;

    if (hil_flash_page(hil->geometry, address, &start, &size) != 0 || start != address) {
        return HIL_E_ADDRESS;
    }
    if (!may_write(flash, start, size)) {
        return HIL_E_PROTECTED;
    }
    store_words(flash, start, NULL, size / WORD);
    return 0;
}

static int program(const struct hil_flash *hil, uint32_t address, const void *data, size_t length)
{
    const struct mapped_flash *flash = self(hil);
    const uint8_t *bytes = data;
    uint32_t start;
    uint32_t size;

    if (length == 0 || length > UINT32_MAX || length % WORD != 0 || !ck_is_aligned(address, WORD) ||
        hil_flash_page(hil->geometry, address, &start, &size) != 0 ||
        !ck_range_in(address, (uint32_t)length, start, start + size)) {
        return HIL_E_ADDRESS;
    }
    if (!may_write(flash, address, (uint32_t)length)) {
        return HIL_E_PROTECTED;
    }
    /* One program per unit: every unit must still be erased, or become all zeros. */
    for (uint32_t i = 0; i < length / WORD; i++) {
        if (words(flash, address)[i] != ERASED && bytes_get_u32(bytes + WORD * i) != 0) {
            return HIL_E_NOT_ERASED;
        }
    }
    store_words(flash, address, bytes, (uint32_t)length / WORD);
    return 0;
}

static int status(const struct hil_flash *hil)
{
    (void)hil;
    return 0; /* operations are over when they return, as on parts that stall the processor */
}

static const uint8_t *map(const struct hil_flash *hil, uint32_t address, uint32_t length)
{
    const struct mapped_flash *flash = self(hil);
    uint32_t base = hil->geometry->base;

    if (!ck_range_in(address, length, base, base + flash->size)) {
        return NULL;
    }
    return flash->memory + (address - base);
}

void mapped_flash_init(struct mapped_flash *flash)
{
    flash->flash.erase = erase;
    flash->flash.program = program;
    flash->flash.status = status;
    flash->flash.map = map;
    flash->size = hil_flash_size(flash->flash.geometry);
}
