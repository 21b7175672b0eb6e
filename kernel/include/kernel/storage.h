// SPDX-License-Identifier: Apache-2.0
/*
 * Where the storage capsules keep their data: the device that a board names beside each of them.
 * One operation at a time for all four together; processes and capsules take turns.
 */
#ifndef KERNEL_STORAGE_H
#define KERNEL_STORAGE_H

#include <hil/flash_share.h>
#include <kv/kv.h>

/** A range of whole pages. */
struct storage_range {
    uint32_t start;
    uint32_t size;
};

/** Constant, the board's. All pages here have one size, that of the pages of writeable apps. */
struct kernel_storage {
    struct hil_flash_share *share;     /* the flash, nobody at it */
    struct hil_flash_user *store_view; /* zero; what the store is given instead of the flash */
    struct swap_config swap;           /* spare pages; flash: &storage_view.flash */
    struct kv_config kv;               /* key-value store; swap: &storage_swap */
    struct storage_range nonvolatile;
    struct storage_range isolated;
};

/** The capsules' own; here so that the board's table can name them. */
extern struct hil_flash_user storage_view;
extern struct swap storage_swap;

#endif
