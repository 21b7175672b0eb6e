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
static const struct kernel_board *board;

/* The turn that machine_run() waits for. */
static struct process *awaited;
static machine_program *awaited_program;
static void *awaited_context;
static jmp_buf left_kernel;

/* The system call that is being made. */
static uint32_t call_class;
static struct machine_registers call;
static bool repeats;

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

void machine_start(const struct kernel_board *new_board, machine_witness *new_witness)
{
    board = new_board;
    witness = new_witness;
    kernel_init(board);
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
    enum arch_next next;

    call_class = class_number;
    do {
        call = *registers;
        repeats = false;
        next = core_syscall(core_current->context.sp);
        if (next == ARCH_BEGIN_ANEW) {
            return false;
        }
        /* One that gives way while its call is to be repeated is the next to run here. */
        if (next == ARCH_GIVE_WAY && !repeats) {
            return false;
        }
        if (repeats) {
            witness(core_current);
        }
    } while (repeats);
    *registers = call;
    return true;
}

/* What kernel/core calls. */

void arch_init(const struct kernel_board *new_board)
{
    unit_init(&machine_unit, new_board);
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

    (void)context;
    (void)ticks;
    (void)held;
    if (regions_changed || loaded != regions) {
        arch_regions_load(regions);
    }
    witness(process == &core_verifier ? NULL : process);
    if (process == &core_verifier) {
        (void)core_syscall(context->sp); /* its only one: the job is over */
    } else if (process == awaited) {
        if (awaited_program != NULL) {
            awaited_program(process, awaited_context);
        }
        work_post(&leave);
    }
    return ARCH_PREEMPTED;
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

bool arch_frame_valid(uint32_t sp, uint32_t low, uint32_t high)
{
    return ck_range_in(sp, ARCH_FRAME_SIZE, low, high);
}

void arch_frame_create(struct arch_context *context, uint32_t sp, uint32_t entry,
                       const uint32_t argument[4])
{
    (void)entry;
    (void)argument;
    context->sp = sp - ARCH_FRAME_SIZE;
    memset((void *)(uintptr_t)context->sp, 0, ARCH_FRAME_SIZE);
}

void arch_frame_upcall(uint32_t sp, uint32_t function, const uint32_t argument[4])
{
    (void)sp;
    (void)function;
    (void)argument;
}

void arch_frame_result(uint32_t sp, const uint32_t *value, uint32_t count)
{
    (void)sp;
    memcpy(call.value, value, count * sizeof *value);
}

void arch_frame_report(uint32_t sp, struct fault *fault)
{
    (void)sp;
    (void)fault;
}

void arch_frame_repeat(uint32_t sp)
{
    (void)sp;
    repeats = true;
}

void arch_fault(const struct arch_context *context, uint32_t low, uint32_t high,
                struct fault *fault)
{
    (void)context;
    (void)low;
    (void)high;
    *fault = (struct fault){.cause = FAULT_FORCED};
}

bool arch_syscall_read(uint32_t sp, uint32_t code_low, uint32_t code_high,
                       struct arch_syscall *system_call)
{
    (void)sp;
    (void)code_low;
    (void)code_high;
    system_call->class_number = call_class;
    memcpy(system_call->argument, call.value, sizeof call.value);
    return true;
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
