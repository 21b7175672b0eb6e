// SPDX-License-Identifier: Apache-2.0
#include <hil/flash_share.h>

#include <hil/error.h>

static struct hil_flash_user *self(const struct hil_flash *flash)
{
    return (struct hil_flash_user *)(uintptr_t)flash;
}

static const struct hil_flash *flash_of(const struct hil_flash *flash)
{
    return self(flash)->share->flash;
}

/* Asks how the running operation stands, on behalf of whoever started it. */
static int settle(struct hil_flash_share *share)
{
    int result = share->flash->status(share->flash);

    if (result != HIL_E_BUSY) {
        share->running->result = result;
        share->running = NULL;
    }
    return result;
}

/* Whether a user may start an operation now. */
static bool may_start(struct hil_flash_user *user)
{
    struct hil_flash_share *share = user->share;
    bool others = share->running != NULL && share->running != user;

    if (share->holder != NULL && share->holder != user) {
        share->holder->advance();
        return false;
    }
    if (others && settle(share) == HIL_E_BUSY) {
        share->waiting = user;
        return false;
    }
    if (share->waiting != NULL && share->waiting != user) {
        share->waiting = NULL; /* one turn; it may have given up */
        return false;
    }
    share->waiting = NULL;
    return true;
}

static int erase(const struct hil_flash *flash, uint32_t address)
{
    struct hil_flash_user *user = self(flash);
    int result;

    if (!may_start(user)) {
        return HIL_E_BUSY;
    }
    result = flash_of(flash)->erase(flash_of(flash), address);
    user->share->running = result == 0 ? user : user->share->running;
    return result;
}

static int program(const struct hil_flash *flash, uint32_t address, const void *data, size_t length)
{
    struct hil_flash_user *user = self(flash);
    int result;

    if (!may_start(user)) {
        return HIL_E_BUSY;
    }
    result = flash_of(flash)->program(flash_of(flash), address, data, length);
    user->share->running = result == 0 ? user : user->share->running;
    return result;
}

static int status(const struct hil_flash *flash)
{
    struct hil_flash_user *user = self(flash);

    return user->share->running == user ? settle(user->share) : user->result;
}

static const uint8_t *map(const struct hil_flash *flash, uint32_t address, uint32_t length)
{
    return flash_of(flash)->map(flash_of(flash), address, length);
}

void hil_flash_user_init(struct hil_flash_user *user, struct hil_flash_share *share,
                         void (*advance)(void))
{
    user->flash = (struct hil_flash){share->flash->geometry, erase, program, status, map};
    user->share = share;
    user->advance = advance;
    user->result = 0;
}

void hil_flash_hold(struct hil_flash_user *user, bool hold)
{
    if (hold) {
        user->share->holder = user;
    } else if (user->share->holder == user) {
        user->share->holder = NULL;
    }
}
