// SPDX-License-Identifier: Apache-2.0
/*
 * One flash for several users. Each sees a flash of its own that is busy while another user's
 * operation runs; they take turns operation by operation. A user may hold the flash over several
 * operations; whoever is refused meanwhile carries the holder's work on, so that a caller which
 * waits by calling again and again cannot wait for ever.
 *
 * All calls come from the kernel loop.
 */
#ifndef HIL_FLASH_SHARE_H
#define HIL_FLASH_SHARE_H

#include <stdbool.h>

#include <hil/flash.h>

struct hil_flash_user;

/** A flash and who is at it. */
struct hil_flash_share {
    const struct hil_flash *flash;
    struct hil_flash_user *running; /* whose operation was started last and not asked about */
    struct hil_flash_user *waiting; /* was refused: its turn is next */
    struct hil_flash_user *holder;
};

/** One user's view. */
struct hil_flash_user {
    struct hil_flash flash; /* first: the driver's functions find the user by it */
    struct hil_flash_share *share;
    void (*advance)(void); /* carries this user's work on by a step; NULL for who never holds */
    int result;            /* of its latest operation */
};

/**
 * Makes a view of a shared flash.
 * @param user     receives it
 * @param share    `flash` is set, the rest zero; stays
 * @param advance  see struct hil_flash_user
 */
void hil_flash_user_init(struct hil_flash_user *user, struct hil_flash_share *share,
                         void (*advance)(void));

/** Keeps the flash to a user from now on, or lets go of it. */
void hil_flash_hold(struct hil_flash_user *user, bool hold);

#endif
