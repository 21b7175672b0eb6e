// SPDX-License-Identifier: Apache-2.0
/*
 * Cuts the power at every flash operation of a key-value store's life, and again at every operation
 * of the repair, and checks each time that the step happened wholly or not at all, that every other
 * value is what it was, and that two further looks see the same.
 *
 *     kv_cut_test [--wide] [UNIT [ERASE-VALUE]]
 */
#include "vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 6u

enum kind { SET, DELETE, COLLECT };

struct step {
    enum kind kind;
    unsigned key;
    uint32_t length;
};

static const struct step steps[] = {
    {SET, 0, 10},   {SET, 1, 100},   {SET, 2, 40},  {SET, 0, 12},   {SET, 3, 200}, {SET, 4, 250},
    {DELETE, 2, 0}, {SET, 3, 290},   {SET, 5, 300}, {SET, 1, 330},  {SET, 2, 1},   {SET, 2, 2},
    {DELETE, 0, 0}, {COLLECT, 0, 0}, {SET, 0, 0},   {SET, 4, 400},  {SET, 0, 320}, {SET, 0, 5},
    {DELETE, 5, 0}, {SET, 5, 100},   {SET, 1, 20},  {DELETE, 4, 0}, {SET, 4, 3},   {SET, 4, 7},
    {SET, 5, 210},  {SET, 3, 9},     {SET, 2, 350}, {DELETE, 3, 0}, {SET, 3, 340}, {SET, 1, 21},
};
#define STEPS (sizeof steps / sizeof steps[0])

static const char *const names[KEYS] = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"};

/* What each key has to hold; length UINT32_MAX: nothing. */
struct truth {
    uint32_t length[KEYS];
    uint8_t seed[KEYS];
};

static unsigned long cuts;
static unsigned long erasures;
static const char *where = "";

static void fail(unsigned step, uint32_t operation, const char *what)
{
    printf("FAIL at step %u, operation %u (%s): %s\n", step, (unsigned)operation, where, what);
    exit(1);
}

static uint8_t byte_of(uint8_t seed, uint32_t at)
{
    return (uint8_t)(seed * 31u + at * 7u);
}

static int apply(struct vault *vault, const struct step *step, uint8_t seed)
{
    uint8_t data[VAULT_PAGE];

    for (uint32_t i = 0; i < step->length; i++) {
        data[i] = byte_of(seed, i);
    }
    switch (step->kind) {
    case SET:
        return vault_set(vault, names[step->key], data, step->length, seed);
    case DELETE:
        return vault_delete(vault, names[step->key]);
    default:
        return vault_collect(vault);
    }
}

static void become(struct truth *truth, const struct step *step, uint8_t seed)
{
    if (step->kind == SET) {
        truth->length[step->key] = step->length;
        truth->seed[step->key] = seed;
    } else if (step->kind == DELETE) {
        truth->length[step->key] = UINT32_MAX;
    }
}

/* Whether the store holds this, to the byte. */
static bool holds(struct vault *vault, const struct truth *truth)
{
    for (unsigned k = 0; k < KEYS; k++) {
        const uint8_t *data;
        uint32_t length;
        uint32_t id;
        int result = vault_get(vault, names[k], &data, &length, &id);

        if (truth->length[k] == UINT32_MAX) {
            if (result != KV_E_NOT_FOUND) {
                return false;
            }
            continue;
        }
        if (result != 0 || length != truth->length[k] || id != truth->seed[k]) {
            return false;
        }
        for (uint32_t i = 0; i < length; i++) {
            if (data[i] != byte_of(truth->seed[k], i)) {
                return false;
            }
        }
    }
    return true;
}

/* Mounts; answers whether the step happened. */
static bool look(struct vault *vault, unsigned step, uint32_t operation, const struct truth *before,
                 const struct truth *after)
{
    int result = vault_mount(vault);

    if (result != 0) {
        fail(step, operation, "it does not mount");
    }
    if (vault->nor.violation != NULL) {
        fail(step, operation, vault->nor.violation);
    }
    if (holds(vault, before)) {
        return false;
    }
    if (!holds(vault, after)) {
        fail(step, operation, "neither done nor undone");
    }
    return true;
}

/* Three looks with other readings of what is weak, and a change in between, must agree. */
static void look_again(struct vault *vault, unsigned step, uint32_t operation,
                       const struct truth *before, const struct truth *after)
{
    bool happened = look(vault, step, operation, before, after);
    const struct truth *now = happened ? after : before;
    /* The key of the step goes, so that a second object of it would come to light. */
    const struct step extra[] = {
        {DELETE, step > 0 ? steps[step - 1].key : 0, 0}, {SET, 1, 33}, {SET, 3, 120}};
    struct truth next = *now;

    for (unsigned i = 0; i < 3; i++) {
        nor_power_up(&vault->nor, (enum nor_weak)((operation + i) % NOR_WEAKS), operation + i);
        (void)look(vault, step, operation, now, now);
    }
    for (unsigned i = 0; i < sizeof extra / sizeof extra[0]; i++) {
        int result = apply(vault, &extra[i], (uint8_t)(200 + i));

        if (result == 0) {
            become(&next, &extra[i], (uint8_t)(200 + i));
        } else if (result != KV_E_FULL && result != KV_E_NOT_FOUND) {
            fail(step, operation, "no change is possible after the repair");
        }
        nor_power_up(&vault->nor, (enum nor_weak)((operation + i) % NOR_WEAKS), operation);
        (void)look(vault, step, operation, &next, &next);
    }
    if (vault->nor.violation != NULL) {
        fail(step, operation, vault->nor.violation);
    }
}

