// SPDX-License-Identifier: Apache-2.0
/* Where processes lie in RAM, how much of it they see, and what of it the kernel keeps. */
#include <string.h>

#include <base/checked.h>

#include "core.h"

/* Memory that a process has in front of its first brk: room for one exception frame (TRD 104). */
#define FIRST_BREAK ARCH_FRAME_SIZE

bool core_in_ram(const struct process *process, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, process->start, process->app_break);
}

bool core_in_flash(const struct process *process, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, process->image.app_start,
                       process->image.flash_start + process->image.flash_size);
}

/* The end of the process that overlaps [start, start + size), or 0 when that range is free. */
static uint32_t occupied_until(uint32_t start, uint32_t size)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        const struct process *other = process_at(i);

        if (other != NULL && ck_ranges_overlap(start, size, other->start, other->size)) {
            return other->start + other->size;
        }
    }
    return 0;
}

/* Finds the lowest free place at or above `from`. */
static bool find_place(uint32_t from, uint32_t size, uint32_t alignment, uint32_t *start)
{
    uint32_t high = core_board->app_ram_start + core_board->app_ram_size;
    uint32_t next = from;

    while (ck_align_up(next, alignment, start) && ck_range_in(*start, size, from, high)) {
        next = occupied_until(*start, size);
        if (next == 0) {
            return true;
        }
    }
    return false;
}

bool core_block_allocate(uint32_t need, uint32_t fixed, uint32_t *start, uint32_t *size,
                         uint32_t *granule)
{
    uint32_t alignment;
    uint32_t total;

    if (!ck_add(need, (uint32_t)sizeof(struct kernel_area) + FIRST_BREAK, &total) ||
        !arch_block_size(total, core_board->block_min, size, &alignment, granule)) {
        return false;
    }
    if (fixed != UINT32_MAX) {
        return ck_is_aligned(fixed, alignment) && fixed >= core_board->app_ram_start &&
               find_place(fixed, *size, alignment, start) && *start == fixed;
    }
    return find_place(core_board->app_ram_start, *size, alignment, start);
}

void process_ram_free(uint32_t *largest, uint32_t *total)
{
    uint32_t used = 0;
    uint32_t low = 0;
    uint32_t high = core_board->app_ram_size;

    for (uint32_t i = 0; i < process_slots(); i++) {
        used += process_at(i) != NULL ? process_at(i)->size : 0;
    }
    *total = core_board->app_ram_size - used;
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

/* Makes [start, end) accessible; end is a multiple of the granule from start. */
static void show(struct process *process, uint32_t end)
{
    bool ok = arch_region_cover(process->start, end, ARCH_READ_WRITE, process->region);

    if (!ok) {
        kernel_panic("a block of RAM cannot be protected", NULL);
    }
    process->visible_end = end;
    if (process == core_current) {
        arch_regions_load(process->region); /* it goes on without passing the scheduler */
    } else {
        process->regions_changed = true;
    }
}

void core_memory_reset(struct process *process)
{
    uint32_t grants = process->start + process->size - (uint32_t)sizeof(struct kernel_area);
    struct process_statistics kept = core_area(process)->statistics;

    /* The rest of the block is cleared when a break or a grant first reaches it. */
    memset((void *)(uintptr_t)process->start, 0, process->granule);
    memset(core_area(process), 0, sizeof(struct kernel_area));
    core_area(process)->statistics = kept;
    process->app_break = process->start + FIRST_BREAK;
    process->grant_start = grants;
    process->high_water = process->start;
    show(process, process->start + process->granule);
}

bool core_break_set(struct process *process, uint32_t wanted)
{
    uint32_t rounded;
    uint32_t end;

    if (wanted < process->high_water || wanted < process->start + FIRST_BREAK ||
        wanted > process->grant_start ||
        !ck_align_up(wanted - process->start, process->granule, &rounded) ||
        !ck_add(process->start, rounded, &end) || end > process->grant_start) {
        return false;
    }
    if (wanted > process->app_break) {
        uint32_t from = process->app_break;
        uint32_t to = end > process->visible_end ? end : wanted;

        /* Everything that becomes visible is zero, not just what was asked for. */
        memset((void *)(uintptr_t)from, 0, to - from);
    }
    process->app_break = wanted;
    if (end != process->visible_end) {
        show(process, end);
    }
    return true;
}
