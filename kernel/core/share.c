// SPDX-License-Identifier: Apache-2.0
#include <kernel/share.h>

#include "core.h"

enum process_window process_share(struct process *to, const struct process *from, uint32_t address,
                                  uint32_t length)
{
    struct arch_region region;
    uint32_t end;

    if (to->window.length == length && to->window.address == address &&
        to->window_owner == from->id) {
        return WINDOW_WAS_OPEN;
    }
    /* Its own memory it sees already, and some protection units take no byte in two regions. */
    if (to == from || !ck_add(address, length, &end) ||
        !arch_region_encode(address, end, ARCH_READ_WRITE, &region)) {
        return WINDOW_IMPOSSIBLE;
    }
    to->region[ARCH_REGION_SHARED] = region;
    to->window = (struct shared){address, length};
    to->window_owner = from->id;
    core_regions_changed(to);
    return WINDOW_OPENED;
}

void process_unshare(const struct process *from)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        struct process *process = core_processes[i];

        if (process != NULL && process->window.length != 0 && process->window_owner == from->id) {
            process->region[ARCH_REGION_SHARED] = (struct arch_region){0, 0};
            process->window.length = 0;
            core_regions_changed(process);
        }
    }
}

bool core_share_touched(struct process *process, uint32_t address)
{
    for (uint32_t i = 0; core_driver(i) != NULL; i++) {
        const struct driver *driver = core_driver(i);

        if (driver->touched != NULL && driver->touched(driver, process, address)) {
            return true;
        }
    }
    return false;
}
