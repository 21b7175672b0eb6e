// SPDX-License-Identifier: Apache-2.0
/*
 * System calls (TRD 104). Each handler checks everything that the process handed in before it
 * changes anything. Results are stored only while the caller is still the instance that called and
 * still runs: a command may have stopped, restarted or ended its own process.
 */
#include <base/checked.h>

#include "core.h"

struct process *core_current;

static struct syscall_result failure_2(enum abi_error error, uint32_t first, uint32_t second)
{
    return (struct syscall_result){ABI_FAILURE_2_U32, {(uint32_t)error, first, second}};
}

static struct syscall_result success_2(uint32_t first, uint32_t second)
{
    return (struct syscall_result){ABI_SUCCESS_2_U32, {first, second, 0}};
}

/* Registers that a variant uses; the others keep what the process had in them. */
static uint32_t registers_of(uint32_t variant)
{
    static const uint8_t failure[] = {2, 3, 4, 4};
    static const uint8_t success[] = {1, 2, 3, 3, 4, 4};

    return variant < ABI_SUCCESS ? failure[variant & 3] : success[(variant - ABI_SUCCESS) % 6];
}

static bool driver_permitted(const struct process *process, uint32_t driver)
{
    const struct process_filter *filter = process->image.filter;

    return filter == NULL || filter->driver(process->image.filter_context, driver);
}

static struct syscall_result subscribe(struct process *process, const uint32_t argument[4])
{
    uint32_t function = argument[2];
    uint32_t userdata = argument[3];
    int index = core_driver_index(argument[0]);
    struct subscription *slot;
    struct subscription old;

    if (!driver_permitted(process, argument[0])) {
        return syscall_failure(ABI_NODEVICE);
    }
    if (function != 0 && !core_in_ram(process, function, 4) &&
        !core_in_flash(process, function, 4)) {
        return failure_2(ABI_INVAL, function, userdata);
    }
    if (index < 0) {
        return failure_2(ABI_NODEVICE, function, userdata);
    }
    if (core_grant(process, (uint32_t)index, true) == NULL) {
        return failure_2(ABI_NOMEM, function, userdata);
    }
    slot = core_subscription(process, (uint32_t)index, argument[1]);
    if (slot == NULL) {
        return failure_2(ABI_NOSUPPORT, function, userdata);
    }
    old = *slot;
    *slot = (struct subscription){function, userdata};
    core_upcalls_forget(process, (uint32_t)index, argument[1]);
    return success_2(old.function, old.userdata);
}

static struct syscall_result command(struct process *process, const uint32_t argument[4])
{
    const struct process_filter *filter = process->image.filter;
    int index = core_driver_index(argument[0]);
    const struct driver *driver;

    if (filter != NULL &&
        !filter->command(process->image.filter_context, argument[0], argument[1])) {
        return syscall_failure(ABI_NODEVICE);
    }
    if (index < 0) {
        return syscall_failure(ABI_NODEVICE);
    }
    driver = core_driver((uint32_t)index);
    return driver->command(driver, process, argument[1], argument[2], argument[3]);
}

static struct syscall_result allow(struct process *process, const uint32_t argument[4],
                                   bool writeable)
{
    uint32_t address = argument[2];
    uint32_t length = argument[3];
    int index = core_driver_index(argument[0]);
    bool in_ram = core_in_ram(process, address, length);
    struct shared *slot;
    struct shared old;

    if (!driver_permitted(process, argument[0])) {
        return syscall_failure(ABI_NODEVICE);
    }
    if (index < 0) {
        return failure_2(ABI_NODEVICE, address, length);
    }
    if (length != 0 && !in_ram && (writeable || !core_in_flash(process, address, length))) {
        return failure_2(ABI_INVAL, address, length);
    }
    if (core_grant(process, (uint32_t)index, true) == NULL) {
        return failure_2(ABI_NOMEM, address, length);
    }
    slot = core_shared(process, (uint32_t)index, argument[1], writeable);
    if (slot == NULL) {
        return failure_2(ABI_NOSUPPORT, address, length);
    }
    old = *slot;
    *slot = (struct shared){address, length};
    if (in_ram && length != 0) {
        process->high_water = ck_max(process->high_water, address + length);
    }
    return success_2(old.address, old.length);
}

/* Userspace-readable allow: no driver here offers such a buffer. */
static struct syscall_result allow_readable(struct process *process, const uint32_t argument[4])
{
    if (!driver_permitted(process, argument[0])) {
        return syscall_failure(ABI_NODEVICE);
    }
    return failure_2(core_driver_index(argument[0]) < 0 ? ABI_NODEVICE : ABI_NOSUPPORT, argument[2],
                     argument[3]);
}

/* Moves the break. Answers false when the call has to be repeated, else sets the result. */
static bool set_break(struct process *process, const uint32_t argument[4],
                      struct syscall_result *result)
{
    uint32_t old = process->app_break;
    bool relative = argument[0] == ABI_MEMOP_SBRK;

    /* The increment is signed; the sum wraps and is then checked like any break. */
    switch (core_break_set(process, relative ? old + argument[1] : argument[1])) {
    case BREAK_SET:
        *result = relative ? syscall_success_u32(old) : syscall_success();
        return true;
    case BREAK_CLEARING:
        return false;
    default:
        *result = syscall_failure(ABI_NOMEM);
        return true;
    }
}

static struct syscall_result memop(const struct process *process, const uint32_t argument[4])
{
    const struct process_image *image = &process->image;

