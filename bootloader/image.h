// SPDX-License-Identifier: Apache-2.0
/* Whether a slot holds a kernel that may run. */
#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

#include <bootloader/bootloader.h>
#include <tbf/header.h>

/*
 * The two answers: far apart in every bit, neither is 0 or all ones, so that no skipped instruction
 * or cleared register reads as good.
 */
#define IMAGE_GOOD 0x3CA5965Au
#define IMAGE_BAD  0xC35A69A5u

/** A kernel in a slot. */
struct image {
    struct tbf_header header;
    uint8_t digest[32];
    uint32_t sum;              /* over the whole object, footers included */
    volatile uint32_t verdict; /* on this digest: IMAGE_GOOD, or anything else */
};

/** Parses the header in a slot and checks that it is a kernel for this board and slot. */
uint32_t image_parse(const struct boot_config *config, uint32_t slot, struct image *image);
/** Parses, hashes and verifies. IMAGE_GOOD or IMAGE_BAD. */
uint32_t image_verify(const struct boot_config *config, uint32_t slot, struct image *image);
/**
 * Parses the slot and sums it up again; hashes it again, too, where the board says that somebody
 * could change it meanwhile. IMAGE_GOOD when it still is what was verified and its version is not
 * below `floor`, else another word. The curve arithmetic is not repeated.
 */
uint32_t image_compare(const struct boot_config *config, uint32_t slot, const struct image *image,
                       uint32_t floor);

#endif
