// SPDX-License-Identifier: Apache-2.0
/*
 * Kernels in flash that is reached without the device: where one goes and what is recorded of it,
 * by the rules of the bootloader's recovery (docs/boot.md). Functions answer 0, a STORE_E_*, a
 * hil_error or a negative enum link_error.
 */
#ifndef OFFLINE_KERNEL_H
#define OFFLINE_KERNEL_H

#include <store/kernel.h>
#include <tbf/header.h>

#include "engine.h"

/** Where a kernel goes. */
struct offline_kernel_place {
    uint8_t index; /* of the slot */
    struct store_extent slot;
    bool beside_good; /* the other slot holds a kernel that may run: the new one stands trial */
    uint32_t floor;   /* lowest version that may run */
};

/**
 * Chooses the slot that does not hold the kernel that counts; nothing is changed yet.
 * STORE_E_CONFIG: the board has not two slots, or the flash is another board's.
 */
int offline_kernel_place(struct offline *offline, struct offline_kernel_place *place);

/**
 * Whether one of the keys in the flash's kernel made a kernel's signature; without a kernel there,
 * one of its own.
 * @param object  header->total_size bytes
 * @param digest  of the object
 * @param known   receives whether the flash has a kernel with keys at all
 */
bool offline_kernel_is_signed(struct offline *offline, const uint8_t *object,
                              const struct tbf_header *header,
                              const uint8_t digest[STORE_DIGEST_SIZE], bool *known);

/** Records that what is in the slot must not be started: before anything of it changes. */
int offline_kernel_distrust(struct offline *offline, const struct offline_kernel_place *place);
/**
 * Records that the kernel is to be started: on trial beside a good one, else it counts at once.
 * After all of it has been written.
 */
int offline_kernel_record(struct offline *offline, const struct offline_kernel_place *place,
                          const uint8_t digest[STORE_DIGEST_SIZE]);

#endif
