// SPDX-License-Identifier: Apache-2.0
/* The record of the kernels. */
#include <store/kernel.h>

#include <base/bytes.h>

#include <string.h>

/* Offsets in the record's body; the key is 0. The digest is left out where there is no candidate.
 */
enum { ACTIVE = 0, CANDIDATE = 1, PHASE = 2, FLOOR = 4, DIGEST = 8, SLOTS = 2 };

static bool is_possible(const struct store_kernel *kernel)
{
    return kernel->phase <= STORE_KERNEL_REJECTED &&
           (kernel->active < SLOTS || kernel->active == STORE_SLOT_NONE) &&
           (kernel->phase == STORE_KERNEL_SETTLED
                ? kernel->candidate == STORE_SLOT_NONE
                : kernel->candidate < SLOTS && kernel->candidate != kernel->active);
}

bool store_kernel_get(const struct store *store, struct store_kernel *kernel)
{
    struct store_frame frame;

    if (store_find(store, STORE_RECORD_KERNEL, 0, &frame) == 0 && frame.length >= DIGEST) {
        bool whole = frame.length >= STORE_KERNEL_BODY;

        kernel->active = frame.body[ACTIVE];
        kernel->candidate = frame.body[CANDIDATE];
        kernel->phase = frame.body[PHASE];
        kernel->floor = bytes_get_u32(frame.body + FLOOR);
        memcpy(kernel->digest, frame.body + DIGEST, whole ? sizeof kernel->digest : 0);
        if (is_possible(kernel) && (whole || kernel->phase == STORE_KERNEL_SETTLED)) {
            return true;
        }
    }
    *kernel = (struct store_kernel){.active = STORE_SLOT_NONE, .candidate = STORE_SLOT_NONE};
    return false;
}

int store_kernel_put_begin(struct store *store, const struct store_kernel *kernel)
{
    uint8_t body[STORE_KERNEL_BODY] = {kernel->active, kernel->candidate, kernel->phase};
    int result;

    bytes_put_u32(body + FLOOR, kernel->floor);
    memcpy(body + DIGEST, kernel->digest, sizeof kernel->digest);
    if (!is_possible(kernel)) {
        return STORE_E_ARGUMENT;
    }
    result = store_put_begin(store, STORE_RECORD_KERNEL, 0, body,
                             kernel->phase == STORE_KERNEL_SETTLED ? DIGEST : sizeof body);
    if (result == 0 && kernel->phase == STORE_KERNEL_SETTLED) {
        store->reserve = 0; /* nothing follows: a kernel that works can always say so */
    }
    return result;
}

bool store_kernel_is_candidate(const struct store_kernel *kernel, uint8_t slot,
                               const uint8_t digest[STORE_DIGEST_SIZE])
{
    return kernel->candidate == slot && (bytes_all(kernel->digest, STORE_DIGEST_SIZE, 0) ||
                                         bytes_equal(kernel->digest, digest, STORE_DIGEST_SIZE));
}
