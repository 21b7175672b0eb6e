// SPDX-License-Identifier: Apache-2.0
/*
 * System calls (TRD 104). Each handler checks everything that the process handed in before it
 * changes anything, and answers in the process's frame: words 0 to 3 are the arguments and then the
 * results; those that a variant does not use stay as they were.
 */
#include "core.h"

struct process *core_current;

/* Failure with the two values that were passed, which are in their places already. */
static void fail_2(uint32_t *frame, enum abi_error error)
{
    frame[0] = ABI_FAILURE_2_U32;
    frame[1] = (uint32_t)error;
}

static void fail(uint32_t *frame, enum abi_error error)
{
    frame[0] = ABI_FAILURE;
    frame[1] = (uint32_t)error;
}

static void succeed_1(uint32_t *frame, uint32_t value)
{
    frame[0] = ABI_SUCCESS_U32;
    frame[1] = value;
}

static void succeed_2(uint32_t *frame, uint32_t first, uint32_t second)
{
    frame[0] = ABI_SUCCESS_2_U32;
    frame[1] = first;
    frame[2] = second;
}

static bool driver_permitted(const struct process *process, uint32_t driver)
{
    const struct process_filter *filter = process->image.filter;

    return filter == NULL || filter->driver(&process->image, driver);
}

static void subscribe(struct process *process, uint32_t *frame)
{
    uint32_t function = frame[2];
    int index = core_driver_index(frame[0]);
    struct subscription *slot;
    struct subscription old;

    if (!driver_permitted(process, frame[0])) {
        fail(frame, ABI_NODEVICE);
    } else if (function != 0 && !core_in_ram(process, function, 4) &&
               !core_in_flash(process, function, 4)) {
        fail_2(frame, ABI_INVAL);
    } else if (index < 0) {
        fail_2(frame, ABI_NODEVICE);
    } else if (core_grant(process, (uint32_t)index) == 0) {
        fail_2(frame, ABI_NOMEM);
    } else if ((slot = core_subscription(process, (uint32_t)index, frame[1])) == NULL) {
        fail_2(frame, ABI_NOSUPPORT);
    } else {
        old = *slot;
        *slot = (struct subscription){function, frame[3]};
        if (process->queued != 0) {
            core_upcalls_forget(process, (uint32_t)index, frame[1]);
        }
        succeed_2(frame, old.function, old.userdata);
    }
}

static void allow(struct process *process, uint32_t *frame, enum share kind)
{
    uint32_t address = frame[2];
    uint32_t length = frame[3];
    int index = core_driver_index(frame[0]);
    bool in_ram = core_in_ram(process, address, length);
    struct shared *slot;
    struct shared old;

    if (!driver_permitted(process, frame[0])) {
        fail(frame, ABI_NODEVICE);
    } else if (index < 0) {
        fail_2(frame, ABI_NODEVICE);
    } else if (!in_ram && length != 0 &&
               (kind != SHARE_READ_ONLY || !core_in_flash(process, address, length))) {
        fail_2(frame, ABI_INVAL);
    } else if (core_grant(process, (uint32_t)index) == 0) {
        fail_2(frame, ABI_NOMEM);
    } else if ((slot = core_shared(process, (uint32_t)index, frame[1], kind)) == NULL) {
        fail_2(frame, ABI_NOSUPPORT);
    } else {
        const struct driver *driver = core_driver((uint32_t)index);

        old = *slot;
        slot->address = address;
        slot->length = length;
        if (in_ram && length != 0) {
            process->high_water = ck_max(process->high_water, address + length);
        }
        if (kind == SHARE_WRITEABLE && driver->shared != NULL) {
            driver->shared(driver, process, frame[1]);
        }
        succeed_2(frame, old.address, old.length);
    }
}

