// SPDX-License-Identifier: Apache-2.0
/* Several processes: where their blocks lie, and windows from one to another. */
#include "sweeps.h"

#include <stddef.h>

#include <base/checked.h>

#include "machine.h"
#include "proof.h"
#include "unit.h"

enum { PEOPLE = 4, OBJECT_SIZE = 4096 };

static struct subject people[PEOPLE];

static int create(uint32_t who, uint32_t need, uint32_t fixed)
{
    return proof_create(&people[who], need, fixed, PROOF_APPS + who * 0x10000u, OBJECT_SIZE);
}

static void run_all(void)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (people[i].process != NULL) {
            machine_run(people[i].process, NULL, NULL);
        }
    }
}

static void destroy_all(void)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (people[i].process != NULL) {
            proof_destroy(&people[i]);
        }
    }
}

/* Three, one of them leaves, and one of another size comes: proof_create() looks at where. */
static void one_neighbourhood(const uint32_t *need, uint32_t leaves)
{
    proof_case(need[0], need[1], need[2], need[3]);
    for (uint32_t i = 0; i < 3; i++) {
        proof_that(create(i, need[i], PROOF_ANY) == 0, "there is room");
    }
    run_all();
    proof_destroy(&people[leaves]);
    proof_that(create(3, need[3], PROOF_ANY) == 0, "there is room");
    run_all();
    destroy_all();
}

/* At every 32 bytes around one that is there another is asked for: it is refused, or apart. */
static void one_fixed(const uint32_t *need)
{
    uint32_t first = PROOF_RAM + 0x10000u;
    uint32_t reach = ck_align_down(3 * ck_max(need[0], need[1]) + 4096, 1024);
    uint32_t accepted = 0;

    proof_that(create(0, need[0], first) == 0, "there is room");
    for (uint32_t at = first - reach; at < first + reach; at += 32) {
        proof_case(need[0], need[1], at, 1);
        if (create(1, need[1], at) == 0) {
            accepted++;
            run_all();
            proof_destroy(&people[1]);
        }
    }
    proof_that(accepted > 1, "places that are free are given");
    destroy_all();
}

void sweep_places(bool wide)
{
    static const uint32_t needs[] = {40, 300, 700, 1000, 1500, 2500, 4100, 9000};
    uint32_t count = wide ? 8 : 6;
    uint32_t pick[4];

    proof_begin("places");
    proof_kernel(512, 64);
    for (uint32_t i = 0; i < count * count * count * count; i++) {
        for (uint32_t k = 0, rest = i; k < 4; k++, rest /= count) {
            pick[k] = needs[rest % count];
        }
        for (uint32_t leaves = 0; leaves < 3; leaves++) {
            one_neighbourhood(pick, leaves);
        }
    }
    for (uint32_t i = 0; i < count * count; i++) {
        pick[0] = needs[i % count];
        pick[1] = needs[i / count];
        one_fixed(pick);
    }
    proof_end(
        wide ? "8 sizes: any three, one leaves, a fourth comes; one at each 32 bytes near another"
             : "6 sizes: any three, one leaves, a fourth comes; one at each 32 bytes near another");
}

static void widen(struct process *process, void *context)
{
    struct subject *subject = context;

    (void)process;
    (void)proof_break(subject, subject->grant_start & ~(subject->granule - 1), false);
}

/* One window, looked at from both sides, then closed. */
static void one_window(uint32_t address, uint32_t length)
{
    proof_case(people[0].size, address, length, 0);
    if (!proof_window(&people[1], &people[0], address, length, PROOF_IN_LOOP)) {
        proof_that(unit_exact_step == 0 || length == 0 || address % unit_exact_step != 0 ||
                       length % unit_exact_step != 0,
                   "what lies on the unit's steps can be opened");
        return;
    }
    run_all();
    (void)proof_window(&people[1], &people[0], 0, 0, PROOF_BY_OWNER);
    run_all();
}

static void windows_of_shape(uint32_t need, uint32_t step)
{
    proof_that(create(0, need, PROOF_ANY) == 0 && create(1, 100, PROOF_ANY) == 0, "there is room");
    machine_run(people[0].process, widen, &people[0]);
    for (uint32_t at = people[0].start; at < people[0].app_break; at += step) {
        for (uint32_t end = at; end <= people[0].app_break; end += step) {
            one_window(at, end - at);
        }
    }
    proof_that(!proof_window(&people[1], &people[1], people[1].start, 32, PROOF_IN_LOOP),
               "nobody has a window on itself");
    destroy_all();
}

void sweep_windows(bool wide)
{
    proof_begin("windows");
    proof_kernel(512, 64);
    for (uint32_t need = 32; need <= (wide ? 1024u : 512u); need += 160) {
        windows_of_shape(need, 4);
    }
    for (uint32_t need = 1000; need <= (wide ? 20000u : 5000u); need += 1000) {
        windows_of_shape(need, 32);
    }
    proof_end(wide ? "each place and length by 4 in blocks for 32..1024 bytes, by 32 for ..20000"
                   : "each place and length by 4 in blocks for 32..512 bytes, by 32 for ..5000");
}
