// SPDX-License-Identifier: Apache-2.0
/*
 * Cuts the power at every flash operation of what can happen to a device's kernels (update, trial,
 * confirmation, revert, recovery), whole and torn, and again during what follows, and checks each
 * time that a kernel that had confirmed itself can still be started, that nothing else ever runs
 * without having been put on trial, once, and that in the end what was asked for can be done.
 *
 *     kernel_cut_test [--wide | SCENARIO | wrap]
 *
 * wrap: with so little room in the journal that it is compacted at each of the records.
 * By default what follows is cut again after every 29th cut, with --wide after each.
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <bootloader/bootloader.h>
#include <link/protocol.h>
#include <trust/sha256.h>

/* The kernels of this world, each for both slots. */
enum kernel { OLD, NEW, SAME, BAD, KERNELS };

static const struct {
    uint32_t version;
    bool works;
} kernels[KERNELS] = {{1, true}, {2, true}, {1, true}, {2, false}};

static uint8_t images[KERNELS][2][IMAGE_SIZE];

/* What happens to a device whose OLD kernel runs from slot A. */
enum act {
    ACT_UPDATE,       /* a host sends the kernel to the one that runs */
    ACT_UPDATE_BACK,  /* the same, then it has the old one back */
    ACT_RECOVER,      /* a host sends it to the bootloader */
    ACT_RECOVER_ALONE /* the same when no slot is good */
};

struct scenario {
    const char *name;
    enum act act;
    enum kernel kernel; /* that is sent */
    enum kernel end;    /* that runs in the end */
    uint32_t room;      /* bytes that are left in the half of the journal; 0: nearly all */
};

static const struct scenario scenarios[] = {
    {"update", ACT_UPDATE, NEW, NEW, 0},
    {"same-version", ACT_UPDATE, SAME, SAME, 0},
    {"bad-update", ACT_UPDATE, BAD, OLD, 0},
    {"revert", ACT_UPDATE_BACK, SAME, OLD, 0},
    {"recovery", ACT_RECOVER, NEW, NEW, 0},
    {"bad-recovery", ACT_RECOVER, BAD, OLD, 0},
    {"dead-device", ACT_RECOVER_ALONE, NEW, NEW, 0},
};

/* A kernel compacts before it begins an update; a bootloader at whatever record does not fit. */
static const struct scenario wraps[] = {
    {"update", ACT_UPDATE, NEW, NEW, 400},
    {"recovery", ACT_RECOVER, NEW, NEW, 60},      /* when the slot is given up */
    {"recovery", ACT_RECOVER, NEW, NEW, 130},     /* when the new kernel is due */
    {"recovery", ACT_RECOVER, NEW, NEW, 200},     /* when its trial begins */
    {"bad-recovery", ACT_RECOVER, BAD, OLD, 270}, /* when it has ended */
    {"recovery", ACT_RECOVER, NEW, NEW, 270},     /* when it is confirmed */
    {"dead-device", ACT_RECOVER_ALONE, NEW, NEW, 130},
};

struct life {
    struct nor nor;
    const struct scenario *scenario;
    uint32_t confirmed; /* highest version that has confirmed itself */
    unsigned bad_starts;
    unsigned operation;
    unsigned cut;
    unsigned weak;
    unsigned repair;
    int slot; /* whose kernel runs; -1: none */
};

static unsigned long cuts;

static _Noreturn void fail(const struct life *life, const char *what)
{
    printf("FAIL %s: operation %u, cut %u, weak %u, repair %u: %s\n", life->scenario->name,
           life->operation, life->cut, life->weak, life->repair, what);
    exit(1);
}

/* Which kernel lies in a slot; KERNELS: none of these. */
static enum kernel kernel_in(const struct life *life, uint8_t slot)
{
    unsigned kernel = 0;

    while (kernel < KERNELS &&
           !bytes_equal(nor_at(&life->nor, board_slots[slot]), images[kernel][slot], IMAGE_SIZE)) {
        kernel++;
    }
    return (enum kernel)kernel;
}

