/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map of mps2_an386: read by C and by the linker scripts, so numbers only.
 * The board's README has the picture.
 */
#ifndef MPS2_AN386_MEMORY_MAP_H
#define MPS2_AN386_MEMORY_MAP_H

/* The bootloader's ROM: loaded by the emulator at each reset. */
#define MAP_ROM_START    0x00000000
#define MAP_ROM_SIZE     0x5800 /* budget: 22 KiB */
#define MAP_USB_ROM_SIZE 0x7000 /* budget with USB and DFU: 28 KiB */
#define MAP_FLAGS_START  0x400  /* where Tock's bootloader has its flags and attributes */
#define MAP_FLAGS_SIZE   0x600

/* RAM: the kernel's part first, its stack lowest, so that unmapped space guards it. */
#define MAP_RAM_START       0x20000000
#define MAP_RAM_SIZE        0x400000
#define MAP_KERNEL_RAM_SIZE 0x4800 /* budget: 18 KiB */
#define MAP_KERNEL_STACK    0x980
#define MAP_BOOT_RAM_SIZE   0x3000 /* budget: 12 KiB */
#define MAP_RINGS_SIZE      4864   /* of the serial line */
#define MAP_BOOT_RINGS_SIZE 2688   /* the same of the bootloader: 2176 and 512 */
#define MAP_BOOT_STACK      0xC00
#define MAP_APP_RAM_START   0x20100000
#define MAP_APP_RAM_SIZE    0x80000
#define MAP_BLOCK_MIN       0x4000     /* smallest block for a process: 1 KiB subregions */
#define MAP_HANDOFF_START   0x203FF000 /* survives a reset, not a power cut */

/* Flash: a file that the emulator maps. */
#define MAP_FLASH_START         0x21000000
#define MAP_FLASH_SIZE          0x1000000
#define MAP_FLASH_PAGE          0x1000
#define MAP_JOURNAL_START       0x21000000
#define MAP_JOURNAL_SIZE        0x4000
#define MAP_SCRATCH_START       0x21004000 /* a page that the bootloader rewrites others with */
#define MAP_IDENTITIES          24         /* names of apps that the journal remembers */
#define MAP_SLOT_A              0x21020000
#define MAP_SLOT_B              0x21040000
#define MAP_SLOT_SIZE           0x20000
#define MAP_KERNEL_OFFSET       0x200      /* from the slot's start to the vector table */
#define MAP_KERNEL_BUDGET       0x12200    /* 72 KiB with every capsule, behind MAP_KERNEL_OFFSET */
#define MAP_SHELL_KERNEL_BUDGET 0x14000    /* 80 KiB with the text shell as well */
#define MAP_USB_KERNEL_BUDGET   0x15000    /* 84 KiB with USB */
#define MAP_SMALL_KERNEL_BUDGET 0xC000     /* 48 KiB without the optional ones */
#define MAP_STORAGE_START       0x21060000 /* spare pages first */
#define MAP_STORAGE_SPARES      16
#define MAP_KV_START            0x21070000
#define MAP_KV_REGIONS          32
#define MAP_ISOLATED_START      0x21090000
#define MAP_ISOLATED_SIZE       0x20000
#define MAP_NONVOLATILE_START   0x210B0000
#define MAP_NONVOLATILE_SIZE    0x10000
#define MAP_ATTRIBUTES_START    0x210FF000
#define MAP_APPS_START          0x21100000
#define MAP_APPS_SIZE           0x100000

/* The front panel: buttons, strap and entropy seed, words that the host writes. */
#define MAP_PANEL_START 0x21FFF000

#define MAP_PERIPHERALS_START 0x40000000
#define MAP_PERIPHERALS_SIZE  0x20000000

#endif
