// SPDX-License-Identifier: Apache-2.0
#include "chip.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE = 0x1000,
    FICR = 0x10000000,
    UICR = 0x10001000,
    NVMC = 0x4001E000,
    PERIPHERALS = 0x40000000,
    PERIPHERALS_END = 0x50000000,
    BLOCK = 0x20000400, /* the rings' control block */
    UP = 0x20000500,
    DOWN = 0x20000600,
    NAME = 0x20000640,
    UP_BYTES = 256,
    DOWN_BYTES = 32
};

#define PRIVATE     0xE0000000u
#define PRIVATE_END 0xE0100000u
#define CPUID       0xE000ED00u
#define AIRCR       0xE000ED0Cu
#define DFSR        0xE000ED30u
#define DHCSR       0xE000EDF0u
#define DCRSR       0xE000EDF4u
#define DCRDR       0xE000EDF8u
#define DEMCR       0xE000EDFCu
#define FP_CTRL     0xE0002000u
#define DWT_CTRL    0xE0001000u

#define C_DEBUGEN    1u
#define C_HALT       2u
#define C_STEP       4u
#define S_REGRDY     (1u << 16)
#define S_HALT       (1u << 17)
#define S_RETIRE     (1u << 24)
#define S_RESET      (1u << 25)
#define VC_CORERESET 1u
#define DFSR_HALTED  1u
#define DFSR_VCATCH  8u
#define SYSRESETREQ  4u
#define NVMC_READY   0x400u
#define NVMC_READY_2 0x408u
#define NVMC_CONFIG  0x504u
#define NVMC_ERASE   0x508u
#define CONFIG_WRITE 1u
#define CONFIG_ERASE 2u

static uint8_t *flash;
static uint8_t ram[CHIP_RAM_BYTES];
static uint32_t uicr[PAGE / 4];
static uint32_t config;
static uint32_t core_register[128];
static uint32_t control; /* of DHCSR, what was written */
static uint32_t transfer;
static uint32_t exceptions;  /* DEMCR */
static uint32_t reasons;     /* DFSR */
static uint32_t comparators; /* FP_CTRL: whether they are enabled */
static bool halted;
static bool was_reset;
static bool booted;
static unsigned long refused;
static unsigned long changes; /* erasures and programmings so far */
static unsigned lines;

