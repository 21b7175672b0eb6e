// SPDX-License-Identifier: Apache-2.0
/*
 * Kernels that come over DFU: a file with one record per slot, of which the record for the slot
 * that is to be written is installed and the others are passed over (docs/usb.md). A record is what
 * the flash protocol carries, the arguments of BEGIN and then the object in stream order, and goes
 * the same way: signature first, then the flash, then everything again from the flash.
 */
#ifndef BOOTLOADER_DOWNLOAD_H
#define BOOTLOADER_DOWNLOAD_H

#include <usb/dfu.h>

/** Bytes of a block of the file, and of DFU. */
#define BOOT_DOWNLOAD_BLOCK 256u

/** For struct usb_dfu, whose buffer takes a block. */
extern const struct usb_dfu_target boot_download;

/** How long things take at most on this board, milliseconds; given by the board. */
struct boot_durations {
    uint32_t verify; /* hashing a kernel and checking its signature */
    uint32_t erase;  /* a page of a slot */
    uint32_t block;  /* programming a block of DFU */
};
extern const struct boot_durations boot_durations;

#endif
