// SPDX-License-Identifier: Apache-2.0
/*
 * Cuts the power at every flash operation of a device's life, whole and torn, and again during the
 * repair, and checks each time that the step happened wholly or not at all, that every app is
 * whole, and that a second look sees the same.
 *
 *     power_cut_test [--wide] [--layout NAME] [--only LAYOUT:STEP:OPERATION:CUT:WEAK[:REPAIR:CUT]]
 *
 * A failing case prints its id, which --only runs again.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL 0xFFFFu

static const struct step steps[] = {
    {STEP_INSTALL, 1, 0, 5000, 1},  /* ends inside a page */
    {STEP_INSTALL, 2, 1, 12288, 1}, /* whole pages */
    {STEP_INSTALL, 3, 0, 3000, 1},  /* less than a page */
    {STEP_FLAGS, 1, 0, 0, 0},       /* disable */
    {STEP_INSTALL, 1, 2, 9000, 2},  /* update; stays disabled */
    {STEP_INSTALL, 2, 1, 12284, 2}, /* other bytes of one version; no room for padding in the page
                                     */
    {STEP_REMOVE, 3, 0, 0, 0},
    {STEP_MOVE, 1, 2, 9000, 2}, /* stays disabled */
    {STEP_INSTALL, 4, 0, 4092, 1},
    {STEP_DISCARD, 5, 0, 10000, 1},
    {STEP_DISCARD, 5, 1, 6000, 2}, /* complete, never committed */
    {STEP_INSTALL, 5, 3, 6000, 3},
    {STEP_PUT, 0, 0, 0, 77},
    {STEP_FLAGS, 5, 0, 0, 3}, /* sticky */
    {STEP_FLAGS, 1, 0, 0, 1},
    {STEP_FLAGS, 2, 0, 0, 0},
    {STEP_PUT, 0, 0, 0, 78},
    {STEP_FLAGS, 2, 0, 0, 1},
    {STEP_FLAGS, 4, 0, 0, 0},
    {STEP_REMOVE, 5, 0, 0, 0},
    {STEP_INSTALL, 3, 4, 2000, 5}, /* comes back */
    {STEP_FLAGS, 4, 0, 0, 1},
    {STEP_FLAGS, 4, 0, 0, 2},
    {STEP_INSTALL, 5, 3, 6000, 6},
    {STEP_FLAGS, 3, 0, 0, 0},
    {STEP_REMOVE, 1, 0, 0, 0},
    {STEP_INSTALL, 6, 0, 9000, 1}, /* into the space of removed ones */
    {STEP_FLAGS, 6, 0, 0, 3},
    {STEP_INSTALL, 6, 1, 13000, 2},
    {STEP_REMOVE, 6, 0, 0, 0},
    {STEP_REMOVE, 2, 0, 0, 0},
    {STEP_GIVE_UP, 6, 0, 10000, 1},
    {STEP_GIVE_UP, 6, 1, 6000, 2},  /* complete, never committed */
    {STEP_UPLOAD, 6, 1, 9000, 3},   /* other bytes of a version that was removed */
    {STEP_UPLOAD, 6, 2, 3000, 4},   /* update; less than a page */
    {STEP_INSTALL, 2, 1, 12288, 3}, /* after all of that */
    {STEP_MOVE, 3, 4, 2000, 5},     /* less than a page */
};
#define STEPS (sizeof steps / sizeof steps[0])

/* Which case; the parts of its id. */
struct id {
    const struct layout *layout;
    unsigned step;
    unsigned operation;
    unsigned cut;
    unsigned weak;
    unsigned repair;
    unsigned repair_cut;
};

struct run {
    struct world world;
    struct nor saved;   /* at the start of the step */
    struct store store; /* its store */
    struct nor torn;    /* after the first cut */
    struct truth before;
    struct truth after;
    struct id only;
    bool filtered;
    bool wide;
    unsigned long cuts;
    unsigned long erasures;
};

static void fail(const struct id *id, const char *what, int result)
{
    printf("FAIL %s:%u:%u:%u:%u", id->layout->name, id->step, id->operation, id->cut, id->weak);
    if (id->repair != ALL) {
        printf(":%u:%u", id->repair, id->repair_cut);
    }
    printf(": %s", what);
    if (result != 0) {
        printf(" (%s)", store_error_name(result) != NULL ? store_error_name(result) : "flash");
    }
    printf("\n");
    exit(1);
}

