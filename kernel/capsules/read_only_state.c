// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 9: the kernel writes how often the process was switched to, how many upcalls wait for it
 * and the time into a buffer that the process may read at any moment, before each switch to it.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/timer.h>

enum { VERSION = 1, SIZE = 16 };

struct state {
    uint32_t switches;
};

static void look(void *context);

/* The counter's upper half. A timer twice per turn of the counter sees each of them. */
static struct {
    struct timer timer;
    uint32_t turns;
    uint32_t last;
} seen = {.timer = {.fired = look}};

static uint64_t ticks(void)
{
    uint32_t now = timer_now();

    seen.turns += now < seen.last ? 1 : 0;
    seen.last = now;
    return (uint64_t)seen.turns << 32 | now;
}

static void look(void *context)
{
    (void)context;
    (void)ticks();
    timer_arm(&seen.timer, seen.last, UINT32_MAX / 2);
}

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    (void)device;
    look(NULL);
}

static void resumes(const struct driver *driver, struct process *process)
{
    struct state *state = grant_peek(driver, process);
    struct userbuf_rw buffer = userbuf_ur(driver, process, ABI_STATE_UR_BUFFER);
    uint8_t whole[SIZE];
    uint64_t now;

    if (state == NULL || buffer.length == 0) {
        return;
    }
    now = ticks();
    state->switches++;
    bytes_put_u32(whole, state->switches);
    bytes_put_u32(whole + 4, process_upcalls(process));
    bytes_put_u32(whole + 8, (uint32_t)now);
    bytes_put_u32(whole + 12, (uint32_t)(now >> 32));
    /* Whole fields: of 4, 4 and 8 bytes. */
    if (buffer.length >= SIZE) {
        memcpy(buffer.data, whole, SIZE);
    } else if (buffer.length >= 4) {
        memcpy(buffer.data, whole, ck_align_down(ck_min(buffer.length, 8), 4));
    }
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)process;
    (void)argument0;
    (void)argument1;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_STATE_VERSION:
        return syscall_success_u32(VERSION);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver read_only_state_driver = {
    .number = ABI_DRIVER_READ_ONLY_STATE,
    .state_size = sizeof(struct state),
    .ur_buffers = 1,
    .init = init,
    .command = command,
    .resumes = resumes,
};
