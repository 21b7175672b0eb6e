// SPDX-License-Identifier: Apache-2.0
#include "processes.h"

#include <gantry/memory.h>

enum { PROCESSES = 32, NAME = 40, BASE = 16, NAME_TLV = 3 };

static bool has_name(uint32_t id, const char *name)
{
    static char text[NAME];
    struct syscall_return r;

    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, text, NAME);
    r = syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_NAME, id, 0);
    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, NULL, 0);
    return syscall_ok(r) && r.value[0] == strlen(name) && memcmp(text, name, strlen(name)) == 0;
}

uint32_t process_of(const char *name)
{
    static uint32_t ids[PROCESSES];
    struct syscall_return r;
    uint32_t count;

    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, ids, sizeof ids);
    r = syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_IDS, 0, 0);
    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, NULL, 0);
    count = syscall_ok(r) && r.value[0] <= PROCESSES ? r.value[0] : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (has_name(ids[i], name)) {
            return ids[i];
        }
    }
    return NO_PROCESS;
}

uint32_t process_self(void)
{
    const uint8_t *header =
        (const uint8_t *)(uintptr_t)syscall_memop(ABI_MEMOP_FLASH_START, 0).value[0];
    const uint8_t *end = header + header[2] + header[3] * 256;
    const uint8_t *tlv = header + BASE;
    char name[NAME] = "";

    while (tlv < end && tlv[0] != NAME_TLV) {
        tlv += 4 + (tlv[2] + 3) / 4 * 4;
    }
    if (tlv < end && tlv[2] < NAME) {
        memcpy(name, tlv + 4, tlv[2]);
    }
    return process_of(name);
}

void process_read(uint32_t id, struct process *process)
{
    *process = (struct process){0, 0, 0, UINT32_MAX};
    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, process,
                           sizeof *process);
    (void)syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_STATISTICS, id, 0);
    (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, NULL, 0);
}

struct syscall_return process_control(uint32_t id, uint32_t action)
{
    return syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_CONTROL, id, action);
}
