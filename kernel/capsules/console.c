// SPDX-License-Identifier: Apache-2.0
/* Driver 1: output in turns of at most one chunk per process, input to the process that asks for
 * it. */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/work.h>
#include <string.h>

enum { CHUNK = 64, UPCALLS = 3, BUFFERS = 2, EARLY = 32 };

struct console {
    uint32_t wanted;  /* bytes of the write under way */
    uint32_t written; /* of these, already taken by the line */
    uint32_t reading; /* bytes of the read under way */
    uint32_t received;
    bool writing;
};

static const struct console_line *line;
static uint32_t turn;

/* What was typed before anybody read: the line brings bursts, and reads come one by one. */
static struct {
    uint32_t count;
    uint8_t bytes[EARLY];
} early;

static void pump(void *context);
static struct work pumping = WORK(pump, NULL);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    line = device;
}

void console_ready(void)
{
    work_post(&pumping);
}

static void finish_write(struct process *process, struct console *console)
{
    console->writing = false;
    (void)upcall_post(&console_driver, process, ABI_CONSOLE_UPCALL_WRITTEN, console->written, 0, 0);
}

/* Moves one chunk of a process to the line. Answers false when the line is full. */
static bool write_chunk(struct process *process, struct console *console)
{
    struct userbuf_ro buffer = userbuf_ro(&console_driver, process, ABI_CONSOLE_RO_WRITE);
    uint32_t end = ck_min(console->wanted, buffer.length);
    uint32_t left = console->written < end ? end - console->written : 0;
    size_t taken = 0;

    if (left > 0) {
        taken =
            line->write(process_id(process), buffer.data + console->written, ck_min(left, CHUNK));
        if (taken == 0) {
            return false;
        }
        console->written += (uint32_t)taken;
    }
    if (taken == left) {
        finish_write(process, console);
    }
    return true;
}

static void pump(void *context)
{
    uint32_t slots = process_slots();

    (void)context;
    for (uint32_t i = 0; i < slots; i++) {
        uint32_t slot = (turn + i) % slots;
        struct process *process = process_at(slot);
        struct console *console = process != NULL ? grant_peek(&console_driver, process) : NULL;

        if (console != NULL && console->writing) {
            if (write_chunk(process, console)) {
                turn = (slot + 1) % slots;
                work_post(&pumping);
            }
            return;
        }
    }
}

static void finish_read(struct process *process, struct console *console, enum abi_error error)
{
    uint32_t received = console->received;

    console->reading = 0;
    console->received = 0;
    (void)upcall_post(&console_driver, process, ABI_CONSOLE_UPCALL_READ, error, received, 0);
}

/* A read ends when all that was asked for has come. */
size_t console_input(struct process *process, const uint8_t *data, size_t length)
{
    struct console *console = grant_peek(&console_driver, process);
    struct userbuf_rw buffer;
    uint32_t end;
    uint32_t count;

    if (console == NULL || console->reading == 0 || length == 0) {
        return 0;
    }
    buffer = userbuf_rw(&console_driver, process, ABI_CONSOLE_RW_READ);
    end = ck_min(console->reading, buffer.length);
    count = console->received < end ? end - console->received : 0;
    count = length < count ? (uint32_t)length : count;
    if (count > 0) {
        memcpy(buffer.data + console->received, data, count);
        console->received += count;
    }
    if (console->received >= end) {
        finish_read(process, console,
                    end == console->reading ? ABI_OK
                    : end > 0               ? ABI_SIZE
                                            : ABI_NOMEM); /* it shrank, or is gone */
    }
    return count;
}

static void take_early(struct process *process)
{
    size_t taken = console_input(process, early.bytes, early.count);

    early.count -= (uint32_t)taken;
    bytes_move(early.bytes, early.bytes + taken, early.count);
}

/* The first process that waits for input; NULL when none does. */
static struct process *reader(void)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct console *console =
            process != NULL ? grant_peek(&console_driver, process) : NULL;

        if (console != NULL && console->reading != 0) {
            return process;
        }
    }
    return NULL;
}

void console_typed(uint8_t byte)
{
    struct process *process = reader();

    if (process != NULL) {
        (void)console_input(process, &byte, 1);
    } else if (early.count < EARLY) {
        early.bytes[early.count++] = byte;
    }
}

static struct syscall_result begin_write(struct process *process, uint32_t length)
{
    struct console *console = grant_enter(&console_driver, process);

    if (console == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    console->wanted = length;
    console->written = 0;
    console->writing = true;
    work_post(&pumping);
    return syscall_success();
}

static struct syscall_result begin_read(struct process *process, uint32_t length)
{
    struct console *console = grant_enter(&console_driver, process);
    uint32_t room = userbuf_rw(&console_driver, process, ABI_CONSOLE_RW_READ).length;
    uint32_t wanted = ck_min(length, room);

    if (console == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (console->reading != 0) {
        return syscall_failure(ABI_BUSY);
    }
    if (wanted == 0 || wanted > CHUNK) {
        return syscall_failure(ABI_INVAL);
    }
    console->reading = wanted;
    console->received = 0;
    take_early(process);
    return syscall_success();
}

/* Only the caller's own read: one process cannot end another's. */
static struct syscall_result abort_read(struct process *process)
{
    struct console *console = grant_peek(&console_driver, process);

    if (console != NULL && console->reading != 0) {
        finish_read(process, console, ABI_CANCEL);
    }
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument1;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_CONSOLE_WRITE:
        return begin_write(process, argument0);
    case ABI_CONSOLE_READ:
        return begin_read(process, argument0);
    case ABI_CONSOLE_ABORT_READ:
        return abort_read(process);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver console_driver = {
    .number = ABI_DRIVER_CONSOLE,
    .state_size = sizeof(struct console),
    .upcalls = UPCALLS,
    .rw_buffers = BUFFERS,
    .ro_buffers = BUFFERS,
    .init = init,
    .command = command,
};