/* What may run at all: one of ours, whole, not older than what has confirmed itself. */
static void check_start(struct life *life, uint8_t slot, bool armed)
{
    enum kernel kernel = kernel_in(life, slot);

    if (kernel == KERNELS) {
        fail(life, "something was started that nobody signed");
    }
    if (kernels[kernel].version < life->confirmed) {
        fail(life, "a kernel was started that is too old");
    }
    if (!kernels[kernel].works) {
        life->bad_starts++;
        if (!armed) {
            fail(life, "a kernel was started without a watchdog that has never confirmed itself");
        }
    }
    if (life->bad_starts > 1) {
        fail(life, "a kernel had more than one trial");
    }
}

/* Starts the board again and again until a kernel counts, or the bootloader waits, or power goes.
 */
static void settle(struct life *life)
{
    for (unsigned tries = 0; tries < 6; tries++) {
        bool armed;
        enum outcome outcome = board_boot(&life->nor, 0, NULL, &armed);

        life->slot = -1;
        if (outcome == POWERLESS || outcome == WAITS) {
            return;
        }
        life->slot = (int)outcome;
        check_start(life, (uint8_t)outcome, armed);
        if (!kernels[kernel_in(life, (uint8_t)outcome)].works) {
            continue; /* until the watchdog bites */
        }
        board_kernel(&life->nor, (uint8_t)outcome);
        if (board_kernel_on_trial() != armed) {
            fail(life, "bootloader and kernel do not agree about the trial");
        }
        (void)board_kernel_up();
        if (life->nor.dead) {
            return;
        }
        if (board_kernel_on_trial()) {
            fail(life, "a kernel that works has not confirmed itself");
        }
        if (kernels[kernel_in(life, (uint8_t)outcome)].version > life->confirmed) {
            life->confirmed = kernels[kernel_in(life, (uint8_t)outcome)].version;
        }
        return;
    }
    fail(life, "the board starts again and again");
}

/* The floor must not rise before somebody has confirmed himself. */
static void check_floor(struct life *life)
{
    struct store_kernel state;

    board_state(&life->nor, &state);
    if (state.floor > life->confirmed) {
        fail(life, "the floor has risen before its time");
    }
}

static void host_recovers(struct life *life)
{
    bool armed;
    uint8_t slot = life->slot == 0 ? 1 : 0;

    (void)board_boot(&life->nor, BOOT_ASKED, images[life->scenario->kernel][slot], &armed);
    if (!life->nor.dead && board_replied() != LINK_OK) {
        fail(life, "the bootloader refuses a good kernel");
    }
}

/* Does what the scenario is about, on a device whose kernel, if any, runs. */
static void act(struct life *life)
{
    const struct scenario *s = life->scenario;

    life->bad_starts = 0;
    if (life->slot >= 0 && kernel_in(life, (uint8_t)life->slot) == s->end && s->end != OLD) {
        return; /* it happened before the cut */
    }
    if (s->act == ACT_RECOVER || s->act == ACT_RECOVER_ALONE || life->slot < 0) {
        host_recovers(life);
        return;
    }
    if (s->act != ACT_UPDATE_BACK || kernel_in(life, (uint8_t)life->slot) != s->kernel) {
        int error = board_kernel_update(images[s->kernel][life->slot ^ 1]);

        if (error != 0 && !life->nor.dead) {
            fail(life, "the kernel refuses a good one");
        }
    }
    if (s->act == ACT_UPDATE_BACK && !life->nor.dead) {
        settle(life);
        if (!life->nor.dead && board_kernel_revert() != 0 && !life->nor.dead) {
            fail(life, "the kernel does not let itself be reverted");
        }
    }
}

/* After a cut: what is there, then what was asked for. */
static void conclude(struct life *life)
{
    settle(life);
    if (life->slot < 0 && life->scenario->act != ACT_RECOVER_ALONE) {
        fail(life, "a device with a good kernel waits in its bootloader");
    }
    check_floor(life);
    nor_power_up(&life->nor, (enum nor_weak)((life->weak + 1) % NOR_WEAKS), life->operation + 5);
    settle(life);
    act(life);
    settle(life);
    if (life->slot < 0 || kernel_in(life, (uint8_t)life->slot) != life->scenario->end) {
        fail(life, "what was asked for does not run in the end");
    }
    check_floor(life);
    nor_power_up(&life->nor, (enum nor_weak)((life->weak + 2) % NOR_WEAKS), life->operation + 9);
    settle(life);
    if (life->slot < 0 || kernel_in(life, (uint8_t)life->slot) != life->scenario->end) {
        fail(life, "what ran does not run after a power cut");
    }
    if (life->nor.violation != NULL) {
        fail(life, life->nor.violation);
    }
}

