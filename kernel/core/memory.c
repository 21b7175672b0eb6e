// SPDX-License-Identifier: Apache-2.0
/* Where processes lie in RAM, how much of it they see, and what of it the kernel keeps. */
#include <string.h>

#include <base/checked.h>

#include "core.h"

/* Memory that a process has in front of its first brk: room for one exception frame (TRD 104). */
#define FIRST_BREAK ARCH_FRAME_SIZE

/* Bytes that one system call clears: interrupts get through meanwhile, processes do not. */
#define CLEAR_AT_ONCE 4096u

/* A process that is about to leave: its block counts as free. NULL: none. Kernel loop only. */
static const struct process *leaving;

/* The end of the process that overlaps [start, start + size), or 0 when that range is free. */
static uint32_t occupied_until(uint32_t start, uint32_t size)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        const struct process *other = core_processes[i];

        if (other != NULL && other != leaving &&
            ck_ranges_overlap(start, size, other->start, other->size)) {
            return other->start + other->size;
        }
    }
    return 0;
}

/* Finds the lowest free place at or above `from`. */
static bool find_place(uint32_t from, uint32_t size, uint32_t alignment, uint32_t *start)
{
    uint32_t high = kernel_board->app_ram_start + kernel_board->app_ram_size;
    uint32_t next = from;

    while (ck_align_up(next, alignment, start) && ck_range_in(*start, size, from, high)) {
        next = occupied_until(*start, size);
        if (next == 0) {
            return true;
        }
    }
    return false;
}

/* The process itself and the grants of all drivers, each at most once. */
uint32_t core_memory_kept(void)
{
    return CORE_PROCESS_SIZE + core_drivers.grants;
}

/*
 * A block in which the process can have all of `need` and the kernel what it keeps: what the
 * process sees ends at a multiple of the granule, which depends on the size of the block.
 */
static bool block_size(uint32_t need, uint32_t *size, uint32_t *alignment, uint32_t *granule)
{
    uint32_t kept = core_memory_kept();
    uint32_t total;

    if (!ck_add(need, kept, &total)) {
        return false;
    }
    for (;;) {
        uint32_t seen;
        uint32_t wanted;

        if (!arch_block_size(total, kernel_board->block_min, size, alignment, granule) ||
            !ck_align_up(need, *granule, &seen) || !ck_add(seen, kept, &wanted)) {
            return false;
        }
        if (wanted <= *size) {
            return true;
        }
        total = wanted; /* grows each time: a larger block has a larger granule at most */
    }
}

bool process_ram_fits(uint32_t need, uint32_t fixed, const struct process *without)
{
    uint32_t start;
    uint32_t size;
    uint32_t granule;
    bool fits;

    leaving = without;
    fits = core_block_allocate(need, fixed, &start, &size, &granule);
    leaving = NULL;
    return fits;
}

bool core_block_allocate(uint32_t need, uint32_t fixed, uint32_t *start, uint32_t *size,
                         uint32_t *granule)
{
    uint32_t alignment;

    if (!block_size(ck_max(need, FIRST_BREAK), size, &alignment, granule)) {
        return false;
    }
    if (fixed != UINT32_MAX) {
        return ck_is_aligned(fixed, alignment) && fixed >= kernel_board->app_ram_start &&
               find_place(fixed, *size, alignment, start) && *start == fixed;
    }
    return find_place(kernel_board->app_ram_start, *size, alignment, start);
}

void process_ram_free(uint32_t *largest, uint32_t *total)
{
    uint32_t used = 0;
    uint32_t low = 0;
    uint32_t high = kernel_board->app_ram_size;

    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        used += core_processes[i] != NULL ? core_processes[i]->size : 0;
    }
    *total = kernel_board->app_ram_size - used;
    /* Bisect: whatever fits, less fits too. To 1 KiB: this runs while apps wait for their turn. */
    while (high - low > 1024) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t start;
        uint32_t size;
        uint32_t granule;

        if (core_block_allocate(middle, UINT32_MAX, &start, &size, &granule)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *largest = low;
}

void core_regions_changed(struct process *process)
{
    if (process == core_current) {
        arch_regions_load(process->region); /* it goes on without passing the scheduler */
    } else {
        process->regions_changed = true;
    }
}

/* Makes [start, end) accessible; end is a multiple of the granule from start. */
static void show(struct process *process, uint32_t end)
{
    if (!arch_region_cover(process->start, end, ARCH_READ_WRITE,
                           &process->region[ARCH_REGION_RAM])) {
        kernel_panic("a block of RAM cannot be protected", NULL);
    }
    process->visible_end = end;
    core_regions_changed(process);
}

void core_memory_reset(struct process *process)
{
    /* The rest of the block is cleared when a break or a grant first reaches it. */
    memset((void *)(uintptr_t)process->start, 0, process->granule);
    process->cleared = process->start + process->granule;
    memset(process->grant, 0, sizeof process->grant);
    process->app_break = process->start + FIRST_BREAK;
    process->grant_start = (uint32_t)(uintptr_t)process;
    process->high_water = process->start;
    process->region[ARCH_REGION_SHARED] = (struct arch_region){0, 0};
    process->window.length = 0;
    show(process, process->start + process->granule);
}

uint32_t core_memory_take(struct process *process, uint32_t size)
{
    uint32_t start;

    if (!ck_sub(process->grant_start, size, &start) || start < process->visible_end) {
        return 0;
    }
    memset((void *)(uintptr_t)start, 0, size);
    process->grant_start = start;
    return start;
}

uint32_t *core_floating_memory(uint32_t size)
{
    return core_current != NULL ? (uint32_t *)(uintptr_t)core_memory_take(core_current, size)
                                : NULL;
}

enum core_break core_break_set(struct process *process, uint32_t wanted)
{
    uint32_t rounded;
    uint32_t end;

    if (wanted == process->app_break) {
        return BREAK_SET; /* how apps ask where it is */
    }
    if (wanted < process->high_water || wanted < process->start + FIRST_BREAK ||
        wanted > process->grant_start ||
        !ck_align_up(wanted - process->start, process->granule, &rounded) ||
        !ck_add(process->start, rounded, &end) || end > process->grant_start) {
        return BREAK_REFUSED;
    }
    /* Everything that becomes visible is clear of what others left there, piece by piece. */
    if (end > process->cleared) {
        uint32_t piece = ck_min(end - process->cleared, CLEAR_AT_ONCE);

        memset((void *)(uintptr_t)process->cleared, 0, piece);
        process->cleared += piece;
        if (end > process->cleared) {
            return BREAK_CLEARING;
        }
    }
    process->app_break = wanted;
    if (end != process->visible_end) {
        show(process, end);
    }
    return BREAK_SET;
}
