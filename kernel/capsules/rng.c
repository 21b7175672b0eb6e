// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40001: random bytes. The source answers at once; the upcall comes at the next yield. */
#include <base/checked.h>
#include <kernel/capsules.h>

static const struct hil_entropy *source;

void rng_init(const struct hil_entropy *board_source)
{
    source = board_source;
}

static struct syscall_result fill(struct process *process, uint32_t wanted)
{
    struct userbuf_rw buffer = userbuf_rw(&rng_driver, process, ABI_RNG_RW_DESTINATION);
    uint32_t count = ck_min(wanted, buffer.length);

    if (count == 0) {
        return syscall_failure(ABI_RESERVE);
    }
    if (source->fill(source, buffer.data, count) != 0) {
        return syscall_failure(ABI_FAIL);
    }
    return upcall_post(&rng_driver, process, ABI_RNG_UPCALL_FILLED, 0, count, 0)
               ? syscall_success()
               : syscall_failure(ABI_NOMEM);
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
    .upcalls = 1,
    .rw_buffers = 1,
    .command = command,
};
