// SPDX-License-Identifier: Apache-2.0
/* Choosing and starting a kernel. */
#include <bootloader/bootloader.h>

#include "image.h"
#include "recovery.h"

/*
 * Starts the kernel of a slot if it is good. The verdict is looked at twice, in different ways, and
 * the slot is parsed and hashed once more from where it will run, which spoils the verdict unless
 * it is the same: skipping one of these checks does not start a kernel that another refuses. The
 * curve arithmetic runs once, since it takes nearly all of the time: a fault inside it is not
 * covered.
 */
static void try_slot(const struct boot_config *config, uint32_t slot)
{
    static struct image image;
    volatile uint32_t verdict = IMAGE_BAD;
    volatile uint32_t compared = IMAGE_BAD;

    verdict = image_verify(config, slot, &image);
    if (verdict != IMAGE_GOOD) {
        return;
    }
    compared = image_compare(config, slot, &image);
    if ((compared ^ verdict) != 0 || (compared ^ IMAGE_BAD) != UINT32_MAX) {
        return;
    }
    config->start(slot + config->vectors);
}

_Noreturn void boot_run(const struct boot_config *config)
{
    if (!config->wants_recovery()) {
        for (uint32_t i = 0; i < BOOT_SLOTS; i++) {
            try_slot(config, config->slot[i]);
        }
    }
    recovery_run(config);
}
