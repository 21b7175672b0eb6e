// SPDX-License-Identifier: Apache-2.0
/*
 * The contract between the kernel core and the code for one processor architecture
 * (kernel/arch/NAME). The core calls arch_*; the architecture calls core_*.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <stdbool.h>
#include <stdint.h>

/* ARCH_FRAME_SIZE, arch_frame(), _valid(), _class(), _upcall(), _repeat(): inline. */
#include <arch/frame.h>
#include <kernel/driver.h>
#include <kernel/fault.h>
#include <kernel/kernel.h>

/** Registers that neither the hardware nor the C calling convention saves for a process. */
struct arch_context {
    uint32_t sp; /* process stack pointer, below it the frame that the hardware pushed */
    uint32_t saved[8];
    uint32_t *floating; /* its floating-point state while another's is in use; NULL: it has none */
};

/*
 * Protection regions of a process: two for RAM, two for flash, and one through which it sees memory
 * that another process shares with it.
 */
#define ARCH_REGIONS 5u
enum arch_region_use { ARCH_REGION_RAM = 0, ARCH_REGION_FLASH = 2, ARCH_REGION_SHARED = 4 };

/** One region in the form in which the protection unit takes it. */
struct arch_region {
    uint32_t base;
    uint32_t attributes; /* 0 = off */
};

enum arch_access {
    ARCH_READ_WRITE,   /* never execute */
    ARCH_READ_EXECUTE, /* read-only for the kernel too */
    ARCH_READ_ONLY     /* never execute */
};

/** What arch_run() came back for. */
enum arch_event {
    ARCH_PREEMPTED, /* an interrupt, the end of the slice, or a system call that gave way */
    ARCH_FAULTED    /* see arch_fault() */
};

/* Set-up: priorities, fault handlers, kernel regions, protection on. */
void arch_init(void);

/* Masks interrupts; answers the former state for arch_interrupts_restore(). */
uint32_t arch_interrupts_mask(void);
void arch_interrupts_restore(uint32_t state);
/* Sleeps until an interrupt is pending; called with interrupts masked. */
void arch_sleep(void);
/* Makes sure that a process that runs gives way to the kernel loop soon. Any context. */
void arch_request_kernel(void);

/*
 * Runs a process until it must give way.
 * context: its registers; regions: ARCH_REGIONS of them, loaded only when they are others than at
 * the last call or `regions_changed`; ticks: processor ticks until it is interrupted; held: ticks
 * that it gets in any case, whatever interrupts ask for (0: none), so that a flood of them cannot
 * keep it from going on.
 */
enum arch_event arch_run(struct arch_context *context, const struct arch_region *regions,
                         bool regions_changed, uint32_t ticks, uint32_t held);
/* Loads the regions of the running process anew, from within its system call. */
void arch_regions_load(const struct arch_region *regions);
/* Forgets what the processor still holds of a context that has ended. */
void arch_context_forget(struct arch_context *context);
/* Ticks that were left of the slice when arch_run() came back. */
uint32_t arch_ticks_left(void);

/* Builds the first frame of a process: entry(argument[0..3]) with sp as the stack pointer then. */
void arch_frame_create(struct arch_context *context, uint32_t sp, uint32_t entry,
                       const uint32_t argument[4]);
/* Stores the registers of a frame, which must be valid, in a fault report. */
void arch_frame_report(uint32_t sp, struct fault *fault);
/* Reads the latest fault of a process; sp bounds as in arch_frame_valid(). */
void arch_fault(const struct arch_context *context, uint32_t low, uint32_t high,
                struct fault *fault);

/*
 * Encodes one region with subregions. start and end are what must be covered exactly.
 * Answers false when one region cannot do that.
 */
bool arch_region_encode(uint32_t start, uint32_t end, enum arch_access access,
                        struct arch_region *region);
/* Covers [start, end) exactly with at most two regions; the second is off when one is enough. */
bool arch_region_cover(uint32_t start, uint32_t end, enum arch_access access,
                       struct arch_region region[2]);
/*
 * The block of RAM for `need` bytes: answers its size, alignment of its start, and the granule in
 * which its accessible part can grow. `minimum` is the board's smallest block.
 */
bool arch_block_size(uint32_t need, uint32_t minimum, uint32_t *size, uint32_t *alignment,
                     uint32_t *granule);

/* What becomes of a process after its system call. The values are known to assembly. */
enum arch_next {
    ARCH_GIVE_WAY = 0, /* to the kernel loop; its registers are saved */
    ARCH_GO_ON = 1,
    ARCH_BEGIN_ANEW = 2 /* to the kernel loop; its context has been written already */
};
/* Called by the architecture when the running process makes a system call; sp is its stack pointer.
 */
enum arch_next core_syscall(uint32_t sp);
/*
 * Called by the architecture for cleared memory to keep the running process's floating-point state
 * in: of `size` bytes, a multiple of 8, from its own block. NULL: there is no room.
 */
uint32_t *core_floating_memory(uint32_t size);
/* Whether work waits for the kernel loop. Any context. */
bool core_work_pending(void);
/* The verifier's only system call: its job is over. Runs unprivileged; never returns. */
_Noreturn void arch_verifier_exit(void);

/* Opens flash for writing in the leaf function of the flash driver, for one bounded burst. */
void arch_flash_write_begin(void);
void arch_flash_write_end(void);

#endif
