// SPDX-License-Identifier: Apache-2.0
/* The planner by itself, and flash objects. */
#include "sweeps.h"

#include <stddef.h>

#include <kernel/kernel.h>

#include "machine.h"
#include "map.h"
#include "proof.h"

static unsigned rights_of(enum arch_access access)
{
    return access == ARCH_READ_WRITE     ? UNIT_READ | UNIT_WRITE
           : access == ARCH_READ_EXECUTE ? UNIT_READ | UNIT_EXECUTE
                                         : UNIT_READ;
}

/* Covers [start, end) in the way that `plan` asks for, and compares. */
static bool range_is_exact(uint32_t start, uint32_t end, enum arch_access access, bool single)
{
    struct arch_region region[ARCH_REGIONS] = {{0, 0}};
    const struct map_range meant = {start, end, rights_of(access)};
    bool planned = single ? arch_region_encode(start, end, access, &region[0])
                          : arch_region_cover(start, end, access, region);

    proof_case(start, end, access, single);
    if (!planned) {
        return false;
    }
    unit_load(&machine_unit, region);
    proof_compare(&meant, 1);
    return true;
}

/* As range_is_exact(); units that promise it cover all that lies on their steps and nothing else.
 */
static void one_range(uint32_t start, uint32_t end, enum arch_access access)
{
    bool single = range_is_exact(start, end, access, true);
    bool cover = range_is_exact(start, end, access, false);

    proof_that(cover || !single, "what one region covers, two do");
    if (unit_exact_step != 0) {
        bool on_steps = start % unit_exact_step == 0 && end % unit_exact_step == 0 && start < end;

        proof_that(single == on_steps, "exactly what lies on the unit's steps is covered");
    }
}

void sweep_ranges(bool wide)
{
    uint32_t fine = wide ? 2048 : 512;
    uint32_t coarse = wide ? 16384 : 4096;

    proof_begin("ranges");
    proof_kernel(512, 64);
    for (uint32_t start = PROOF_RAM; start < PROOF_RAM + fine; start += 4) {
        for (uint32_t size = 0; size <= 2 * fine; size += 4) {
            one_range(start, start + size, ARCH_READ_WRITE);
        }
    }
    for (uint32_t start = PROOF_RAM; start < PROOF_RAM + coarse; start += 32) {
        for (uint32_t size = 32; size <= 2 * coarse; size += 32) {
            one_range(start, start + size, size % 64 == 0 ? ARCH_READ_EXECUTE : ARCH_READ_ONLY);
        }
    }
    /* Both ends of memory, each byte; backwards too. */
    for (uint32_t i = 0; i < 300; i++) {
        for (uint32_t k = 0; k < 300; k++) {
            one_range(i, k, ARCH_READ_WRITE);
            if (unit_exact_step != 0) {
                one_range(0xDFFFFF00u - i, 0xDFFFFF00u - k, ARCH_READ_WRITE);
            }
        }
    }
    proof_end(
        wide ? "starts 0..2 KiB, sizes 0..4 KiB by 4; 0..16 KiB, ..32 KiB by 32; ends of memory"
             : "starts 0..512, sizes 0..1 KiB by 4; 0..4 KiB, ..8 KiB by 32; ends of memory");
}

static void run_once(struct subject *subject)
{
    machine_run(subject->process, NULL, NULL);
}

/* An object: refused, and then nothing is there, or its process runs with exactly its bytes. */
static void one_object(uint32_t start, uint32_t extent)
{
    struct subject subject;
    bool fits = kernel_flash_fits(start, extent);

    proof_case(start, extent, 0, 0);
    if (!fits) {
        proof_that(proof_create(&subject, 100, PROOF_ANY, start, extent) == KERNEL_E_REGION,
                   "what does not fit is refused for that reason");
        proof_that(unit_exact_step == 0, "a unit with exact ends takes every object");
        proof_that(extent > 32768 || start % 4096 != 0 || extent % 4096 != 0,
                   "objects of whole 4 KiB pages up to 32 KiB fit everywhere");
        return;
    }
    proof_that(proof_create(&subject, 100, PROOF_ANY, start, extent) == 0, "what fits is accepted");
    run_once(&subject);
    proof_destroy(&subject);
}

void sweep_flash(bool wide)
{
    static const uint32_t pages[] = {256, 512, 1024, 2048, 4096};

    proof_begin("flash");
    proof_kernel(512, 64);
    for (uint32_t p = 0; p < sizeof pages / sizeof pages[0]; p++) {
        uint32_t count = wide ? 256 : 64;

        for (uint32_t at = 0; at < count; at++) {
            for (uint32_t size = 1; size <= count; size++) {
                one_object(PROOF_APPS + at * pages[p], size * pages[p]);
            }
        }
    }
    proof_end(wide ? "pages of 256..4096 bytes, objects of 1..256 pages at each of 256 pages"
                   : "pages of 256..4096 bytes, objects of 1..64 pages at each of 64 pages");
}
