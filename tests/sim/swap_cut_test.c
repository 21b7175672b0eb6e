// SPDX-License-Identifier: Apache-2.0
/*
 * Cuts the power at every flash operation of a page replacement, and of the repair, and checks each
 * time that the page is wholly old or wholly new, now and at every later look, and that its
 * neighbours are what they were. Pages hold anything, also nothing.
 *
 *     swap_cut_test [UNIT [ERASE-VALUE]]
 */
#include "nor.h"

#include <kv/swap.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE   512u
#define BASE   0x8000u
#define SPARES 4u
#define PAGES  3u
#define FIRST  (BASE + SPARES * PAGE)
#define ROUNDS 24u

struct bench {
    struct nor nor;
    struct hil_flash_run run;
    struct hil_flash_geometry geometry;
    struct swap_config config;
    struct swap swap;
};

static unsigned long cuts;

static void fail(unsigned round, uint32_t operation, const char *what)
{
    printf("FAIL in round %u, operation %u: %s\n", round, (unsigned)operation, what);
    exit(1);
}

/* What a page holds after a round: text-like, all erased, or all programmed. */
static void content(unsigned round, uint8_t erased, uint8_t data[PAGE])
{
    for (uint32_t i = 0; i < PAGE; i++) {
        data[i] = round % 5 == 3   ? erased
                  : round % 5 == 4 ? (uint8_t)~erased
                                   : (uint8_t)(round * 37u + i * 11u);
    }
}

static int finish(struct bench *bench)
{
    int result;

    do {
        result = swap_step(&bench->swap);
    } while (result == KV_BUSY);
    return result;
}

static int mount(struct bench *bench)
{
    int result = swap_mount_begin(&bench->swap, &bench->config);

    return result != 0 ? result : finish(bench);
}

static int replace(struct bench *bench, uint32_t page, const uint8_t data[PAGE])
{
    uint32_t taken = 0;
    int result = swap_open(&bench->swap, page);

    while (result == 0 && taken < PAGE) {
        result = finish(bench);
        if (result == 0) {
            taken += swap_put(&bench->swap, data + taken, PAGE - taken);
        }
    }
    if (result == 0) {
        result = finish(bench);
    }
    if (result == 0) {
        swap_close(&bench->swap);
        result = finish(bench);
    }
    return result;
}

static bool holds(const struct bench *bench, uint32_t page, const uint8_t data[PAGE])
{
    return memcmp(nor_at(&bench->nor, page), data, PAGE) == 0;
}

/* Looks three times; the page must be the same each time, and one of the two. */
static void look(struct bench *bench, unsigned round, uint32_t operation, uint32_t page,
                 const uint8_t *before, const uint8_t *after)
{
    const uint8_t *now = NULL;
    uint8_t other[PAGE];

    for (unsigned i = 0; i < 3; i++) {
        if (mount(bench) != 0) {
            fail(round, operation, "it does not mount");
        }
        now = now != NULL ? now : holds(bench, page, before) ? before : after;
        if (!holds(bench, page, now)) {
            fail(round, operation, "the page is neither old nor new, or changes");
        }
        nor_power_up(&bench->nor, (enum nor_weak)((operation + i) % NOR_WEAKS), operation + i);
    }
    /* A later replacement, and again a look. */
    content(round + 100, bench->geometry.erase_value, other);
    if (mount(bench) != 0 || replace(bench, page, other) != 0) {
        fail(round, operation, "no replacement is possible after the repair");
    }
    nor_power_up(&bench->nor, (enum nor_weak)(operation % NOR_WEAKS), operation);
    if (mount(bench) != 0 || !holds(bench, page, other)) {
        fail(round, operation, "a later replacement did not stay");
    }
    if (bench->nor.violation != NULL) {
        fail(round, operation, bench->nor.violation);
    }
}

static void cut_round(struct bench *bench, const struct nor *saved, struct nor *torn,
                      unsigned round, uint32_t page, const uint8_t *before, const uint8_t *after)
{
    int result = KV_BUSY;

    for (uint32_t operation = 0; result != 0; operation++) {
        for (unsigned cut = 0; cut < NOR_CUTS; cut++) {
            nor_copy(&bench->nor, saved);
            nor_power_up(&bench->nor, NOR_WEAK_ERASED, round);
            if (mount(bench) != 0) {
                fail(round, operation, "it does not mount before the cut");
            }
            nor_plan(&bench->nor, operation, (enum nor_cut)cut);
            result = replace(bench, page, after);
            if (result == 0) {
                break;
            }
            cuts++;
            nor_copy(torn, &bench->nor);
            for (uint32_t repair = 0;; repair++) {
                nor_copy(&bench->nor, torn);
                nor_power_up(&bench->nor, (enum nor_weak)((cut + operation) % NOR_WEAKS), repair);
                nor_plan(&bench->nor, repair, (enum nor_cut)((cut + repair) % NOR_CUTS));
                if (mount(bench) == 0) {
                    look(bench, round, operation, page, before, after);
                    break;
                }
                cuts++;
                nor_power_up(&bench->nor, (enum nor_weak)(repair % NOR_WEAKS), repair);
                look(bench, round, operation, page, before, after);
            }
        }
    }
}

int main(int argc, char **argv)
{
    struct bench bench;
    struct nor saved;
    struct nor torn;
    uint8_t pages[PAGES][PAGE];
    uint8_t next[PAGE];

    memset(&bench, 0, sizeof bench);
    bench.run = (struct hil_flash_run){PAGE, SPARES + PAGES};
    bench.geometry = (struct hil_flash_geometry){
        .base = BASE,
        .runs = &bench.run,
        .run_count = 1,
        .write_unit = argc > 1 ? (uint8_t)strtoul(argv[1], NULL, 0) : 4,
        .erase_value = argc > 2 ? (uint8_t)strtoul(argv[2], NULL, 0) : 0xFF,
        .programs_per_unit = 1};
    nor_init(&bench.nor, &bench.geometry);
    nor_init(&saved, &bench.geometry);
    nor_init(&torn, &bench.geometry);
    bench.config = (struct swap_config){&bench.nor.hil, BASE, SPARES};
    memset(pages, bench.geometry.erase_value, sizeof pages);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned p = round % PAGES;

        content(round, bench.geometry.erase_value, next);
        nor_copy(&saved, &bench.nor);
        cut_round(&bench, &saved, &torn, round, FIRST + p * PAGE, pages[p], next);
        nor_copy(&bench.nor, &saved);
        nor_power_up(&bench.nor, NOR_WEAK_ERASED, round);
        if (mount(&bench) != 0 || replace(&bench, FIRST + p * PAGE, next) != 0) {
            fail(round, 0, "the replacement itself went wrong");
        }
        memcpy(pages[p], next, PAGE);
        for (unsigned i = 0; i < PAGES; i++) {
            if (!holds(&bench, FIRST + i * PAGE, pages[i])) {
                fail(round, 0, "a page is not what it was");
            }
        }
    }
    nor_free(&bench.nor);
    nor_free(&saved);
    nor_free(&torn);
    printf("%lu power cuts over %u replacements\n", cuts, ROUNDS);
    return 0;
}
