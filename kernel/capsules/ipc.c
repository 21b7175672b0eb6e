// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x10000: interprocess communication. A process shares its read-write buffer n with the
 * process in slot n. That one is told where it is by a notification, and reaches it through a
 * window
 * (<kernel/share.h>): opened when it is notified, or when it touches the buffer. A window is closed
 * at once when the buffer is taken back or replaced, and when either process ends or restarts. What
 * was shared with one app does not pass to another that comes into its slot later.
 */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/share.h>

/* Whom the buffer of a number is for. */
struct partner {
    uint32_t app;  /* flash address of the app that was in that slot when the buffer was shared */
    uint32_t told; /* id of the process that was told of the buffer, plus 1; 0: nobody */
};

struct ipc {
    struct partner partner[KERNEL_PROCESSES];
};

/* What a process shares with another; length 0: nothing. */
static struct userbuf_rw shared_with(const struct ipc *ipc, struct process *owner,
                                     const struct process *other)
{
    uint32_t slot = process_slot(other);

    if (ipc == NULL || ipc->partner[slot].app != process_image(other)->flash_start) {
        return (struct userbuf_rw){NULL, 0};
    }
    return userbuf_rw(&ipc_driver, owner, slot);
}

static uint32_t address_of(const struct userbuf_rw *buffer)
{
    return (uint32_t)(uintptr_t)buffer->data;
}

static struct syscall_result discover(struct process *process)
{
    struct userbuf_ro wanted = userbuf_ro(&ipc_driver, process, ABI_IPC_RO_NAME);

    if (wanted.length == 0) {
        return syscall_failure(ABI_INVAL);
    }
    for (uint32_t slot = 0; slot < process_slots(); slot++) {
        const struct process *other = process_at(slot);

        if (other != NULL && process_is_alive(other) &&
            process_image(other)->name_length == wanted.length &&
            bytes_equal(process_image(other)->name, wanted.data, wanted.length)) {
            return syscall_success_u32(slot);
        }
    }
    return syscall_failure(ABI_NODEVICE);
}

/* What cannot be opened exactly is not announced: the other could not reach it. */
static struct syscall_result notify(struct process *process, struct process *other, uint32_t number)
{
    struct ipc *ipc = grant_peek(&ipc_driver, process);
    struct userbuf_rw buffer = shared_with(ipc, process, other);

    if (buffer.length != 0) {
        if (process_share(other, process, address_of(&buffer), buffer.length) ==
            WINDOW_IMPOSSIBLE) {
            buffer = (struct userbuf_rw){NULL, 0};
        } else {
            ipc->partner[process_slot(other)].told = process_id(other).value + 1;
        }
    }
    return upcall_post(&ipc_driver, other, number, process_slot(process), buffer.length,
                       address_of(&buffer))
               ? syscall_success()
               : syscall_failure(ABI_NOMEM);
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t slot, uint32_t argument1)
{
    struct process *other = process_at(slot);

    (void)driver;
    (void)argument1;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_IPC_DISCOVER:
        return discover(process);
    case ABI_IPC_NOTIFY_SERVICE:
    case ABI_IPC_NOTIFY_CLIENT:
        if (other == NULL || other == process || !process_is_alive(other)) {
            return syscall_failure(ABI_INVAL);
        }
        return notify(process, other,
                      number == ABI_IPC_NOTIFY_SERVICE ? slot : process_slot(process));
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

/* Of several buffers that others share with a process, one is open: the one that it uses. */
static bool touched(const struct driver *driver, struct process *process, uint32_t address)
{
    for (uint32_t slot = 0; slot < process_slots(); slot++) {
        struct process *owner = process_at(slot);
        const struct ipc *ipc = owner != NULL ? grant_peek(driver, owner) : NULL;

        if (ipc != NULL && owner != process &&
            ipc->partner[process_slot(process)].told == process_id(process).value + 1) {
            struct userbuf_rw buffer = shared_with(ipc, owner, process);

            if (buffer.length != 0 && address - address_of(&buffer) < buffer.length &&
                process_share(process, owner, address_of(&buffer), buffer.length) ==
                    WINDOW_OPENED) {
                return true;
            }
        }
    }
    return false;
}

/* Windows on what is still shared open again when it is touched. */
static void shared(const struct driver *driver, struct process *process, uint32_t number)
{
    struct ipc *ipc = grant_peek(driver, process);
    const struct process *other = process_at(number);

    if (ipc != NULL) {
        ipc->partner[number] =
            (struct partner){other != NULL ? process_image(other)->flash_start : 0, 0};
    }
    process_unshare(process);
}

const struct driver ipc_driver = {
    .number = ABI_DRIVER_IPC,
    .state_size = sizeof(struct ipc),
    .upcalls = KERNEL_PROCESSES,
    .rw_buffers = KERNEL_PROCESSES,
    .ro_buffers = 1,
    .command = command,
    .shared = shared,
    .touched = touched,
};