/* Stores the answer of a command; registers that the variant does not use keep their values. */
static void answer(uint32_t *frame, const struct syscall_result *result)
{
    static const uint8_t failure[] = {1, 2, 3, 3};
    static const uint8_t success[] = {0, 1, 2, 2, 3, 3, 3, 3};
    uint32_t variant = result->variant;
    uint32_t count;

    frame[0] = variant;
    if (variant == ABI_SUCCESS) {
        return;
    }
    frame[1] = result->value[0];
    if (variant == ABI_SUCCESS_U32) {
        return;
    }
    count = variant < ABI_SUCCESS ? failure[variant & 3u] : success[variant & 7u];
    for (uint32_t i = 1; i < count; i++) {
        frame[1 + i] = result->value[i];
    }
}

/*
 * A command may stop, restart or end its own process. The result is stored only while the caller is
 * still the instance that called, and still runs. Answers whether the process goes on.
 */
static bool command(struct process *process, uint32_t *frame)
{
    const struct process_filter *filter = process->image.filter;
    int index = core_driver_index(frame[0]);
    uint32_t id = process->id;
    const struct driver *driver;
    struct syscall_result result;

    if (index < 0 || (filter != NULL && !filter->command(&process->image, frame[0], frame[1]))) {
        fail(frame, ABI_NODEVICE);
        return true;
    }
    driver = core_driver((uint32_t)index);
    result = driver->command(driver, process, frame[1], frame[2], frame[3]);
    if (process->id != id || process->state != STATE_RUNNING) {
        return false;
    }
    answer(frame, &result);
    return !process->stopped;
}

/* Moves the break, or has the call repeated until that is done. */
static void set_break(struct process *process, uint32_t *frame)
{
    uint32_t old = process->app_break;
    bool relative = frame[0] == ABI_MEMOP_SBRK;

    /* The increment is signed; the sum wraps and is then checked like any break. */
    switch (core_break_set(process, relative ? old + frame[1] : frame[1])) {
    case BREAK_SET:
        if (relative) {
            succeed_1(frame, old);
        } else {
            frame[0] = ABI_SUCCESS;
        }
        break;
    case BREAK_CLEARING:
        arch_frame_repeat(process->context.sp);
        break;
    default:
        fail(frame, ABI_NOMEM);
        break;
    }
}

static void writeable_region(const struct process_image *image, uint32_t *frame)
{
    uint32_t start;
    uint32_t size;

    if (image->writeable == NULL || image->writeable(image, frame[1], &start, &size) == 0) {
        fail(frame, ABI_FAIL);
    } else {
        succeed_1(frame, frame[0] == ABI_MEMOP_WRITEABLE_START ? start : start + size);
    }
}

static void memop(struct process *process, uint32_t *frame)
{
    const struct process_image *image = &process->image;

    switch (frame[0]) {
    case ABI_MEMOP_BRK:
    case ABI_MEMOP_SBRK:
        set_break(process, frame);
        break;
    case ABI_MEMOP_MEMORY_START:
        succeed_1(frame, process->start);
        break;
    case ABI_MEMOP_MEMORY_END:
        succeed_1(frame, process->start + process->size);
        break;
    case ABI_MEMOP_FLASH_START:
        succeed_1(frame, image->flash_start);
        break;
    case ABI_MEMOP_FLASH_END:
        succeed_1(frame, image->flash_start + image->flash_size);
        break;
    case ABI_MEMOP_GRANT_START:
        succeed_1(frame, process->grant_start);
        break;
    case ABI_MEMOP_WRITEABLE_COUNT:
        succeed_1(frame,
                  image->writeable != NULL ? image->writeable(image, UINT32_MAX, NULL, NULL) : 0);
        break;
    case ABI_MEMOP_WRITEABLE_START:
    case ABI_MEMOP_WRITEABLE_END:
        writeable_region(image, frame);
        break;
    case ABI_MEMOP_STACK_TOP:
    case ABI_MEMOP_HEAP_START:
        frame[0] = ABI_SUCCESS; /* hints for debuggers */
        break;
    default:
        fail(frame, ABI_NOSUPPORT);
        break;
    }
}

