// SPDX-License-Identifier: Apache-2.0
#include "capsule_kernel.h"

#include <string.h>

#include <kernel/work.h>

enum { UPCALLS = 8, GRANT_WORDS = 128 };

struct process {
    bool ended;
    bool granted;
    uint64_t grant[GRANT_WORDS];
    struct userbuf_ro ro[KERNEL_BUFFERS];
    struct userbuf_rw rw[KERNEL_BUFFERS];
    struct kernel_upcall upcall[UPCALLS];
    size_t upcalls;
};

static struct process processes[KERNEL_SLOTS];
static const struct driver *driver;
static bool grants_refused;
static struct work *first;

void kernel_reset(const struct driver *of_driver, const void *device)
{
    while (kernel_step()) {
    }
    memset(processes, 0, sizeof processes);
    grants_refused = false;
    driver = of_driver;
    assert_in_range(driver->state_size, 1, sizeof processes[0].grant);
    driver->init(driver, device);
}

struct process *kernel_process(uint32_t slot)
{
    return process_at(slot);
}

void kernel_end(uint32_t slot)
{
    if (driver->ended != NULL && processes[slot].granted) {
        driver->ended(driver, &processes[slot]);
    }
    processes[slot].ended = true;
}

void kernel_refuse_grants(void)
{
    grants_refused = true;
}

void kernel_share_ro(struct process *process, uint32_t number, const void *data, size_t length)
{
    assert_in_range(number, 0, driver->ro_buffers - 1);
    process->ro[number] = (struct userbuf_ro){data, (uint32_t)length};
}

void kernel_share_rw(struct process *process, uint32_t number, void *data, size_t length)
{
    assert_in_range(number, 0, driver->rw_buffers - 1);
    process->rw[number] = (struct userbuf_rw){data, (uint32_t)length};
}

enum abi_error kernel_command(struct process *process, uint32_t command, uint32_t argument0,
                              uint32_t argument1)
{
    struct syscall_result result = driver->command(driver, process, command, argument0, argument1);

    if (result.variant >= ABI_SUCCESS) {
        return ABI_OK;
    }
    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_not_equal(result.value[0], ABI_OK);
    return (enum abi_error)result.value[0];
}

bool kernel_step(void)
{
    struct work *work = first;

    if (work == NULL) {
        return false;
    }
    first = work->next;
    work->posted = false;
    work->run(work->context);
    return true;
}

unsigned kernel_work(void)
{
    unsigned count = 0;

    while (kernel_step()) {
        count++;
    }
    return count;
}

bool kernel_upcall(struct process *process, struct kernel_upcall *upcall)
{
    if (process->upcalls == 0) {
        return false;
    }
    *upcall = process->upcall[0];
    process->upcalls--;
    memmove(&process->upcall[0], &process->upcall[1], process->upcalls * sizeof *upcall);
    return true;
}

void kernel_expect(struct process *process, uint32_t number, uint32_t argument0, uint32_t argument1,
                   uint32_t argument2)
{
    struct kernel_upcall upcall = {0, {0, 0, 0}};

    assert_true(kernel_upcall(process, &upcall));
    assert_int_equal(upcall.number, number);
    assert_int_equal(upcall.argument[0], argument0);
    assert_int_equal(upcall.argument[1], argument1);
    assert_int_equal(upcall.argument[2], argument2);
}

bool kernel_grant_is_clear(uint32_t slot, size_t offset)
{
    const uint8_t *grant = (const uint8_t *)processes[slot].grant;

    for (size_t i = offset; i < driver->state_size; i++) {
        if (grant[i] != 0) {
            return false;
        }
    }
    return true;
}

/* What capsules call. */

struct process *process_at(uint32_t index)
{
    return processes[index].ended ? NULL : &processes[index];
}

uint32_t process_slots(void)
{
    return KERNEL_SLOTS;
}

void *grant_enter(const struct driver *of_driver, struct process *process)
{
    assert_ptr_equal(of_driver, driver);
    if (process->ended || grants_refused) {
        return NULL;
    }
    process->granted = true;
    return process->grant;
}

void *grant_peek(const struct driver *of_driver, struct process *process)
{
    assert_ptr_equal(of_driver, driver);
    return process->ended || !process->granted ? NULL : process->grant;
}

bool upcall_post(const struct driver *of_driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    assert_ptr_equal(of_driver, driver);
    assert_in_range(number, 0, driver->upcalls - 1);
    assert_false(process->ended);
    assert_in_range(process->upcalls, 0, UPCALLS - 1);
    process->upcall[process->upcalls++] =
        (struct kernel_upcall){number, {argument0, argument1, argument2}};
    return true;
}

struct userbuf_ro userbuf_ro(const struct driver *of_driver, struct process *process,
                             uint32_t number)
{
    assert_ptr_equal(of_driver, driver);
    assert_in_range(number, 0, driver->ro_buffers - 1);
    return process->ro[number].length == 0 ? (struct userbuf_ro){NULL, 0} : process->ro[number];
}

struct userbuf_rw userbuf_rw(const struct driver *of_driver, struct process *process,
                             uint32_t number)
{
    assert_ptr_equal(of_driver, driver);
    assert_in_range(number, 0, driver->rw_buffers - 1);
    return process->rw[number].length == 0 ? (struct userbuf_rw){NULL, 0} : process->rw[number];
}

void work_post(struct work *work)
{
    struct work **last = &first;

    if (!work->posted) {
        while (*last != NULL) {
            last = &(*last)->next;
        }
        work->posted = true;
        work->next = NULL;
        *last = work;
    }
}
