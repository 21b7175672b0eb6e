// SPDX-License-Identifier: Apache-2.0
/*
 * Choosing and starting a kernel; docs/boot.md has the state diagram. What has to be in the journal
 * before a kernel may run is there before it runs.
 */
#include <bootloader/bootloader.h>

#include <string.h>

#include "image.h"
#include "recovery.h"
#include "state.h"

static struct store_kernel state;
static struct image image;

/*
 * Starts the verified kernel of a slot. The verdict is looked at twice, in different ways, and the
 * slot is parsed and summed up once more from where it will run, which spoils the verdict unless it
 * is the same and new enough: skipping one of these checks does not start a kernel that another
 * refuses. The curve arithmetic runs once, since it takes nearly all of the time: a fault inside it
 * is not covered. The journal is read a second time as well: a fault where it is mounted would cost
 * the floor.
 */
static void start(const struct boot_config *config, uint32_t slot, uint32_t verdict)
{
    volatile uint32_t compared = IMAGE_BAD;
    struct store_kernel again;

    state_open(config, &again);
    compared = image_compare(config, slot, &image, again.floor);
    if ((compared ^ verdict) != 0 || (compared ^ IMAGE_BAD) != UINT32_MAX) {
        return;
    }
    config->start(slot + config->vectors);
}

/* Verifies the kernel of a slot; one that is older than what has confirmed itself is bad. */
static uint32_t verify(const struct boot_config *config, uint8_t index)
{
    uint32_t verdict = image_verify(config, config->slot[index], &image);

    return image.header.kernel.version >= state.floor ? verdict : IMAGE_BAD;
}

/*
 * A candidate gets one start. That it was started is recorded first: whatever ends it before it has
 * confirmed itself, the next start of the board finds that.
 */
static void try_candidate(const struct boot_config *config)
{
    uint8_t index = state.candidate;
    volatile uint32_t verdict = IMAGE_BAD;

    verdict = verify(config, index);
    if (verdict != IMAGE_GOOD || !store_kernel_is_candidate(&state, index, image.digest)) {
        state.phase = STORE_KERNEL_REJECTED;
        (void)state_save(&state);
        return;
    }
    state.phase = STORE_KERNEL_STARTED;
    if (state_save(&state)) {
        config->watchdog();
        start(config, config->slot[index], verdict);
    }
    state.phase = STORE_KERNEL_REJECTED; /* unless it is recorded, it does not run */
}

static void try_slot(const struct boot_config *config, uint8_t index)
{
    volatile uint32_t verdict = IMAGE_BAD;

    verdict = verify(config, index);
    if (verdict != IMAGE_GOOD || (state.phase == STORE_KERNEL_REJECTED &&
                                  store_kernel_is_candidate(&state, index, image.digest))) {
        return;
    }
    if (boot_unchanged != NULL) {
        boot_unchanged->note(config, config->slot[index], &image);
    }
    start(config, config->slot[index], verdict);
}

/* The slot that is tried first: the one that counts, or else the one with the newer kernel. */
static uint8_t preferred(const struct boot_config *config)
{
    static struct image other;

    if (state.active < BOOT_SLOTS) {
        return state.active;
    }
    return image_parse(config, config->slot[1], &image) == IMAGE_GOOD &&
                   (image_parse(config, config->slot[0], &other) != IMAGE_GOOD ||
                    image.header.kernel.version > other.header.kernel.version)
               ? 1
               : 0;
}

static void choose(const struct boot_config *config)
{
    uint8_t first;

    if (state.phase == STORE_KERNEL_DUE) {
        try_candidate(config);
    }
    first = preferred(config);
    try_slot(config, first);
    try_slot(config, first ^ 1u);
}

_Noreturn void boot_run(const struct boot_config *config)
{
    enum recovery_reason reason = RECOVERY_NO_KERNEL;
    uint32_t asked = config->asked();

    state_open(config, &state);
    if (state.phase == STORE_KERNEL_STARTED) {
        /* It was on trial, and the board starts again: perhaps by the watchdog, not by hand. */
        state.phase = STORE_KERNEL_REJECTED;
        (void)state_save(&state);
        asked &= ~BOOT_ASKED_TWICE;
    }
    if (asked != 0) {
        reason = RECOVERY_ASKED;
    } else if (config->starts() >= BOOT_STARTS_MAX) {
        reason = RECOVERY_FAILURES;
    } else {
        choose(config);
    }
    recovery_run(config, reason, &state);
}