static enum nor_weak weak_of(unsigned number)
{
    return (enum nor_weak)(number % NOR_WEAKS);
}

/* Mounts; answers whether the step happened (1) or not (0). */
static int look(struct run *run, const struct id *id)
{
    const char *wrong_after;
    const char *wrong_before;
    int result = world_mount(&run->world);

    if (result < 0) {
        fail(id, "the store does not mount", result);
    }
    if (run->world.nor.violation != NULL) {
        fail(id, run->world.nor.violation, 0);
    }
    wrong_before = world_check(&run->world, &run->before);
    if (wrong_before == NULL) {
        return 0;
    }
    wrong_after = world_check(&run->world, &run->after);
    if (wrong_after != NULL) {
        printf("as before: %s; as after: %s\n", wrong_before, wrong_after);
        fail(id, "neither done nor undone", 0);
    }
    return 1;
}

/* After a mount: looks again, goes on with the step, and looks once more. */
static void conclude(struct run *run, const struct id *id)
{
    int happened = look(run, id);
    const char *wrong;
    int result;

    nor_power_up(&run->world.nor, weak_of(id->weak + 1), id->operation + 17);
    if (look(run, id) != happened) {
        fail(id, "a second look sees something else", 0);
    }
    result = world_take(&run->world, &steps[id->step]);
    if (result < 0) {
        fail(id, "the step cannot be taken again", result);
    }
    wrong = world_check(&run->world, &run->after);
    if (wrong != NULL) {
        fail(id, wrong, 0);
    }
    nor_power_up(&run->world.nor, weak_of(id->weak + 2), id->operation + 31);
    result = world_mount(&run->world);
    wrong = result < 0 ? "the store does not mount at last" : world_check(&run->world, &run->after);
    if (wrong != NULL || run->world.nor.violation != NULL) {
        fail(id, wrong != NULL ? wrong : run->world.nor.violation, result);
    }
}

static bool wanted(const struct run *run, unsigned value, unsigned only)
{
    return !run->filtered || only == ALL || value == only;
}

/* Cuts the repair: the mount after a cut, and the step when it is taken again. */
static void cut_repair(struct run *run, struct id *id)
{
    for (id->repair = 0;; id->repair++) {
        for (id->repair_cut = 0; id->repair_cut < NOR_CUTS; id->repair_cut++) {
            if (!wanted(run, id->repair, run->only.repair) ||
                !wanted(run, id->repair_cut, run->only.repair_cut) ||
                (!run->wide && !run->filtered &&
                 (id->operation + id->repair + id->step) % NOR_CUTS != id->repair_cut)) {
                continue;
            }
            nor_copy(&run->world.nor, &run->torn);
            nor_power_up(&run->world.nor, weak_of(id->weak), id->operation);
            nor_plan(&run->world.nor, id->repair, (enum nor_cut)id->repair_cut);
            if (world_mount(&run->world) == 0) {
                (void)world_take(&run->world, &steps[id->step]);
            }
            if (!run->world.nor.dead) {
                id->repair = ALL;
                return;
            }
            run->cuts++;
            nor_power_up(&run->world.nor, weak_of(id->repair + id->repair_cut), id->repair + 7);
            conclude(run, id);
        }
        if (run->filtered && id->repair > 1000) {
            return;
        }
    }
}

