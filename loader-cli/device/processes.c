// SPDX-License-Identifier: Apache-2.0
#include "device.h"

enum { POLICY_LAST = 3 };

/* What PROCESS does not tell; a device of an earlier version does not know the command. */
static int read_detail(struct device *device, uint8_t slot, struct device_process *p)
{
    const uint8_t *result;
    size_t length;
    int error = link_host_request(&device->host, LINK_DETAIL, &slot, 1, &result, &length);

    p->detailed = false;
    if (error == LINK_UNKNOWN || error == LINK_UNSUPPORTED) {
        return EXIT_DONE;
    }
    if (error != 0) {
        return device_fail(device, error, "ps");
    }
    if (length == 0) {
        return EXIT_DONE; /* it is gone */
    }
    if (!link_get_detail(result, length, &p->detail) || p->detail.fault_policy > POLICY_LAST) {
        return device_fail(device, LINK_E_PROTOCOL, "ps");
    }
    p->detailed = p->detail.process == p->process.process;
    return EXIT_DONE;
}

int device_processes(struct device *device, bool detailed)
{
    device->process_count = 0;
    for (uint8_t slot = 0; slot < device->info.process_slots; slot++) {
        struct device_process *p = &device->process[device->process_count];
        const uint8_t *result;
        size_t length;
        int code = device_request(device, LINK_PROCESS, &slot, 1, &result, &length, "ps");

        if (code != EXIT_DONE) {
            return code;
        }
        if (length == 0) {
            continue; /* an empty slot */
        }
        if (device->process_count == DEVICE_PROCESSES_MAX ||
            !link_get_process(result, length, &p->process)) {
            return device_fail(device, LINK_E_PROTOCOL, "ps");
        }
        p->detailed = false;
        code = detailed ? read_detail(device, slot, p) : EXIT_DONE;
        if (code != EXIT_DONE) {
            return code;
        }
        device->process_count++;
    }
    return EXIT_DONE;
}

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