/* A device from the factory whose kernel has been up. */
static void begin(struct life *life)
{
    life->confirmed = 0;
    life->bad_starts = 0;
    board_program(&life->nor, images[OLD][0], 0);
    nor_power_up(&life->nor, NOR_WEAK_ERASED, 1);
    settle(life);
    if (life->slot != 0) {
        fail(life, "the factory's kernel does not run");
    }
    if (life->scenario->act == ACT_RECOVER_ALONE) {
        nor_poke(&life->nor, board_slots[0] + 2000, 0);
        nor_power_up(&life->nor, NOR_WEAK_ERASED, 1);
        settle(life);
    }
}

/* Leaves little room in the half of the journal that is written. */
static void use_up(struct life *life)
{
    static const uint8_t body[STORE_BODY_MIN];
    static struct store store;
    uint32_t used;
    uint32_t half;

    if (life->scenario->room == 0) {
        return;
    }
    if (store_mount_journal_begin(&store, board_store(&life->nor)) != 0 ||
        store_wait(&store) != 0) {
        fail(life, "the journal cannot be read");
    }
    store_usage(&store, &used, &half);
    while (store.tail + life->scenario->room < half) {
        int error = store_put_begin(&store, STORE_RECORD_ATTRIBUTE, 0, body, sizeof body);

        store.reserve = 0; /* nothing that lasts: no room is lost by it */
        if (error != 0 || store_wait(&store) != 0) {
            fail(life, "the journal cannot be filled");
        }
    }
}

static struct nor saved;
static struct nor torn;

/* Starts from the saved device: its kernel runs, and power goes at an operation. */
static void play(struct life *life, const struct life *before, unsigned operation, unsigned cut)
{
    nor_copy(&life->nor, &saved);
    nor_power_up(&life->nor, NOR_WEAK_ERASED, 1);
    life->confirmed = before->confirmed;
    settle(life);
    nor_plan(&life->nor, operation, (enum nor_cut)cut);
    act(life);
    if (!life->nor.dead) {
        settle(life);
    }
}

/* Power goes again while the device finds its way. */
static void cut_repair(struct life *life, uint32_t confirmed, unsigned bad_starts)
{
    for (life->repair = 0;; life->repair++) {
        nor_copy(&life->nor, &torn);
        life->confirmed = confirmed;
        life->bad_starts = bad_starts;
        nor_power_up(&life->nor, (enum nor_weak)life->weak, life->operation);
        nor_plan(&life->nor, life->repair,
                 (enum nor_cut)((life->operation + life->repair) % NOR_CUTS));
        settle(life);
        if (!life->nor.dead && life->slot >= 0) {
            act(life);
            if (!life->nor.dead) {
                settle(life);
            }
        }
        if (!life->nor.dead) {
            return;
        }
        cuts++;
        nor_power_up(&life->nor, (enum nor_weak)((life->weak + life->repair) % NOR_WEAKS),
                     life->repair + 3);
        conclude(life);
    }
}

static void live(const struct scenario *scenario, bool wide)
{
    static struct life life;
    struct life before;
    unsigned operations;
    bool more = true;

    life.scenario = scenario;
    nor_init(&life.nor, &board_geometry);
    nor_init(&saved, &board_geometry);
    nor_init(&torn, &board_geometry);
    begin(&life);
    use_up(&life);
    nor_copy(&saved, &life.nor);
    before = life; /* its flash is not a copy */
    for (life.operation = 0; more; life.operation++) {
        for (life.cut = 0; life.cut < NOR_CUTS && more; life.cut++) {
            uint32_t confirmed;
            unsigned bad_starts;

            life.repair = 0;
            play(&life, &before, life.operation, life.cut);
            more = life.nor.dead;
            nor_copy(&torn, &life.nor);
            confirmed = life.confirmed;
            bad_starts = life.bad_starts;
            for (life.weak = 0; life.weak < NOR_WEAKS && more; life.weak++) {
                nor_copy(&life.nor, &torn);
                life.confirmed = confirmed;
                life.bad_starts = bad_starts;
                nor_power_up(&life.nor, (enum nor_weak)life.weak, life.operation);
                conclude(&life);
                cuts++;
                if (wide || (life.operation * 5 + life.cut + life.weak) % 29 == 0) {
                    cut_repair(&life, confirmed, bad_starts);
                }
            }
        }
    }
    operations = life.operation - 1;
    life = before;
    nor_copy(&life.nor, &saved);
    conclude(&life);
    if (scenario->room == 0) {
        printf("%s: %u operations\n", scenario->name, operations);
    } else {
        printf("%s with %u bytes of room: %u operations\n", scenario->name, scenario->room,
               operations);
    }
    nor_free(&life.nor);
    nor_free(&saved);
    nor_free(&torn);
}

