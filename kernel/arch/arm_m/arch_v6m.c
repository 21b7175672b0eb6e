// SPDX-License-Identifier: Apache-2.0
/*
 * Cortex-M0+ (Armv6-M): set-up, slices, protection registers, flash bursts. In place of arch.c and
 * floating.c: this architecture has one fault without a status, and no floating point.
 */
#include <base/checked.h>
#include <kernel/arch.h>

#include "access_v6m.h"
#include "registers.h"
#include "slice.h"

/* Region numbers of the kernel, then of the running process. */
enum { REGION_FLASH, REGION_RAM, REGION_PERIPHERALS, REGION_PROCESS };

/* Two bits of priority: the tick with the interrupts, SVC and PendSV below all. */
#define PRIORITY_TICK   0x80u
#define PRIORITY_LOWEST 0xC0u

#define RASR_ENABLE       1u
#define RASR_SIZE(log2)   (((log2) << 1) - 2u)
#define RASR_CACHEABLE    (1u << 17)
#define RASR_DEVICE       ((1u << 16) | (1u << 18))
#define RASR_AP_KERNEL_RW (1u << 24)
#define RASR_AP_KERNEL_RO (5u << 24)
#define RASR_AP_READ_ONLY (4u << 24) /* set in RASR_AP of a process where it may not write */
#define RASR_XN           (1u << 28)

#define STACK_REALIGNED                                                                            \
    (1u << 9) /* in a stacked xPSR: the frame has a word of padding above it                       \
               */

volatile uint32_t arch_mode; /* 0: the kernel runs; 1: a process; 2: about to (exceptions_v6m.S) */
struct arch_context *volatile arch_context_now;
volatile uint32_t arch_held; /* 1: requests for the kernel wait for the tick (exceptions_v6m.S) */

static volatile bool faulted;
static volatile uint32_t ticks_left;
static volatile uint32_t ticks_after;    /* of the slice, behind the time that is held */
static const struct arch_region *loaded; /* whose regions the protection unit holds */

/* exceptions_v6m.S */
void arch_switch(struct arch_context *context);
void arch_request_again(void);
void arch_fault_record(void);
_Noreturn void arch_kernel_fault(uint32_t msp);
void arch_tick_handler(void);

static uint32_t log2_of(uint32_t power)
{
    return 31u - (uint32_t)__builtin_clz(power);
}

static void load_region(uint32_t number, uint32_t base, uint32_t attributes)
{
    MPU_RNR = number;
    MPU_RASR = 0; /* never a mixture of old and new */
    if (attributes != 0) {
        MPU_RBAR = base;
        MPU_RASR = attributes;
    }
}

static void kernel_region(uint32_t number, const struct kernel_range *range, uint32_t attributes)
{
    load_region(number, range->start, attributes | RASR_SIZE(log2_of(range->size)) | RASR_ENABLE);
}

void arch_init(void)
{
    MPU_CTRL = 0;
    kernel_region(REGION_FLASH, &kernel_board->flash, RASR_AP_KERNEL_RO | RASR_CACHEABLE);
    kernel_region(REGION_RAM, &kernel_board->ram, RASR_AP_KERNEL_RW | RASR_XN | RASR_CACHEABLE);
    kernel_region(REGION_PERIPHERALS, &kernel_board->peripherals,
                  RASR_AP_KERNEL_RW | RASR_XN | RASR_DEVICE);
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        load_region(REGION_PROCESS + i, 0, 0);
    }
    arm_barrier();
    MPU_CTRL = 1; /* no background region, off in HardFault only */
    arm_barrier();

    SCB_SHPR2 = PRIORITY_LOWEST << 24;
    SCB_SHPR3 = (PRIORITY_TICK << 24) | (PRIORITY_LOWEST << 16);
}

uint32_t arch_interrupts_mask(void)
{
    uint32_t state;

    __asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(state)::"memory");
    return state;
}

void arch_interrupts_restore(uint32_t state)
{
    __asm volatile("msr primask, %0" ::"r"(state) : "memory");
}

void arch_request_kernel(void)
{
    SCB_ICSR = ICSR_PENDSV_SET;
}

/* Called by the SVC handler just before a process runs. */
void arch_request_again(void)
{
    if (arch_held == 0 && core_work_pending()) {
        arch_request_kernel();
    }
}

/* First the end of the time that was held, then that of the slice. */
void arch_tick_handler(void)
{
    uint32_t after = ticks_after;

    arch_held = 0;
    ticks_after = 0;
    if (after == 0) {
        arch_request_kernel();
        return;
    }
    SYST_RVR = after;
    SYST_CVR = 0; /* any value: counts from the reload value, and forgets that it has expired */
    arch_request_again();
}

void arch_regions_load(const struct arch_region *regions)
{
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        load_region(REGION_PROCESS + i, regions[i].base, regions[i].attributes);
    }
    arm_barrier();
    loaded = regions;
}

