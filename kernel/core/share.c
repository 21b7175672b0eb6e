// SPDX-License-Identifier: Apache-2.0
#include <kernel/share.h>

#include "core.h"

bool process_shareable(uint32_t address, uint32_t length)
{
    struct arch_region region;
    uint32_t end;

    return ck_add(address, length, &end) &&
           arch_region_encode(address, end, ARCH_READ_WRITE, &region);
}

bool process_share(struct process *to, const struct process *from, uint32_t address,
                   uint32_t length)
{
    struct arch_region *window = &to->region[ARCH_REGION_SHARED];
    struct arch_region region;
    uint32_t end;

    if (!ck_add(address, length, &end) ||
        !arch_region_encode(address, end, ARCH_READ_WRITE, &region) ||
        (window->base == region.base && window->attributes == region.attributes)) {
        return false;
    }
    *window = region;
    to->share_owner = from->id;
    core_regions_changed(to);
    return true;
}

void process_unshare(const struct process *from)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        struct process *process = core_processes[i];

        if (process != NULL && process->region[ARCH_REGION_SHARED].attributes != 0 &&
            process->share_owner == from->id) {
            process->region[ARCH_REGION_SHARED] = (struct arch_region){0, 0};
            core_regions_changed(process);
        }
    }
}

bool core_share_touched(struct process *process, uint32_t address)
{
    for (uint32_t i = 0; i < core_board->capsule_count; i++) {
        const struct driver *driver = core_driver(i);

        if (driver->touched != NULL && driver->touched(driver, process, address)) {
            return true;
        }
    }
    return false;
}
