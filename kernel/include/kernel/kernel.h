// SPDX-License-Identifier: Apache-2.0
/* What a board gives the kernel, and how the kernel is started. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/alarm.h>
#include <kernel/driver.h>
#include <kernel/fault.h>
#include <kernel/scheduler.h>

/** A range of addresses that the protection unit can cover with one region. */
struct kernel_range {
    uint32_t start; /* a multiple of size */
    uint32_t size;  /* a power of two */
};

/**
 * A line of the board's table of capsules. One that the table leaves out is not linked: it costs
 * nothing, and its number answers NODEVICE.
 */
struct kernel_capsule {
    const struct driver *driver;
    const void *device; /* what its `init` wants, see <kernel/capsules.h>; NULL: nothing */
};

struct kernel_board {
    /* Ends with a line of NULLs; at most 32, with distinct numbers. */
    const struct kernel_capsule *capsules;

    struct kernel_range flash;        /* everything that maps like flash, kernel and apps */
    struct kernel_range ram;          /* all RAM, the kernel's and the apps' */
    struct kernel_range peripherals;  /* device registers */
    struct kernel_range kernel_image; /* the running slot, for the verifier */
    struct kernel_range idle_slot;    /* the other slot, for the verifier */
    struct kernel_range apps;         /* the app region, for the verifier */

    uint32_t app_ram_start; /* RAM for processes */
    uint32_t app_ram_size;
    uint32_t block_min; /* smallest block for a process, a power of two >= 512 */

    const struct hil_alarm *alarm;
    uint32_t ticks_per_ms; /* of the processor's own tick counter */

    const struct scheduler *scheduler;
    /* Of apps that ask for nothing: */
    enum fault_policy fault_policy;
    uint8_t fault_restarts; /* with FAULT_RESTART: at most so many; FAULT_ENDLESS: any number */
    /* Of apps that ask for something: */
    uint8_t fault_restarts_max; /* more restarts than these are not granted */
    bool fault_panic_allowed;   /* whether an app may have the whole system stopped */
    /** Told in the kernel loop of each fault, after the policy was applied; NULL for nobody. */
    void (*faulted)(struct process *process, const struct fault *fault);
    /** Never returns: the kernel itself is broken. May be called in any context. */
    void (*panic)(const char *why, const struct fault *fault);
};

/**
 * The board defines it, pointing to a constant. It is no parameter because the compiler sees
 * through it when the image is linked: the kernel calls the board's functions directly, and what it
 * asks of the board are constants.
 */
extern const struct kernel_board *const kernel_board;

/** Sets everything up. Once, before anything else. */
void kernel_init(void);

/** Runs processes and work for ever. */
_Noreturn void kernel_loop(void);

/** Stops the system through the board's panic function. Any context. */
_Noreturn void kernel_panic(const char *why, const struct fault *fault);

/**
 * Tells whether the protection unit can give a process [address, address + extent) of flash
 * exactly, with the regions that are left for flash. Pure; any context.
 */
bool kernel_flash_fits(uint32_t address, uint32_t extent);

#endif