/* One cut in a step; false when the step has no such operation. */
static bool cut_step(struct run *run, struct id *id)
{
    nor_copy(&run->world.nor, &run->saved);
    run->world.store = run->store;
    nor_plan(&run->world.nor, id->operation, (enum nor_cut)id->cut);
    (void)world_take(&run->world, &steps[id->step]);
    if (!run->world.nor.dead) {
        return false;
    }
    if (run->world.nor.violation != NULL) {
        fail(id, run->world.nor.violation, 0);
    }
    nor_copy(&run->torn, &run->world.nor);
    for (id->weak = 0; id->weak < NOR_WEAKS; id->weak++) {
        if (!wanted(run, id->weak, run->only.weak) ||
            (!run->wide && !run->filtered &&
             (id->operation + id->cut + id->step) % NOR_WEAKS != id->weak)) {
            continue;
        }
        id->repair = ALL;
        if (!run->filtered || run->only.repair == ALL) {
            run->cuts++;
            nor_copy(&run->world.nor, &run->torn);
            nor_power_up(&run->world.nor, weak_of(id->weak), id->operation);
            conclude(run, id);
        }
        if (run->wide || run->filtered ||
            (id->operation * 3 + id->cut + id->step) % id->layout->repair_every == 0) {
            cut_repair(run, id);
        }
    }
    return true;
}

static void cut_everywhere(struct run *run, struct id *id)
{
    bool more = true;

    for (id->operation = 0; more; id->operation++) {
        for (id->cut = 0; id->cut < NOR_CUTS && more; id->cut++) {
            if (wanted(run, id->operation, run->only.operation) &&
                wanted(run, id->cut, run->only.cut)) {
                more = cut_step(run, id);
            }
        }
        if (run->filtered && id->operation > run->only.operation) {
            break;
        }
    }
}

static void live(struct run *run, const struct layout *layout)
{
    struct id id = {.layout = layout, .repair = ALL};
    int result;

    world_init(&run->world, layout);
    nor_init(&run->saved, layout->geometry);
    nor_init(&run->torn, layout->geometry);
    memset(&run->before, 0, sizeof run->before);
    result = world_mount(&run->world);
    if (result < 0) {
        fail(&id, "a blank flash does not mount", result);
    }
    for (id.step = 0; id.step < STEPS; id.step++) {
        const char *wrong;

        run->after = run->before;
        truth_take(&run->after, &steps[id.step]);
        nor_copy(&run->saved, &run->world.nor);
        run->store = run->world.store;
        if (wanted(run, id.step, run->only.step)) {
            cut_everywhere(run, &id);
        }
        nor_copy(&run->world.nor, &run->saved);
        run->world.store = run->store;
        id.operation = ALL;
        result = world_take(&run->world, &steps[id.step]);
        wrong = result < 0 ? "the step fails" : world_check(&run->world, &run->after);
        if (wrong != NULL || run->world.nor.violation != NULL) {
            fail(&id, wrong != NULL ? wrong : run->world.nor.violation, result);
        }
        run->before = run->after;
    }
    world_free(&run->world);
    nor_free(&run->saved);
    nor_free(&run->torn);
}

static void parse_only(struct run *run, const char *text)
{
    char name[16];
    struct id *id = &run->only;

    *id = (struct id){NULL, ALL, ALL, ALL, ALL, ALL, ALL};
    if (sscanf(text, "%15[^:]:%u:%u:%u:%u:%u:%u", name, &id->step, &id->operation, &id->cut,
               &id->weak, &id->repair, &id->repair_cut) < 2) {
        fprintf(stderr, "--only LAYOUT:STEP:OPERATION:CUT:WEAK[:REPAIR:CUT]\n");
        exit(2);
    }
    for (unsigned i = 0; i < world_layout_count; i++) {
        if (strcmp(world_layouts[i].name, name) == 0) {
            id->layout = &world_layouts[i];
        }
    }
    run->filtered = true;
}

int main(int argc, char **argv)
{
    static struct run run;
    const char *layout = NULL;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--wide") == 0) {
            run.wide = true;
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            parse_only(&run, argv[++i]);
            layout = run.only.layout != NULL ? run.only.layout->name : "";
        } else if (strcmp(argv[i], "--layout") == 0 && i + 1 < argc) {
            layout = argv[++i];
        }
    }
    for (unsigned i = 0; i < world_layout_count; i++) {
        unsigned long cuts = run.cuts;

        if (layout == NULL || strcmp(layout, world_layouts[i].name) == 0) {
            live(&run, &world_layouts[i]);
            printf("%-7s %lu cuts, all well\n", world_layouts[i].name, run.cuts - cuts);
            fflush(stdout);
        }
    }
    printf("power cuts: %lu\n", run.cuts);
    return run.cuts > 0 || run.filtered ? 0 : 2;
}