static uint32_t word(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static void set(uint32_t address, uint32_t value)
{
    memcpy(ram + (address - CHIP_RAM_START), &value, sizeof value);
}

static uint32_t get(uint32_t address)
{
    return word(ram + (address - CHIP_RAM_START));
}

static void reset(void)
{
    config = 0;
    was_reset = true;
    booted = false;
    memset(core_register, 0, sizeof core_register);
    core_register[13] = word(flash);
    core_register[15] = word(flash + 4) & ~1u;
    core_register[16] = 1u << 24;
    halted = (control & C_DEBUGEN) != 0 && (exceptions & VC_CORERESET) != 0;
    reasons |= halted ? DFSR_VCATCH : 0;
}

bool chip_open(const char *path)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct stat found;

    if (fd < 0 || fstat(fd, &found) != 0 || ftruncate(fd, CHIP_FLASH_BYTES) != 0) {
        return false;
    }
    flash = mmap(NULL, CHIP_FLASH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (flash == MAP_FAILED) {
        return false;
    }
    if (found.st_size < CHIP_FLASH_BYTES) {
        memset(flash + found.st_size, 0xFF, (size_t)(CHIP_FLASH_BYTES - found.st_size));
    }
    memset(uicr, 0xFF, sizeof uicr);
    reset();
    return true;
}

static uint32_t read_identity(uint32_t offset)
{
    switch (offset) {
    case 0x10:
        return PAGE;
    case 0x14:
        return CHIP_FLASH_BYTES / PAGE;
    case 0x100:
        return 0x52840;
    case 0x104:
        return 0x41414430; /* "AAD0" */
    case 0x108:
        return 0x2004;
    case 0x10C:
        return CHIP_RAM_BYTES / 1024;
    case 0x110:
        return CHIP_FLASH_BYTES / 1024;
    default:
        return 0xFFFFFFFF;
    }
}

static uint32_t read_private(uint32_t address)
{
    uint32_t status;

    switch (address) {
    case CPUID:
        return 0x410FC241; /* Cortex-M4 r0p1 */
    case DHCSR:
        status = control | S_REGRDY | (halted ? S_HALT : S_RETIRE) | (was_reset ? S_RESET : 0);
        was_reset = false;
        return status;
    case DCRDR:
        return transfer;
    case DEMCR:
        return exceptions;
    case DFSR:
        return reasons;
    case AIRCR:
        return 0xFA050000;
    case FP_CTRL:
        return 0x60 | comparators; /* six of them */
    case DWT_CTRL:
        return 0x40000000; /* four */
    default:
        return 0;
    }
}

static void write_control(uint32_t value)
{
    if (value >> 16 != 0xA05F) {
        return;
    }
    control = (value & C_DEBUGEN) != 0 ? value & 15 : 0;
    if ((control & C_STEP) != 0 || ((control & C_HALT) != 0 && !halted)) {
        reasons |= DFSR_HALTED;
    }
    halted = (control & (C_HALT | C_STEP)) != 0;
}

static void write_private(uint32_t address, uint32_t value)
{
    switch (address) {
    case DHCSR:
        write_control(value);
        break;
    case DCRSR:
        if ((value & (1u << 16)) != 0) {
            core_register[value & 127] = transfer;
        } else {
            transfer = core_register[value & 127];
        }
        break;
    case DCRDR:
        transfer = value;
        break;
    case DEMCR:
        exceptions = value;
        break;
    case DFSR:
        reasons &= ~value;
        break;
    case FP_CTRL:
        comparators = (value & 2) != 0 ? value & 1 : comparators; /* with the key only */
        break;
    case AIRCR:
        if (value >> 16 == 0x05FA && (value & (SYSRESETREQ | 1)) != 0) {
            reset();
        }
        break;
    default:
        break;
    }
}

bool chip_read(uint32_t address, uint32_t *value)
{
    address &= ~3u;
    *value = 0;
    if (address < CHIP_FLASH_BYTES) {
        *value = word(flash + address);
    } else if (address - CHIP_RAM_START < CHIP_RAM_BYTES) {
        *value = get(address);
    } else if (address - FICR < PAGE) {
        *value = read_identity(address - FICR);
    } else if (address - UICR < PAGE) {
        *value = uicr[(address - UICR) / 4];
    } else if (address - NVMC < PAGE) {
        const uint32_t offset = address - NVMC;

        *value = offset == NVMC_READY || offset == NVMC_READY_2 ? 1
                 : offset == NVMC_CONFIG                        ? config
                                                                : 0;
    } else if (address >= PRIVATE && address < PRIVATE_END) {
        *value = read_private(address);
    } else {
        return address >= PERIPHERALS && address < PERIPHERALS_END;
    }
    return true;
}

static void write_flash(uint32_t address, uint32_t value, uint32_t mask)
{
    const uint32_t old = word(flash + address);

    if (config != CONFIG_WRITE || mask != UINT32_MAX) {
        refused++;
        return;
    }
    changes++;
    value &= old;
    memcpy(flash + address, &value, sizeof value);
}

static void write_controller(uint32_t offset, uint32_t value)
{
    if (offset == NVMC_CONFIG) {
        config = value & 3;
    } else if (offset == NVMC_ERASE && config == CONFIG_ERASE && value < CHIP_FLASH_BYTES) {
        changes++;
        memset(flash + value / PAGE * PAGE, 0xFF, PAGE);
    }
}

bool chip_write(uint32_t address, uint32_t value, uint32_t mask)
{
    address &= ~3u;
    if (address < CHIP_FLASH_BYTES) {
        write_flash(address, value, mask);
    } else if (address - CHIP_RAM_START < CHIP_RAM_BYTES) {
        set(address, (get(address) & ~mask) | (value & mask));
    } else if (address - NVMC < PAGE) {
        write_controller(address - NVMC, value);
    } else if (address >= PRIVATE && address < PRIVATE_END) {
        write_private(address, value);
    } else {
        return (address >= PERIPHERALS && address < PERIPHERALS_END) || address - UICR < PAGE;
    }
    return true;
}

bool chip_runs(void)
{
    return !halted;
}

unsigned long chip_changes(void)
{
    return changes;
}

unsigned long chip_refused(void)
{
    return refused;
}

/* The control block as a program makes it: the first bytes last. */
static void boot(void)
{
    static const char name[] = "Terminal";
    const uint32_t words[] = {1, 1, NAME, UP, UP_BYTES, 0, 0, 0, NAME, DOWN, DOWN_BYTES, 0, 0, 0};

    memcpy(ram + (NAME - CHIP_RAM_START), name, sizeof name);
    memcpy(ram + (BLOCK + 16 - CHIP_RAM_START), words, sizeof words);
    memset(ram + (BLOCK - CHIP_RAM_START), 0, 16);
    memcpy(ram + (BLOCK - CHIP_RAM_START), "SEGGER RTT", 10);
    booted = true;
    lines = 0;
}

static void say(const char *text)
{
    const uint32_t write_at = BLOCK + 24 + 12;

    for (; *text != '\0'; text++) {
        const uint32_t write = get(write_at);

        if ((write + 1) % UP_BYTES == get(write_at + 4)) {
            return; /* full: what does not fit is lost */
        }
        ram[UP - CHIP_RAM_START + write] = (uint8_t)*text;
        set(write_at, (write + 1) % UP_BYTES);
    }
}

void chip_tick(void)
{
    const uint32_t write_at = BLOCK + 48 + 12;
    char text[DOWN_BYTES + 16];

    if (halted) {
        return;
    }
    if (!booted) {
        boot();
        say("started\n");
    }
    snprintf(text, sizeof text, "line %u\n", ++lines);
    say(text);
    while (get(write_at + 4) % DOWN_BYTES != get(write_at) % DOWN_BYTES) {
        const uint32_t read = get(write_at + 4) % DOWN_BYTES;
        const char echo[2] = {(char)ram[DOWN - CHIP_RAM_START + read], '\0'};

        say(echo);
        set(write_at + 4, (read + 1) % DOWN_BYTES);
    }
}