/* Cuts the repair at each of its operations in turn. */
static void cut_repair(struct vault *vault, const struct nor *torn, unsigned step,
                       uint32_t operation, enum nor_weak weak, unsigned stride,
                       const struct truth *before, const struct truth *after)
{
    for (uint32_t repair = 0;; repair += stride) {
        for (unsigned cut = 0; cut < NOR_CUTS; cut++) {
            nor_copy(&vault->nor, torn);
            nor_power_up(&vault->nor, weak, operation);
            nor_plan(&vault->nor, repair, (enum nor_cut)cut);
            if (vault_mount(vault) == 0) {
                return; /* the repair has fewer operations */
            }
            cuts++;
            nor_power_up(&vault->nor, (enum nor_weak)((unsigned)weak + cut + repair) % NOR_WEAKS,
                         repair);
            look_again(vault, step, operation, before, after);
        }
    }
}

static void run(uint8_t unit, uint8_t erase_value, bool wide)
{
    struct vault vault;
    struct nor saved;
    struct nor torn;
    struct truth before;

    vault_init(&vault, unit, erase_value);
    nor_init(&saved, &vault.geometry);
    nor_init(&torn, &vault.geometry);
    memset(&before, 0xFF, sizeof before);
    /* Step 0 is the formatting. */
    for (unsigned s = 0; s <= STEPS; s++) {
        const struct step *step = s > 0 ? &steps[s - 1] : NULL;
        uint8_t seed = (uint8_t)(s + 1);
        struct truth after = before;
        uint32_t operation;
        bool over = false;

        if (step != NULL) {
            become(&after, step, seed);
        }
        nor_copy(&saved, &vault.nor);
        for (operation = 0; !over; operation++) {
            for (unsigned cut = 0; cut < NOR_CUTS && !over; cut++) {
                for (unsigned w = 0; w < NOR_WEAKS && !over; w++) {
                    enum nor_weak weak = (enum nor_weak)((w + operation + cut) % NOR_WEAKS);
                    int result;

                    nor_copy(&vault.nor, &saved);
                    nor_power_up(&vault.nor, NOR_WEAK_ERASED, s);
                    where = "cut";
                    result = step != NULL ? vault_mount(&vault) : 0;
                    nor_plan(&vault.nor, operation, (enum nor_cut)cut);
                    if (result == 0) {
                        result = step != NULL ? apply(&vault, step, seed) : vault_mount(&vault);
                    }
                    if (result == 0 || result == KV_E_FULL) {
                        over = true;
                        break;
                    }
                    cuts++;
                    nor_copy(&torn, &vault.nor);
                    nor_power_up(&vault.nor, weak, operation);
                    look_again(&vault, s, operation, &before, &after);
                    where = "repair cut";
                    if (wide || (operation + cut) % 3 == 0) {
                        cut_repair(&vault, &torn, s, operation, weak, wide ? 1 : 3, &before,
                                   &after);
                    }
                    if (!wide) {
                        break;
                    }
                }
            }
        }
        nor_copy(&vault.nor, &saved);
        nor_power_up(&vault.nor, NOR_WEAK_ERASED, s);
        if (vault_mount(&vault) != 0) {
            fail(s, 0, "it does not mount uncut");
        }
        if (step != NULL && apply(&vault, step, seed) == 0) {
            become(&before, step, seed);
        }
        if (vault.nor.violation != NULL) {
            fail(s, 0, vault.nor.violation);
        }
        if (!holds(&vault, &before)) {
            fail(s, 0, "the step itself went wrong");
        }
    }
    erasures = vault.nor.erasures;
    nor_free(&vault.nor);
    nor_free(&saved);
    nor_free(&torn);
}

int main(int argc, char **argv)
{
    bool wide = argc > 1 && strcmp(argv[1], "--wide") == 0;
    char **rest = argv + (wide ? 2 : 1);
    int left = argc - (wide ? 2 : 1);
    uint8_t unit = left > 0 ? (uint8_t)strtoul(rest[0], NULL, 0) : 4;
    uint8_t erase_value = left > 1 ? (uint8_t)strtoul(rest[1], NULL, 0) : 0xFF;

    run(unit, erase_value, wide);
    printf("%lu power cuts over %u steps; %lu erasures without any\n", cuts, (unsigned)STEPS,
           erasures);
    return 0;
}
