// SPDX-License-Identifier: Apache-2.0
/* Cortex-M3/M4/M7 (Armv7-M): set-up, slices, protection registers, flash bursts. */
#include <base/checked.h>
#include <kernel/arch.h>

#include "floating.h"
#include "registers.h"
#include "slice.h"

/* Region numbers of the kernel, then of the running process. */
enum { REGION_FLASH, REGION_RAM, REGION_PERIPHERALS, REGION_PROCESS, REGION_PROCESS_FLASH = 5 };

/* Priorities: faults above everything, the tick with the interrupts, SVC and PendSV below all. */
enum { PRIORITY_FAULT = 0x00, PRIORITY_TICK = 0x80, PRIORITY_LOWEST = 0xFF };

#define RASR_ENABLE       1u
#define RASR_SIZE(log2)   (((log2) << 1) - 2u)
#define RASR_CACHEABLE    (1u << 17)
#define RASR_DEVICE       ((1u << 16) | (1u << 18))
#define RASR_AP_KERNEL_RW (1u << 24)
#define RASR_AP_KERNEL_RO (5u << 24)
#define RASR_XN           (1u << 28)

volatile uint32_t arch_mode; /* 0: the kernel runs; 1: a process (exceptions.S) */
struct arch_context *volatile arch_context_now;
volatile uint32_t arch_held; /* 1: requests for the kernel wait for the tick (exceptions.S) */

/* The processor's account of the latest fault of a process; arch_fault() reads it. */
struct fault_registers {
    uint32_t cfsr;
    uint32_t mmfar;
    uint32_t bfar;
};

/* Of the latest run of a process. */
static struct {
    volatile bool faulted;
    volatile uint32_t ticks_left;
    volatile uint32_t ticks_after;    /* of the slice, behind the time that is held */
    const struct arch_region *loaded; /* whose regions the protection unit holds */
    struct fault_registers registers;
} latest;

/* exceptions.S */
void arch_switch(struct arch_context *context);
void arch_request_again(void);
void arch_fault_record(void);
_Noreturn void arch_kernel_fault(uint32_t msp);
void arch_tick_handler(void);

static uint32_t log2_of(uint32_t power)
{
    return 31u - (uint32_t)__builtin_clz(power);
}

_Static_assert(ARCH_REGIONS == 5, "arch_regions_load() names each of them");

static inline void load_region(uint32_t number, uint32_t base, uint32_t attributes)
{
    MPU_RNR = number;
    MPU_RASR = 0; /* never a mixture of old and new */
    MPU_RBAR = base;
    MPU_RASR = attributes;
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

    SCB_SHPR1 = PRIORITY_FAULT;
    SCB_SHPR2 = (uint32_t)PRIORITY_LOWEST << 24;
    SCB_SHPR3 = ((uint32_t)PRIORITY_TICK << 24) | ((uint32_t)PRIORITY_LOWEST << 16);
    SCB_SHCSR |= SHCSR_FAULTS;
    SCB_CCR |= CCR_STACK_ALIGN | CCR_DIV_0_TRAP;
    floating_init();
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
    uint32_t after = latest.ticks_after;

    arch_held = 0;
    latest.ticks_after = 0;
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
    load_region(REGION_PROCESS, regions[0].base, regions[0].attributes);
    load_region(REGION_PROCESS + 1, regions[1].base, regions[1].attributes);
    load_region(REGION_PROCESS + 2, regions[2].base, regions[2].attributes);
    load_region(REGION_PROCESS + 3, regions[3].base, regions[3].attributes);
    load_region(REGION_PROCESS + 4, regions[4].base, regions[4].attributes);
    arm_barrier();
    latest.loaded = regions;
}

