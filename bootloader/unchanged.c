// SPDX-License-Identifier: Apache-2.0
/*
 * The digest of the kernel that counts, in the journal. What makes it sound: a slot is written only
 * after a record that says it does not count; so as long as the journal says that it does, nobody
 * has written it since. The sum tells of everything else that may happen to flash.
 */
#include <bootloader/bootloader.h>

#include <string.h>

#include <base/bytes.h>

#include "image.h"
#include "state.h"

/* Offsets in the record's body. */
enum { SLOT = 0, SUM = 4, DIGEST = 8, BODY = DIGEST + 32 };

/* Whether the journal can be relied on, and says that the kernel in a slot counts. */
static bool counts(const struct boot_config *config, uint32_t slot)
{
    struct store *store = state_store();
    struct store_kernel kernel;

    return store != NULL && store_kernel_get(store, &kernel) && kernel.active < BOOT_SLOTS &&
           config->slot[kernel.active] == slot;
}

static bool recall(const struct boot_config *config, uint32_t slot, struct image *image)
{
    struct store_frame frame;

    if (!counts(config, slot) ||
        store_find(state_store(), STORE_RECORD_UNCHANGED, 0, &frame) != 0 || frame.length < BODY ||
        bytes_get_u32(frame.body + SLOT) != slot || bytes_get_u32(frame.body + SUM) != image->sum) {
        return false;
    }
    memcpy(image->digest, frame.body + DIGEST, sizeof image->digest);
    return true;
}

static void note(const struct boot_config *config, uint32_t slot, const struct image *image)
{
    struct store *store = state_store();
    struct image known = {.verdict = IMAGE_BAD};
    uint8_t body[BODY];

    known.sum = image->sum;
    if (!counts(config, slot) || (recall(config, slot, &known) &&
                                  bytes_equal(known.digest, image->digest, sizeof known.digest))) {
        return;
    }
    bytes_put_u32(body + SLOT, slot);
    bytes_put_u32(body + SUM, image->sum);
    memcpy(body + DIGEST, image->digest, sizeof image->digest);
    /* Where it cannot be written, the kernel is hashed again next time. */
    if (store_put_begin(store, STORE_RECORD_UNCHANGED, 0, body, sizeof body) == 0) {
        (void)store_wait(store);
    }
}

const struct boot_unchanged boot_in_journal = {.recall = recall, .note = note};
