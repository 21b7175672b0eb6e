/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map of raspberry_pi_pico: read by C and by the linker scripts, so numbers only.
 * The board's README has the picture.
 */
#ifndef RASPBERRY_PI_PICO_MEMORY_MAP_H
#define RASPBERRY_PI_PICO_MEMORY_MAP_H

/* RAM: the kernel's part first, its stack lowest, so that unmapped space guards it. */
#define MAP_RAM_START       0x20000000
#define MAP_RAM_SIZE        0x80000 /* for protection: 256 KiB and two banks of 4 KiB exist */
#define MAP_KERNEL_RAM_SIZE 0x5800  /* budget: 22 KiB */
#define MAP_KERNEL_STACK    0x980
#define MAP_BOOT_RAM_SIZE   0x5000 /* budget: 20 KiB */
#define MAP_BOOT_STACK      0xC00
#define MAP_APP_RAM_START   0x20008000
#define MAP_APP_RAM_SIZE    0x38000
#define MAP_BLOCK_MIN       0x1000 /* smallest block for a process: 256-byte subregions */

#define MAP_HANDOFF_START                                                                          \
    0x20040000 /* survives a reset, not a power cut; the ROM leaves it alone */

/* Flash: 2 MiB, executed in place. */
#define MAP_FLASH_START       0x10000000
#define MAP_FLASH_SIZE        0x200000
#define MAP_FLASH_PAGE        0x1000
#define MAP_BOOT_START        0x10000000
#define MAP_BOOT2_SIZE        0x100  /* the ROM starts these bytes once it has checked them */
#define MAP_BOOT_SIZE         0xB000 /* budget: 44 KiB, second stage, USB and DFU included */
#define MAP_FLAGS_START       0x400  /* where Tock's bootloader has its flags and attributes */
#define MAP_FLAGS_SIZE        0x600
#define MAP_JOURNAL_START     0x1000C000
#define MAP_JOURNAL_SIZE      0x4000
#define MAP_SCRATCH_START     0x10010000 /* a page that the bootloader rewrites others with */
#define MAP_IDENTITIES        24         /* names of apps that the journal remembers */
#define MAP_SLOT_A            0x10020000
#define MAP_SLOT_B            0x10040000
#define MAP_SLOT_SIZE         0x20000
#define MAP_KERNEL_OFFSET     0x200      /* from the slot's start to the vector table */
#define MAP_KERNEL_BUDGET     0x18000    /* 96 KiB with every capsule */
#define MAP_STORAGE_START     0x10060000 /* spare pages first */
#define MAP_STORAGE_SPARES    16
#define MAP_KV_START          0x10070000
#define MAP_KV_REGIONS        32
#define MAP_ISOLATED_START    0x10090000
#define MAP_ISOLATED_SIZE     0x20000
#define MAP_NONVOLATILE_START 0x100B0000
#define MAP_NONVOLATILE_SIZE  0x10000
#define MAP_ATTRIBUTES_START  0x100FF000
#define MAP_APPS_START        0x10100000
#define MAP_APPS_SIZE         0x100000

#define MAP_PERIPHERALS_START 0x40000000
#define MAP_PERIPHERALS_SIZE  0x20000000

#endif
