// SPDX-License-Identifier: Apache-2.0
#include "protection.h"

#include <kernel/arch.h>

/* As the kernel asks (kernel_flash_fits): two regions have to cover the object. */
static bool fits(const void *context, uint32_t address, uint32_t size)
{
    struct arch_region region[2];

    (void)context;
    return size != 0 && address <= UINT32_MAX - size &&
           arch_region_cover(address, address + size, ARCH_READ_EXECUTE, region);
}

const struct store_rules *protection_rules(const struct board *board)
{
    static const struct store_rules rules = {.fits = fits};

    return board->regions ? &rules : NULL;
}