enum arch_event arch_run(struct arch_context *context, const struct arch_region *regions,
                         bool regions_changed, uint32_t ticks, uint32_t held)
{
    struct slice slice = slice_divide(ticks, held);

    if (regions_changed || latest.loaded != regions) {
        arch_regions_load(regions);
    }
    floating_switch(context);
    latest.faulted = false;
    arch_held = held != 0 ? 1 : 0;
    latest.ticks_after = slice.after;
    SYST_RVR = slice.first;
    SYST_CVR = 0;
    SYST_CSR = SYST_ENABLE | SYST_INTERRUPT | SYST_CPU_CLOCK;
    arch_switch(context);
    /* Stopped, but on the same clock: with another the emulator scales what is left. */
    SYST_CSR = SYST_CPU_CLOCK;
    latest.ticks_left = latest.ticks_after + ((SYST_CSR & SYST_EXPIRED) != 0 ? 0 : SYST_CVR);
    SCB_ICSR = ICSR_TICK_CLEAR;
    return latest.faulted ? ARCH_FAULTED : ARCH_PREEMPTED;
}

uint32_t arch_ticks_left(void)
{
    return latest.ticks_left;
}

/* Called by the fault handler while the process's registers are still its own. */
void arch_fault_record(void)
{
    latest.registers.cfsr = SCB_CFSR;
    latest.registers.mmfar = SCB_MMFAR;
    latest.registers.bfar = SCB_BFAR;
    SCB_CFSR = latest.registers.cfsr; /* bits are cleared by writing ones */
    SCB_HFSR = SCB_HFSR;
    /* A system call whose frame could not be pushed stays pending: it must not reach the next one.
     */
    SCB_SHCSR &= ~SHCSR_SVC_PENDED;
    latest.faulted = true;
}

/* msp: where the frame lies; 0: it could not be pushed. */
_Noreturn void arch_kernel_fault(uint32_t msp)
{
    struct fault fault = {.status = SCB_CFSR, .sp = msp, .address = SCB_MMFAR};

    if (msp != 0) {
        arch_frame_report(msp, &fault);
    }
    kernel_panic("the kernel faulted", &fault);
}

static enum fault_cause cause_of(uint32_t cfsr)
{
    if ((cfsr & (CFSR_MSTKERR | CFSR_MUNSTKERR | CFSR_STKERR | CFSR_UNSTKERR)) != 0) {
        return FAULT_STACK;
    }
    if ((cfsr & (CFSR_IACCVIOL | CFSR_IBUSERR)) != 0) {
        return FAULT_EXECUTE;
    }
    if ((cfsr & (CFSR_DACCVIOL | CFSR_MLSPERR)) != 0) {
        return FAULT_READ;
    }
    if ((cfsr & (CFSR_PRECISERR | CFSR_IMPRECISERR)) != 0) {
        return FAULT_BUS;
    }
    return (cfsr & (CFSR_UNALIGNED | CFSR_DIVBYZERO)) != 0 ? FAULT_ALIGNMENT : FAULT_INSTRUCTION;
}

void arch_fault(const struct arch_context *context, uint32_t low, uint32_t high,
                struct fault *fault)
{
    uint32_t cfsr = latest.registers.cfsr;

    *fault = (struct fault){.cause = cause_of(cfsr), .sp = context->sp, .status = cfsr};
    if (fault->cause != FAULT_STACK && arch_frame_valid(context->sp, low, high)) {
        arch_frame_report(context->sp, fault);
    }
    if (fault->cause == FAULT_STACK) {
        fault->address = context->sp;
    } else if ((cfsr & CFSR_MMARVALID) != 0) {
        fault->address = latest.registers.mmfar;
    } else if ((cfsr & CFSR_BFARVALID) != 0) {
        fault->address = latest.registers.bfar;
    } else if (fault->cause == FAULT_EXECUTE) {
        fault->address = fault->pc;
    }
}

/* Changes the access to flash in one store: the code that does so is executed from there. */
static void flash_access(uint32_t access)
{
    MPU_RNR = REGION_FLASH;
    MPU_RASR = access | RASR_CACHEABLE | RASR_SIZE(log2_of(kernel_board->flash.size)) | RASR_ENABLE;
    arm_barrier();
}

void arch_flash_write_begin(void)
{
    /* A process region over the same flash would win, and it is read-only for the kernel too. */
    for (uint32_t i = REGION_PROCESS_FLASH; i < REGION_PROCESS + ARCH_REGIONS; i++) {
        load_region(i, 0, 0);
    }
    latest.loaded = NULL;
    flash_access(RASR_AP_KERNEL_RW);
}

void arch_flash_write_end(void)
{
    flash_access(RASR_AP_KERNEL_RO);
}
