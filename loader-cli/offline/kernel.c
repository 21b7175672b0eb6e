// SPDX-License-Identifier: Apache-2.0
#include "kernel.h"

#include <string.h>

#include <base/crc32.h>
#include <hil/error.h>
#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "internal.h"

static bool any_key_made(const struct found_key *key, size_t count, const uint8_t *digest,
                         const uint8_t *signature)
{
    for (size_t i = 0; i < count; i++) {
        if (trust_verify(key[i].public_key, digest, signature) == TRUST_VERIFIED) {
            return true;
        }
    }
    return false;
}

/* Whether an image is whole, as far as it says itself: a key that it carries made its signature.
 * Whose key that is only the bootloader can say. */
static bool vouches_for_itself(const uint8_t *object, const struct tbf_header *header,
                               const uint8_t *digest)
{
    struct found_key key[KEYS_FOUND_MAX];
    const uint8_t *signature = tbf_ecdsa_signature(object, header, 0);

    return signature != NULL &&
           any_key_made(key, keys_find(object, header->binary_end, key), digest, signature);
}

/* As the bootloader's recovery: whole, for this board and slot, not too old, not rejected. */
static bool may_run(struct offline *o, const struct store_kernel *state, uint8_t index)
{
    uint8_t digest[STORE_DIGEST_SIZE];
    const struct store_extent *slot = &o->slots[index];
    struct tbf_header header;
    const uint8_t *object;

    if (offline_header(o, slot->address, slot->size, &header) != 0 || !header.is_kernel ||
        header.total_size > slot->size || header.kernel.slot_address != slot->address ||
        header.kernel.board_id != crc32_posix(o->board.name, strlen(o->board.name)) ||
        header.kernel.version < state->floor) {
        return false;
    }
    object = offline_peek(o, slot->address, header.total_size);
    if (object == NULL) {
        return false;
    }
    trust_sha256(object, header.binary_end, digest);
    /* One that has begun its trial is rejected at the next start. */
    return vouches_for_itself(object, &header, digest) &&
           !((state->phase == STORE_KERNEL_REJECTED || state->phase == STORE_KERNEL_STARTED) &&
             store_kernel_is_candidate(state, index, digest));
}

int offline_kernel_place(struct offline *offline, struct offline_kernel_place *place)
{
    struct store_kernel state = {.active = STORE_SLOT_NONE};
    const struct store *store;
    uint8_t keep;
    int error;

    memset(place, 0, sizeof *place);
    store = offline_preview(offline, &error);
    if (store == NULL || offline->config.slot_count != BOARD_SLOTS) {
        return store == NULL ? error : (int)STORE_E_CONFIG;
    }
    (void)store_kernel_get(store, &state);
    keep = state.active < BOARD_SLOTS ? state.active : 0;
    place->beside_good = may_run(offline, &state, keep);
    if (!place->beside_good) {
        keep ^= 1u;
        place->beside_good = may_run(offline, &state, keep);
    }
    place->index = place->beside_good ? keep ^ 1u : 0;
    place->slot = offline->slots[place->index];
    place->floor = state.floor;
    return offline_error(offline);
}

bool offline_kernel_is_signed(struct offline *offline, const uint8_t *object,
                              const struct tbf_header *header,
                              const uint8_t digest[STORE_DIGEST_SIZE], bool *known)
{
    const uint8_t *signature = tbf_ecdsa_signature(object, header, 0);

    offline_find_keys(offline);
    *known = offline->key_count > 0;
    if (!*known) {
        return vouches_for_itself(object, header, digest);
    }
    return signature != NULL && any_key_made(offline->key, offline->key_count, digest, signature);
}

static int save(struct offline *o, const struct store_kernel *next)
{
    int error;
    struct store *store = offline_store(o, true, &error);

    return store == NULL ? error : offline_finish(o, store_kernel_put_begin(store, next));
}

int offline_kernel_distrust(struct offline *offline, const struct offline_kernel_place *place)
{
    const struct store_kernel next = {
        .active = place->beside_good ? place->index ^ 1u : STORE_SLOT_NONE,
        .candidate = place->index,
        .phase = STORE_KERNEL_REJECTED,
        .floor = place->floor,
    };

    return save(offline, &next);
}

int offline_kernel_record(struct offline *offline, const struct offline_kernel_place *place,
                          const uint8_t digest[STORE_DIGEST_SIZE])
{
    struct store_kernel next = {
        .active = place->index,
        .candidate = STORE_SLOT_NONE,
        .phase = STORE_KERNEL_SETTLED,
        .floor = place->floor,
    };

    if (place->beside_good) {
        next.active = place->index ^ 1u;
        next.candidate = place->index;
        next.phase = STORE_KERNEL_DUE;
        memcpy(next.digest, digest, sizeof next.digest);
    }
    return save(offline, &next);
}