/* What can never come is not waited for: the call returns without a result (TRD 104, 4.1). */
static bool yield_wait_for(struct process *process, uint32_t *frame)
{
    int index = core_driver_index(frame[1]);

    if (index < 0 || frame[2] >= core_driver((uint32_t)index)->upcalls ||
        core_upcall_take(process, (uint32_t)index, frame[2], frame)) {
        return true;
    }
    process->wait_driver = (uint8_t)index;
    process->wait_number = (uint8_t)frame[2];
    core_wait(process, STATE_YIELDED_FOR);
    return false;
}

/* Yield. Answers whether the process goes on at once. */
static bool yield(struct process *process, uint32_t *frame)
{
    uint32_t next = process->queued != 0 ? core_upcall_next(process) : 0;

    switch (frame[0]) {
    case ABI_YIELD_NO_WAIT:
        if (core_in_ram(process, frame[1], 1)) {
            *(uint8_t *)(uintptr_t)frame[1] = next < process->queued ? 1 : 0;
        }
        break;
    case ABI_YIELD_WAIT:
        if (next == process->queued) {
            core_wait(process, STATE_YIELDED);
            return false;
        }
        break;
    case ABI_YIELD_WAIT_FOR:
        return yield_wait_for(process, frame);
    default:
        return true; /* numbers that do not exist return at once */
    }
    if (next < process->queued) {
        core_upcall_run(process, next);
    }
    return true;
}

void core_yield_finish(struct process *process)
{
    process->upcall_ready = false;
    if (process->state == STATE_YIELDED_FOR) {
        (void)core_upcall_take(process, process->wait_driver, process->wait_number,
                               arch_frame(process->context.sp));
    } else {
        core_upcall_run(process, core_upcall_next(process));
    }
    process->state = STATE_RUNNING;
    core_ready.woken &= ~((uint32_t)1 << process->slot);
}

/* Exit. Answers whether the process goes on. */
static bool leave(struct process *process, uint32_t *frame)
{
    switch (frame[0]) {
    case ABI_EXIT_TERMINATE:
        process_terminate(process, frame[1]);
        return false;
    case ABI_EXIT_RESTART:
        core_process_restart(process);
        return false;
    default:
        fail(frame, ABI_NOSUPPORT);
        return true;
    }
}

/* A call from where no signed code is, or a class that does not exist. */
static void refuse(struct process *process, uint32_t sp, uint32_t class_number)
{
    struct fault fault = {.cause = FAULT_SYSCALL, .sp = sp};

    arch_frame_report(sp, &fault);
    fault.address = class_number == UINT32_MAX ? 0 : class_number;
    core_process_fault(process, &fault);
}

static bool handle(struct process *process, uint32_t sp)
{
    uint32_t *frame = arch_frame(sp);
    uint32_t class_number;

    if (!arch_frame_valid(sp, process->start, process->app_break)) {
        core_frame_fault(process);
        return false;
    }
    /* Only what was signed makes system calls, not what lies behind it. */
    class_number = arch_frame_class(sp, process->image.app_start, process->image.binary_end);
    switch (class_number) {
    case ABI_YIELD:
        return yield(process, frame);
    case ABI_SUBSCRIBE:
        subscribe(process, frame);
        return true;
    case ABI_COMMAND:
        return command(process, frame);
    case ABI_ALLOW_RW:
    case ABI_ALLOW_RO:
    case ABI_ALLOW_UR:
        allow(process, frame, (enum share)class_number);
        return true;
    case ABI_MEMOP:
        memop(process, frame);
        return true;
    case ABI_EXIT:
        return leave(process, frame);
    default:
        refuse(process, sp, class_number);
        return false;
    }
}

enum arch_next core_syscall(uint32_t sp)
{
    struct process *process = core_current;
    uint32_t id;

    if (process == NULL) {
        core_verifier_ended();
        return ARCH_GIVE_WAY;
    }
    id = process->id;
    process->context.sp = sp;
    process->statistics.syscalls++;
    if (handle(process, sp)) {
        return ARCH_GO_ON;
    }
    return process->id == id ? ARCH_GIVE_WAY : ARCH_BEGIN_ANEW;
}
