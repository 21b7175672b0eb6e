// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_flash.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

#include "rp2040.h"
#include "rp2040_ssi.h"

enum {
    UNIT = 4,
    BURST = 256, /* what the routine programs at a time */
    EXCEPTIONS = 16,
    VECTORS = EXCEPTIONS + 32,
    ROM_TABLE = 0x14, /* where the ROM keeps two addresses of 16 bits */
    ROM_LOOKUP = 0x18
};

/* Reading the chip's number (W25Q16JV data sheet, 8.2.27), and the pin that selects it (2.19.6.2).
 */
enum { ID_COMMAND = 0x4B, ID_AT = 5, ID_LENGTH = ID_AT + RP2040_FLASH_ID_SIZE };
#define QSPI_SELECT 0x4001800Cu
#define SELECT_LOW  (2u << 8)
#define SELECT_HIGH (3u << 8)

#define ERASED      0xFFFFFFFFu
#define ERASE_BLOCK 0x10000u /* never used for single pages */
#define ERASE_64K   0xD8u
#define SSI(offset) RP2040_REG(SSI_BASE + (offset))
#define CODE(a, b)  ((uint32_t)(a) | ((uint32_t)(b) << 8))

/* The routines, by their names in the ROM's table. */
static struct {
    void (*connect)(void);
    void (*exit_xip)(void);
    void (*erase)(uint32_t offset, uint32_t count, uint32_t block, uint32_t command);
    void (*program)(uint32_t offset, const uint8_t *data, uint32_t count);
    void (*flush)(void);
} rom;

typedef void vector(void);
static _Alignas(256) vector *vectors[VECTORS]; /* while flash cannot be read */
static uint8_t burst_data[BURST];
static int latest;

static struct rp2040_flash *self(const struct hil_flash *flash)
{
    return (struct rp2040_flash *)(uintptr_t)flash;
}

/* A fault meanwhile cannot be told of; a watchdog that runs ends it. */
RP2040_IN_RAM static void stuck(void)
{
    for (;;) {
    }
}

/* What is done while flash cannot be read. */
struct operation {
    uint32_t offset;
    const uint8_t *data; /* BURST bytes in RAM to program; NULL: erase the page */
    uint8_t *id;         /* not NULL: read the chip's number, and nothing else */
};

/* The routines have left the controller sending and receiving bytes; the pin selects the chip. */
RP2040_INTO static inline void read_id(uint8_t *id)
{
    RP2040_REG(QSPI_SELECT) = SELECT_LOW;
    for (uint32_t i = 0; i < ID_LENGTH; i++) {
        SSI(SSI_DATA) = i == 0 ? ID_COMMAND : 0;
        while ((SSI(SSI_STATUS) & SSI_RECEIVED) == 0) {
        }
        if (i < ID_AT) {
            (void)SSI(SSI_DATA);
        } else {
            ((volatile uint8_t *)id)[i - ID_AT] = (uint8_t)SSI(SSI_DATA);
        }
    }
    RP2040_REG(QSPI_SELECT) = SELECT_HIGH;
}

/*
 * Runs from RAM and calls nothing but the ROM. The mapping is set up as by the second stage
 * (boot2.S).
 */
RP2040_IN_RAM static void operate(const struct operation *operation)
{
    rom.connect();
    rom.exit_xip();
    if (operation->id != NULL) {
        read_id(operation->id);
    } else if (operation->data == NULL) {
        rom.erase(operation->offset, RP2040_FLASH_PAGE, ERASE_BLOCK, ERASE_64K);
    } else {
        rom.program(operation->offset, operation->data, BURST);
    }
    rom.flush();
    SSI(SSI_ENABLE) = 0;
    SSI(SSI_BAUD) = SSI_DIVIDER;
    SSI(SSI_CTRLR0) = SSI_FRAME;
    SSI(SSI_CTRLR1) = 0;
    SSI(SSI_SPI_CTRLR0) = SSI_READ_SERIAL;
    SSI(SSI_ENABLE) = 1;
}

/* One bounded burst, in which everything else stands still. */
static void burst(const struct rp2040_flash *flash, const struct operation *operation)
{
    uint32_t enabled = NVIC_ENABLE;
    uint32_t goes_on = enabled & ((uint32_t)1 << flash->interrupt);
    uint32_t table = SCB_VTOR;

    NVIC_DISABLE = ~goes_on;
    (void)NVIC_DISABLE;
    if (flash->open != NULL) {
        flash->open();
    }
    SCB_VTOR = (uint32_t)(uintptr_t)vectors;
    (void)SCB_VTOR;
    operate(operation);
    SCB_VTOR = table;
    (void)SCB_VTOR;
    if (flash->close != NULL) {
        flash->close();
    }
    NVIC_PEND = goes_on; /* what it has kept is told of now */
    NVIC_ENABLE = enabled;
}

static const volatile uint32_t *words(uint32_t address)
{
    return (const volatile uint32_t *)(uintptr_t)address;
}

