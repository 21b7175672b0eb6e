// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <base/checked.h>
#include <kernel/arch.h>
#include <kernel/work.h>

#include "core.h"

struct unit machine_unit;

static const struct arch_region *loaded; /* whose regions the unit holds, as in kernel/arch */
static machine_witness *witness;

/* The turn that machine_run() waits for. */
static struct process *awaited;
static machine_program *awaited_program;
static void *awaited_context;
static jmp_buf left_kernel;

/* What the running process touched that is not its own. */
static bool touched;
static uint32_t touched_address;

static _Noreturn void broken(const char *why)
{
    fprintf(stderr, "the machine: %s\n", why);
    exit(2);
}

bool machine_memory(uint32_t address, uint32_t size)
{
    void *wanted = (void *)(uintptr_t)address;
    void *got = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return got == wanted;
}

void machine_start(machine_witness *new_witness)
{
    witness = new_witness;
    memset(&core_drivers, 0, sizeof core_drivers); /* it is a new kernel */
    kernel_init();
}

/* Back to the test, from the kernel loop, where nothing is half done. */
static void leave_kernel(void *context)
{
    (void)context;
    longjmp(left_kernel, 1);
}

static struct work leave = WORK(leave_kernel, NULL);

void machine_run(struct process *process, machine_program *program, void *context)
{
    awaited = process;
    awaited_program = program;
    awaited_context = context;
    if (setjmp(left_kernel) == 0) {
        kernel_loop();
    }
}

bool machine_syscall(uint32_t class_number, struct machine_registers *registers)
{
    const struct process_image *image = process_image(core_current);
    uint32_t sp = core_current->context.sp;
    enum arch_next next;

    /* The instruction of the call is the first of the app. */
    *(uint16_t *)(uintptr_t)image->app_start = (uint16_t)(0xDF00u | class_number);
    memcpy(arch_frame(sp), registers->value, sizeof registers->value);
    arch_frame(sp)[FRAME_PC] = image->app_start + FRAME_CALL_SIZE;
    next = core_syscall(sp);
    while (next == ARCH_GO_ON && arch_frame(sp)[FRAME_PC] == image->app_start) {
        witness(core_current); /* it runs again, to repeat the call */
        arch_frame(sp)[FRAME_PC] += FRAME_CALL_SIZE;
        next = core_syscall(sp);
    }
    if (next != ARCH_GO_ON) {
        return false;
    }
    memcpy(registers->value, arch_frame(sp), sizeof registers->value);
    return true;
}

void machine_touch(uint32_t address)
{
    touched = true;
    touched_address = address;
}

/* What kernel/core calls. */

void arch_init(void)
{
    unit_init(&machine_unit, kernel_board);
    loaded = NULL;
}

void arch_regions_load(const struct arch_region *regions)
{
    unit_load(&machine_unit, regions);
    loaded = regions;
}

enum arch_event arch_run(struct arch_context *context, const struct arch_region *regions,
                         bool regions_changed, uint32_t ticks, uint32_t held)
{
    struct process *process = core_current;

    (void)ticks;
    (void)held;
    if (regions_changed || loaded != regions) {
        arch_regions_load(regions);
    }
    touched = false;
    witness(process);
    if (process == NULL) {
        (void)core_syscall(context->sp); /* the verifier's only one: the job is over */
    } else if (process == awaited) {
        if (awaited_program != NULL) {
            awaited_program(process, awaited_context);
        }
        work_post(&leave);
    }
    return touched ? ARCH_FAULTED : ARCH_PREEMPTED;
}

uint32_t arch_ticks_left(void)
{
    return 0;
}

void arch_sleep(void)
{
    broken("no process is ready");
}

uint32_t arch_interrupts_mask(void)
{
    return 0;
}

void arch_interrupts_restore(uint32_t state)
{
    (void)state;
}

void arch_request_kernel(void)
{
}

void arch_context_forget(struct arch_context *context)
{
    (void)context;
}

void arch_fault(const struct arch_context *context, uint32_t low, uint32_t high,
                struct fault *fault)
{
    (void)low;
    (void)high;
    *fault = (struct fault){.cause = FAULT_READ, .sp = context->sp, .address = touched_address};
}

_Noreturn void arch_verifier_exit(void)
{
    broken("the verifier's code was run");
}

void arch_flash_write_begin(void)
{
    loaded = NULL;
}

void arch_flash_write_end(void)
{
}