    switch (argument[0]) {
    case ABI_MEMOP_MEMORY_START:
        return syscall_success_u32(process->start);
    case ABI_MEMOP_MEMORY_END:
        return syscall_success_u32(process->start + process->size);
    case ABI_MEMOP_FLASH_START:
        return syscall_success_u32(image->flash_start);
    case ABI_MEMOP_FLASH_END:
        return syscall_success_u32(image->flash_start + image->flash_size);
    case ABI_MEMOP_GRANT_START:
        return syscall_success_u32(process->grant_start);
    case ABI_MEMOP_WRITEABLE_COUNT:
        return syscall_success_u32(
            image->writeable != NULL ? image->writeable(image, UINT32_MAX, NULL, NULL) : 0);
    case ABI_MEMOP_WRITEABLE_START:
    case ABI_MEMOP_WRITEABLE_END: {
        uint32_t start;
        uint32_t size;

        if (image->writeable == NULL || image->writeable(image, argument[1], &start, &size) == 0) {
            return syscall_failure(ABI_FAIL);
        }
        return syscall_success_u32(argument[0] == ABI_MEMOP_WRITEABLE_START ? start : start + size);
    }
    case ABI_MEMOP_STACK_TOP:
    case ABI_MEMOP_HEAP_START:
        return syscall_success(); /* hints for debuggers */
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

/* Yield. Answers whether the process goes on at once. */
static bool yield(struct process *process, const uint32_t argument[4])
{
    if (argument[0] == ABI_YIELD_NO_WAIT) {
        bool pending = core_upcall_pending(process);

        if (core_in_ram(process, argument[1], 1)) {
            *(uint8_t *)(uintptr_t)argument[1] = pending ? 1 : 0;
        }
        if (pending) {
            core_upcall_run(process);
        }
        return true;
    }
    if (argument[0] == ABI_YIELD_WAIT) {
        process->state = STATE_YIELDED;
    } else if (argument[0] == ABI_YIELD_WAIT_FOR) {
        int index = core_driver_index(argument[1]);

        /* What can never come is not waited for: the call returns without a result (TRD 104, 4.1).
         */
        if (index < 0 || argument[2] >= core_driver((uint32_t)index)->upcalls) {
            return true;
        }
        process->state = STATE_YIELDED_FOR;
        process->wait_driver = (uint8_t)index;
        process->wait_number = (uint8_t)argument[2];
    } else {
        return true; /* numbers that do not exist return at once */
    }
    core_upcalls_update(process);
    return core_yield_finish(process);
}

/* Exit. Answers whether the process goes on with `result`. */
static bool leave(struct process *process, const uint32_t argument[4],
                  struct syscall_result *result)
{
    if (argument[0] == ABI_EXIT_TERMINATE) {
        process_terminate(process, argument[1]);
        return false;
    }
    if (argument[0] == ABI_EXIT_RESTART) {
        process_restart(process);
        return false;
    }
    *result = syscall_failure(ABI_NOSUPPORT);
    return true;
}

bool core_yield_finish(struct process *process)
{
    if (process->stopped || !process->upcall_ready) {
        return false;
    }
    if (process->state == STATE_YIELDED_FOR) {
        uint32_t value[3];

        if (core_upcall_take(process, process->wait_driver, process->wait_number, value)) {
            arch_frame_result(process->context.sp, value, 3);
        }
    } else {
        core_upcall_run(process);
    }
    process->state = STATE_RUNNING;
    process->upcall_ready = false;
    return true;
}

static bool dispatch(struct process *process, const struct arch_syscall *call)
{
    struct syscall_result result;
    uint32_t id = process->id;

    switch (call->class_number) {
    case ABI_YIELD:
        return yield(process, call->argument);
    case ABI_SUBSCRIBE:
        result = subscribe(process, call->argument);
        break;
    case ABI_COMMAND:
        result = command(process, call->argument);
        break;
    case ABI_ALLOW_RW:
    case ABI_ALLOW_RO:
        result = allow(process, call->argument, call->class_number == ABI_ALLOW_RW);
        break;
    case ABI_MEMOP:
        if (call->argument[0] > ABI_MEMOP_SBRK) {
            result = memop(process, call->argument);
        } else if (!set_break(process, call->argument, &result)) {
            arch_frame_repeat(process->context.sp);
            return true;
        }
        break;
    case ABI_ALLOW_UR:
        result = allow_readable(process, call->argument);
        break;
    default:
        if (!leave(process, call->argument, &result)) {
            return false;
        }
        break;
    }
    if (process->id != id || process->state != STATE_RUNNING) {
        return false;
    }
    arch_frame_result(process->context.sp, (const uint32_t *)&result, registers_of(result.variant));
    return !process->stopped;
}

static bool handle(uint32_t sp)
{
    struct process *process = core_current;
    const struct process_image *image = &process->image;
    struct arch_syscall call = {.class_number = 0};
    struct fault fault = {.cause = FAULT_STACK, .address = sp, .sp = sp};

    process->context.sp = sp;
    if (process == &core_verifier) {
        process->state = STATE_TERMINATED; /* its only call says that the job is over */
        return false;
    }
    core_area(process)->statistics.syscalls++;
    if (arch_frame_valid(sp, process->start, process->app_break)) {
        /* Only what was signed makes system calls, not what lies behind it. */
        if (arch_syscall_read(sp, image->app_start, image->binary_end, &call) &&
            call.class_number < ABI_CLASS_COUNT) {
            return dispatch(process, &call);
        }
        arch_frame_report(sp, &fault);
        fault.cause = FAULT_SYSCALL;
        fault.address = call.class_number;
    }
    core_process_fault(process, &fault);
    return false;
}

enum arch_next core_syscall(uint32_t sp)
{
    const struct process *process = core_current;
    uint32_t id = process->id;
    bool goes_on = handle(sp);

    if (process->id != id) {
        return ARCH_BEGIN_ANEW;
    }
    return goes_on ? ARCH_GO_ON : ARCH_GIVE_WAY;
}