/* What is no kernel for this board, or not one that it may have, changes nothing. */
static void refuse(void)
{
    static const struct {
        const char *what;
        struct image_spec spec;
        uint32_t damage; /* offset of a byte that is changed after signing; 0: none */
    } cases[] = {
        {"for another board", {1, 3, "other", SIGNED_BY_KERNEL_KEY, 1}, 0},
        {"signed with an app key", {1, 3, "model", SIGNED_BY_APP_KEY, 1}, 0},
        {"older", {1, 0, "model", SIGNED_BY_KERNEL_KEY, 1}, 0},
        {"damaged", {1, 3, "model", SIGNED_BY_KERNEL_KEY, 1}, 3000},
        {"for the running slot", {0, 3, "model", SIGNED_BY_KERNEL_KEY, 1}, 0},
    };
    static const struct scenario none = {"refusals", ACT_UPDATE, OLD, OLD, 0};
    static struct life life;
    uint8_t image[IMAGE_SIZE];
    bool armed;

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        life = (struct life){.scenario = &none, .operation = i};
        nor_init(&life.nor, &board_geometry);
        begin(&life);
        board_image(image, &cases[i].spec);
        image[cases[i].damage] ^= cases[i].damage != 0 ? 1 : 0;
        if (board_kernel_update(image) == 0) {
            fail(&life, cases[i].what);
        }
        settle(&life);
        (void)board_boot(&life.nor, BOOT_ASKED, image, &armed);
        if (board_replied() == LINK_OK) {
            fail(&life, cases[i].what);
        }
        settle(&life);
        if (life.slot != 0 || kernel_in(&life, 0) != OLD) {
            fail(&life, "a refused kernel has hurt the one that runs");
        }
        /* Even where somebody else puts it into the slot. */
        board_program(&life.nor, image, cases[i].spec.slot ^ (i == 4 ? 1u : 0u));
        nor_poke(&life.nor, board_slots[0] + 2000, 0);
        settle(&life);
        if (life.slot >= 0) {
            fail(&life, cases[i].what);
        }
        nor_free(&life.nor);
    }
    printf("%zu kinds of kernels refused\n", sizeof cases / sizeof cases[0]);
}

int main(int argc, char **argv)
{
    const unsigned count = sizeof scenarios / sizeof scenarios[0];
    bool wide = argc > 1 && strcmp(argv[1], "--wide") == 0;
    const char *only = argc > 1 && !wide ? argv[1] : NULL;

    for (unsigned kernel = 0; kernel < KERNELS; kernel++) {
        for (uint8_t slot = 0; slot < 2; slot++) {
            const struct image_spec spec = {slot, kernels[kernel].version, "model",
                                            SIGNED_BY_KERNEL_KEY, (uint8_t)(kernel * 31u)};

            board_image(images[kernel][slot], &spec);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        if (only == NULL || strcmp(only, scenarios[i].name) == 0) {
            live(&scenarios[i], wide);
        }
    }
    for (unsigned i = 0; i < sizeof wraps / sizeof wraps[0]; i++) {
        if (only == NULL || strcmp(only, "wrap") == 0) {
            live(&wraps[i], wide);
        }
    }
    if (only == NULL || strcmp(only, "refusals") == 0) {
        refuse();
    }
    printf("power cuts: %lu\n", cuts);
    return cuts > 0 || only != NULL ? 0 : 2;
}
