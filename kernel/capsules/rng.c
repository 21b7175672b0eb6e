// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x40001: random bytes. They are made in the kernel loop, a chunk at a time and one process
 * after the other, since a source may be slow; the upcall comes when the buffer is full.
 */
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/work.h>

enum { CHUNK = 32 };

struct rng {
    uint32_t wanted; /* 0: nothing is being filled */
    uint32_t filled;
};

static const struct hil_entropy *source;
static uint32_t turn;

static void pump(void *context);
static struct work pumping = WORK(pump, NULL);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    source = device;
}

static void finish(struct process *process, struct rng *rng, enum abi_error error)
{
    uint32_t filled = rng->filled;

    *rng = (struct rng){0, 0};
    (void)upcall_post(&rng_driver, process, ABI_RNG_UPCALL_FILLED, error, filled, 0);
}

static void fill_chunk(struct process *process, struct rng *rng)
{
    struct userbuf_rw buffer = userbuf_rw(&rng_driver, process, ABI_RNG_RW_DESTINATION);
    uint32_t end = ck_min(rng->wanted, buffer.length);
    uint32_t count = rng->filled < end ? ck_min(end - rng->filled, CHUNK) : 0;

    if (count != 0 && source->fill(source, buffer.data + rng->filled, count) != 0) {
        finish(process, rng, ABI_FAIL);
        return;
    }
    rng->filled += count;
    if (rng->filled >= end) {
        finish(process, rng, ABI_OK);
    }
}

static void pump(void *context)
{
    uint32_t slots = process_slots();

    (void)context;
    for (uint32_t i = 0; i < slots; i++) {
        uint32_t slot = (turn + i) % slots;
        struct process *process = process_at(slot);
        struct rng *rng = process != NULL ? grant_peek(&rng_driver, process) : NULL;

        if (rng != NULL && rng->wanted != 0) {
            turn = (slot + 1) % slots;
            fill_chunk(process, rng);
            work_post(&pumping);
            return;
        }
    }
}

static struct syscall_result fill(struct process *process, uint32_t wanted)
{
    struct userbuf_rw buffer = userbuf_rw(&rng_driver, process, ABI_RNG_RW_DESTINATION);
    struct rng *rng = grant_enter(&rng_driver, process);

    if (rng == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (rng->wanted != 0) {
        return syscall_failure(ABI_BUSY);
    }
    if (wanted == 0 || buffer.length == 0) {
        return syscall_failure(ABI_RESERVE);
    }
    *rng = (struct rng){wanted, 0};
    work_post(&pumping);
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    return number == ABI_RNG_FILL ? fill(process, argument0) : syscall_failure(ABI_NOSUPPORT);
}

const struct driver rng_driver = {
    .number = ABI_DRIVER_RNG,
    .state_size = sizeof(struct rng),
    .upcalls = 1,
    .rw_buffers = 1,
    .init = init,
    .command = command,
};
