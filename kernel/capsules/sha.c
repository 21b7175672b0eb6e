// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x40005: hashes of what a process shares. Nothing shared is the empty message; how much
 * there is to hash is settled when the process asks for it.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>

#include "pieces.h"

enum job { NONE, HASH, VERIFY };

struct sha {
    uint8_t job; /* enum job */
    uint32_t position;
    uint32_t length;
    struct hil_digest_state hash;
};

static const struct hil_digest *digest;

static bool run(struct process *process, void *state);
static struct pieces pieces = PIECES(pieces, &sha_driver, run);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    digest = device;
}

static void finish(struct process *process, struct sha *sha, enum abi_error error, bool equal)
{
    uint32_t upcall = sha->job == VERIFY ? ABI_SHA_UPCALL_VERIFIED : ABI_SHA_UPCALL_HASHED;

    digest->clear(digest, &sha->hash);
    sha->job = NONE;
    (void)upcall_post(&sha_driver, process, upcall, error, equal ? 1 : 0, 0);
}

/* Everything is hashed: stores the digest, or compares it. */
static void give(struct process *process, struct sha *sha)
{
    struct userbuf_rw destination = userbuf_rw(&sha_driver, process, ABI_SHA_RW_DIGEST);
    struct userbuf_ro compare = userbuf_ro(&sha_driver, process, ABI_SHA_RO_COMPARE);
    uint8_t value[HIL_DIGEST_SIZE_MAX];

    if (digest->finish(digest, &sha->hash, value) != 0) {
        finish(process, sha, ABI_FAIL, false);
    } else if (sha->job == VERIFY && compare.length == digest->size) {
        finish(process, sha, ABI_OK, bytes_equal(compare.data, value, digest->size));
    } else if (sha->job == HASH && destination.length >= digest->size) {
        memcpy(destination.data, value, digest->size);
        finish(process, sha, ABI_OK, false);
    } else {
        finish(process, sha, ABI_NOMEM, false);
    }
}

static bool run(struct process *process, void *state)
{
    struct sha *sha = state;
    struct userbuf_ro data = userbuf_ro(&sha_driver, process, ABI_SHA_RO_DATA);
    enum abi_error error = pieces_check(data.length, sha->length);
    uint32_t count = ck_min(sha->length - sha->position, digest->piece);

    if (sha->job == NONE) {
        return false;
    }
    if (error != ABI_OK) {
        finish(process, sha, error, false);
    } else if (count == 0) {
        give(process, sha);
    } else if (digest->update(digest, &sha->hash, data.data + sha->position, count) != 0) {
        finish(process, sha, ABI_FAIL, false);
    } else {
        sha->position += count;
    }
    return true;
}

static enum abi_error start(struct process *process, enum job job)
{
    struct sha *sha = grant_enter(&sha_driver, process);

    if (sha == NULL || sha->job != NONE) {
        return ABI_NOMEM;
    }
    if (digest->start(digest, &sha->hash) != 0) {
        return ABI_FAIL;
    }
    sha->job = (uint8_t)job;
    sha->position = 0;
    sha->length = userbuf_ro(&sha_driver, process, ABI_SHA_RO_DATA).length;
    pieces_start(&pieces);
    return ABI_OK;
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument1;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_SHA_SET_ALGORITHM:
        return syscall_status(argument0 == ABI_SHA_256 ? ABI_OK : ABI_NOSUPPORT);
    case ABI_SHA_HASH:
        return syscall_status(start(process, HASH));
    case ABI_SHA_VERIFY:
        return syscall_status(start(process, VERIFY));
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

static void ended(const struct driver *driver, struct process *process)
{
    struct sha *sha = grant_peek(driver, process);

    if (sha != NULL) {
        digest->clear(digest, &sha->hash);
        sha->job = NONE;
    }
}

const struct driver sha_driver = {
    .number = ABI_DRIVER_SHA,
    .state_size = sizeof(struct sha),
    .upcalls = 2,
    .rw_buffers = 1,
    .ro_buffers = 2,
    .init = init,
    .command = command,
    .ended = ended,
};
