// SPDX-License-Identifier: Apache-2.0
/* Driver 0x10002: what runs, and control over it. */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <string.h>

static struct userbuf_rw output(struct process *process)
{
    return userbuf_rw(&process_info_driver, process, ABI_PROCESS_RW_BUFFER);
}

/* Writes one word per process, as far as the buffer goes; answers how many processes there are. */
static struct syscall_result list(struct process *process, bool short_ids, bool write)
{
    struct userbuf_rw buffer = output(process);
    uint32_t count = 0;

    for (uint32_t i = 0; i < process_slots(); i++) {
        const struct process *other = process_at(i);

        if (other == NULL) {
            continue;
        }
        if (write && buffer.length / 4 > count) {
            bytes_put_u32(buffer.data + 4 * count,
                          short_ids ? process_image(other)->short_id : process_id(other).value);
        }
        count++;
    }
    return syscall_success_u32(count);
}

static struct syscall_result name(struct process *process, const struct process *other)
{
    struct userbuf_rw buffer = output(process);
    const struct process_image *image = process_image(other);
    uint32_t count = ck_min(buffer.length, image->name_length);

    if (count > 0) {
        memcpy(buffer.data, image->name, count);
    }
    return syscall_success_u32(image->name_length);
}

static struct syscall_result statistics(struct process *process, const struct process *other)
{
    struct userbuf_rw buffer = output(process);
    struct process_statistics s;
    uint32_t word[4];

    process_statistics(other, &s);
    word[0] = s.slices_expired;
    word[1] = s.syscalls;
    word[2] = s.restarts;
    word[3] = (uint32_t)process_state(other);
    for (uint32_t i = 0; i < ck_min(4, buffer.length / 4); i++) {
        bytes_put_u32(buffer.data + 4 * i, word[i]);
    }
    return syscall_success();
}

/*
 * Everybody may be its own target; the kernel notices that it has ended. Others only for whom its
 * rights name this driver: whoever is merely not restricted must not stop its neighbours.
 */
static struct syscall_result control(const struct process *process, struct process *other,
                                     uint32_t action)
{
    if (other != process && !process_image(process)->may_control) {
        return syscall_failure(ABI_NODEVICE);
    }
    /* Tock answers success to what changes nothing, and to actions that it does not know. */
    (void)process_control(other, action);
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    struct process *other = process_find((struct process_id){argument0});

    (void)driver;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_PROCESS_COUNT:
        return list(process, false, false);
    case ABI_PROCESS_IDS:
        return list(process, false, true);
    case ABI_PROCESS_SHORT_IDS:
        return list(process, true, true);
    case ABI_PROCESS_NAME:
        return other != NULL ? name(process, other) : syscall_failure(ABI_INVAL);
    case ABI_PROCESS_STATISTICS:
        return other != NULL ? statistics(process, other) : syscall_success();
    case ABI_PROCESS_CONTROL:
        return other != NULL ? control(process, other, argument1) : syscall_failure(ABI_INVAL);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver process_info_driver = {
    .number = ABI_DRIVER_PROCESS_INFO,
    .rw_buffers = 1,
    .command = command,
};
