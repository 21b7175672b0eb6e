// SPDX-License-Identifier: Apache-2.0
#include "capsule_kernel.h"

#include <string.h>

static const struct driver *driver;
static uint8_t left[KERNEL_SLOTS][1024]; /* of the grants of processes that have ended */

void kernel_reset(const struct driver *of_driver, const void *device)
{
    capsule_reset(0);
    driver = of_driver;
    assert_in_range(driver->state_size, 1, sizeof left[0]);
    driver->init(driver, device);
}

struct process *kernel_process(uint32_t slot)
{
    return capsule_process(slot);
}

static uint32_t slot_of(const struct process *process)
{
    uint32_t slot = 0;

    while (slot < KERNEL_SLOTS && capsule_process(slot) != process) {
        slot++;
    }
    assert_in_range(slot, 0, KERNEL_SLOTS - 1);
    return slot;
}

void kernel_end(uint32_t slot)
{
    struct process *process = capsule_process(slot);

    /* What `ended` leaves is looked at before the grant goes; being told twice does no harm. */
    if (driver->ended != NULL) {
        driver->ended(driver, process);
    }
    memcpy(left[slot], grant_peek(driver, process), driver->state_size);
    capsule_end(slot);
}

void kernel_refuse_grants(void)
{
    for (uint32_t slot = 0; slot < KERNEL_SLOTS; slot++) {
        capsule_exhaust(slot);
    }
}

void kernel_share_ro(struct process *process, uint32_t number, const void *data, size_t length)
{
    capsule_allow_ro(driver, slot_of(process), number, data, (uint32_t)length);
}

void kernel_share_rw(struct process *process, uint32_t number, void *data, size_t length)
{
    capsule_allow_rw(driver, slot_of(process), number, data, (uint32_t)length);
}

enum abi_error kernel_command(struct process *process, uint32_t command, uint32_t argument0,
                              uint32_t argument1)
{
    struct syscall_result result =
        capsule_command(driver, slot_of(process), command, argument0, argument1);

    if (result.variant >= ABI_SUCCESS) {
        return ABI_OK;
    }
    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_not_equal(result.value[0], ABI_OK);
    return (enum abi_error)result.value[0];
}

bool kernel_step(void)
{
    return capsule_step();
}

unsigned kernel_work(void)
{
    unsigned count = 0;

    while (capsule_step()) {
        count++;
    }
    return count;
}

bool kernel_upcall(struct process *process, struct kernel_upcall *upcall)
{
    struct capsule_upcall taken;

    if (!capsule_upcall(slot_of(process), &taken)) {
        return false;
    }
    assert_int_equal(taken.driver, driver->number);
    upcall->number = taken.number;
    memcpy(upcall->argument, taken.argument, sizeof upcall->argument);
    return true;
}

void kernel_expect(struct process *process, uint32_t number, uint32_t argument0, uint32_t argument1,
                   uint32_t argument2)
{
    capsule_expect_upcall(slot_of(process), driver, number, argument0, argument1, argument2);
}

bool kernel_grant_is_clear(uint32_t slot, size_t offset)
{
    struct process *process = capsule_process(slot);
    const uint8_t *grant = process != NULL ? grant_peek(driver, process) : NULL;

    grant = grant != NULL ? grant : left[slot];
    for (size_t i = offset; i < driver->state_size; i++) {
        if (grant[i] != 0) {
            return false;
        }
    }
    return true;
}