enum arch_event arch_run(struct arch_context *context, const struct arch_region *regions,
                         bool regions_changed, uint32_t ticks, uint32_t held)
{
    struct slice slice = slice_divide(ticks, held);

    if (regions_changed || loaded != regions) {
        arch_regions_load(regions);
    }
    faulted = false;
    arch_held = held != 0 ? 1 : 0;
    ticks_after = slice.after;
    SYST_RVR = slice.first;
    SYST_CVR = 0;
    SYST_CSR = SYST_ENABLE | SYST_INTERRUPT | SYST_CPU_CLOCK;
    arch_switch(context);
    SYST_CSR = SYST_CPU_CLOCK;
    ticks_left = ticks_after + ((SYST_CSR & SYST_EXPIRED) != 0 ? 0 : SYST_CVR);
    SCB_ICSR = ICSR_TICK_CLEAR;
    return faulted ? ARCH_FAULTED : ARCH_PREEMPTED;
}

uint32_t arch_ticks_left(void)
{
    return ticks_left;
}

void arch_context_forget(struct arch_context *context)
{
    (void)context; /* nothing of it is kept here */
}

/* Called by the fault handler; what there is to know is in frame and context. */
void arch_fault_record(void)
{
    faulted = true;
}

/* msp: where the frame lies. */
_Noreturn void arch_kernel_fault(uint32_t msp)
{
    struct fault fault = {.sp = msp};

    arch_frame_report(msp, &fault);
    kernel_panic("the kernel faulted", &fault);
}

/* Whether one of the regions that are loaded gives the process [address, address + size). */
static bool may_access(uint32_t address, uint32_t size, uint32_t forbidden)
{
    for (uint32_t i = 0; i < ARCH_REGIONS; i++) {
        uint32_t attributes = loaded[i].attributes;
        uint32_t log2 = ((attributes >> 1) & 31u) + 1u;
        uint32_t first = address - loaded[i].base;
        uint32_t last = first + size - 1u;

        if ((attributes & RASR_ENABLE) == 0 || (attributes & forbidden) != 0 ||
            (first >> log2) != 0 || (last >> log2) != 0) {
            continue;
        }
        if (((attributes >> (8u + (first >> (log2 - 3u)))) & 1u) == 0 &&
            ((attributes >> (8u + (last >> (log2 - 3u)))) & 1u) == 0) {
            return true;
        }
    }
    return false;
}

static void registers_of(const struct arch_context *context, uint32_t *registers)
{
    const uint32_t *frame = arch_frame(context->sp);

    for (uint32_t i = 0; i < 4; i++) {
        registers[i] = frame[i];
        registers[4 + i] = context->saved[i];
        registers[8 + i] = context->saved[4 + i];
    }
    registers[12] = frame[4];
    registers[ACCESS_SP] =
        context->sp + ARCH_FRAME_SIZE + ((frame[FRAME_PSR] & STACK_REALIGNED) != 0 ? 4u : 0);
}

/* The first unit of an access that the process may not make; the whole when it may. */
static bool refused(const struct access *access, uint32_t *address)
{
    for (uint32_t done = 0; done < access->size; done += access->unit) {
        *address = access->address + done;
        if (!may_access(*address, access->unit, access->write ? RASR_AP_READ_ONLY : 0)) {
            return true;
        }
    }
    return false;
}

/*
 * The frame is a good one. What was executed from where the process may not is that; else the
 * instruction tells what it wanted, and when it might have that, it was the instruction itself.
 */
static void work_out(const struct arch_context *context, struct fault *fault)
{
    uint32_t registers[ACCESS_REGISTERS];
    struct access access;

    if (!ck_is_aligned(fault->pc, 2) || !may_access(fault->pc, 2, RASR_XN)) {
        fault->cause = FAULT_EXECUTE;
        fault->address = fault->pc;
        return;
    }
    fault->cause = FAULT_INSTRUCTION;
    registers_of(context, registers);
    if ((fault->psr & FRAME_THUMB) == 0 ||
        !access_decode(*(const uint16_t *)(uintptr_t)fault->pc, fault->pc, registers, &access)) {
        return;
    }
    if (!ck_is_aligned(access.address, access.unit)) {
        fault->cause = FAULT_ALIGNMENT;
        fault->address = access.address;
    } else if (refused(&access, &fault->address)) {
        fault->cause = FAULT_READ;
    } else {
        fault->address = 0;
    }
}

void arch_fault(const struct arch_context *context, uint32_t low, uint32_t high,
                struct fault *fault)
{
    *fault = (struct fault){.cause = FAULT_STACK, .sp = context->sp, .address = context->sp};
    if (arch_frame_valid(context->sp, low, high)) {
        arch_frame_report(context->sp, fault);
        fault->address = 0;
        work_out(context, fault);
    }
}

/*
 * Flash of this kind of chip is not written by stores but by routines in ROM, which want registers
 * that no region shows and are called from RAM: for the burst nothing is checked. It is bounded, no
 * process runs in it, and what runs is the flash driver and one interrupt of the board's.
 */
void arch_flash_write_begin(void)
{
    arm_barrier();
    MPU_CTRL = 0;
    arm_barrier();
}

void arch_flash_write_end(void)
{
    arm_barrier();
    MPU_CTRL = 1;
    arm_barrier();
}
