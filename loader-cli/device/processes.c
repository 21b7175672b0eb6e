// SPDX-License-Identifier: Apache-2.0
#include "device.h"

const struct device_process *device_process_of(const struct device *device, uint32_t app)
{
    for (size_t i = 0; i < device->process_count; i++) {
        if (device->process[i].process.app == app) {
            return &device->process[i];
        }
    }
    return NULL;
}

uint32_t device_ram_waste(const struct device_process *process, uint32_t min_ram)
{
    uint64_t used = (uint64_t)min_ram + process->detail.kept;

    return process->detailed && used < process->process.ram_size
               ? (uint32_t)(process->process.ram_size - used)
               : 0;
}