static bool may_write(const struct rp2040_flash *flash, uint32_t address, uint32_t length)
{
    for (uint8_t i = 0; i < flash->writeable_count; i++) {
        const struct rp2040_flash_range *range = &flash->writeable[i];

        if (ck_range_in(address, length, range->start, range->start + range->size)) {
            return true;
        }
    }
    return false;
}

static int erase(const struct hil_flash *hil, uint32_t address)
{
    const struct rp2040_flash *flash = self(hil);
    uint32_t start;
    uint32_t size;

    if (hil_flash_page(hil->geometry, address, &start, &size) != 0 || start != address) {
        return HIL_E_ADDRESS;
    }
    if (!may_write(flash, start, size)) {
        return HIL_E_PROTECTED;
    }
    burst(flash, &(struct operation){.offset = start - RP2040_FLASH_BASE});
    latest = 0;
    for (uint32_t i = 0; i < size / UNIT; i++) {
        latest = words(start)[i] == ERASED ? latest : HIL_E_IO;
    }
    return 0;
}

/* Bytes beside the data stay as they are: programming ones changes nothing. */
static void program_burst(const struct rp2040_flash *flash, uint32_t address, const uint8_t *data,
                          uint32_t length)
{
    memset(burst_data, 0xFF, sizeof burst_data);
    memcpy(burst_data + address % BURST, data, length);
    burst(flash, &(struct operation){.offset = ck_align_down(address - RP2040_FLASH_BASE, BURST),
                                     .data = burst_data});
    for (uint32_t i = 0; i < length / UNIT; i++) {
        latest = words(address)[i] == bytes_get_u32(data + UNIT * i) ? latest : HIL_E_IO;
    }
}

static int program(const struct hil_flash *hil, uint32_t address, const void *data, size_t length)
{
    const struct rp2040_flash *flash = self(hil);
    const uint8_t *bytes = data;
    uint32_t start;
    uint32_t size;

    if (length == 0 || length > UINT32_MAX || length % UNIT != 0 || !ck_is_aligned(address, UNIT) ||
        hil_flash_page(hil->geometry, address, &start, &size) != 0 ||
        !ck_range_in(address, (uint32_t)length, start, start + size)) {
        return HIL_E_ADDRESS;
    }
    if (!may_write(flash, address, (uint32_t)length)) {
        return HIL_E_PROTECTED;
    }
    /* One program per unit: every unit must still be erased, or become all zeros. */
    for (uint32_t i = 0; i < length / UNIT; i++) {
        if (words(address)[i] != ERASED && bytes_get_u32(bytes + UNIT * i) != 0) {
            return HIL_E_NOT_ERASED;
        }
    }
    latest = 0;
    for (uint32_t done = 0; done < length;) {
        uint32_t part = ck_min((uint32_t)length - done, BURST - (address + done) % BURST);

        program_burst(flash, address + done, bytes + done, part);
        done += part;
    }
    return 0;
}

static int status(const struct hil_flash *hil)
{
    (void)hil;
    return latest;
}

static const uint8_t *map(const struct hil_flash *hil, uint32_t address, uint32_t length)
{
    const struct hil_flash_geometry *geometry = hil->geometry;

    if (!ck_range_in(address, length, geometry->base, geometry->base + hil_flash_size(geometry))) {
        return NULL;
    }
    return (const uint8_t *)(uintptr_t)address;
}

/* The ROM's word of 16 bits at an address, which the compiler must not take for a null pointer. */
static uintptr_t rom_pointer(uintptr_t address)
{
    volatile uintptr_t at = address;

    return *(const volatile uint16_t *)at;
}

static uintptr_t look_up(uint32_t code)
{
    void *(*find)(uintptr_t table, uint32_t code) =
        (void *(*)(uintptr_t, uint32_t))rom_pointer(ROM_LOOKUP);

    return (uintptr_t)find(rom_pointer(ROM_TABLE), code);
}

void rp2040_flash_init(struct rp2040_flash *flash)
{
    rom.connect = (void (*)(void))look_up(CODE('I', 'F'));
    rom.exit_xip = (void (*)(void))look_up(CODE('E', 'X'));
    rom.erase = (void (*)(uint32_t, uint32_t, uint32_t, uint32_t))look_up(CODE('R', 'E'));
    rom.program = (void (*)(uint32_t, const uint8_t *, uint32_t))look_up(CODE('R', 'P'));
    rom.flush = (void (*)(void))look_up(CODE('F', 'C'));
    for (uint32_t i = 0; i < VECTORS; i++) {
        vectors[i] = stuck;
    }
    vectors[EXCEPTIONS + flash->interrupt] = flash->handler;
    flash->flash.erase = erase;
    flash->flash.program = program;
    flash->flash.status = status;
    flash->flash.map = map;
}

void rp2040_flash_id_text(const struct rp2040_flash *flash,
                          char text[2u * RP2040_FLASH_ID_SIZE + 1u])
{
    uint8_t id[RP2040_FLASH_ID_SIZE];

    burst(flash, &(struct operation){.id = id});
    for (uint32_t i = 0; i < 2u * sizeof id; i++) {
        text[i] = "0123456789ABCDEF"[(id[i / 2] >> (4 - 4 * (i % 2))) & 15];
    }
    text[2u * sizeof id] = '\0';
}
