// SPDX-License-Identifier: Apache-2.0
/*
 * The verifier: a process in the eyes of the hardware, without drivers, and not in the process
 * table.
 *
 * Its block holds the mailbox at the low end and the stack above it. Everything in the block is
 * written by unprivileged code, so the kernel believes none of it: results are preset to failure,
 * copied out once, and accepted only with the number of the job that was asked for.
 */
#include <kernel/verifier.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/work.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "core.h"

enum {
    BLOCK_SIZE = 2048,
    KIND_HASH = 0x48,
    KIND_CHECK = 0x43,
    PATCH_AT = 8, /* a patch stands for these bytes of the range */
    PATCH_SIZE = 8
};

/* What the kernel asks and what the verifier answers. */
struct mailbox {
    uint32_t kind;
    uint32_t job;
    const uint8_t *data; /* hash */
    uint32_t length;
    uint32_t patched;
    uint8_t patch[PATCH_SIZE];
    /* NULL, or what leaves gaps out: only whoever asks for that has it linked */
    uint32_t (*skip)(const struct mailbox *box, struct trust_sha256 *hash, uint32_t at);
    uint32_t gap_count;
    struct verifier_gap gaps[VERIFIER_GAPS];
    uint8_t public_key[TRUST_PUBLIC_SIZE]; /* check */
    uint8_t digest[TRUST_DIGEST_SIZE];     /* check: in; hash: out */
    uint8_t signature[TRUST_SIGNATURE_SIZE];
    uint32_t verdict; /* out: job number xor TRUST_VERIFIED */
};

/* Two subregions of 1 KiB: less would do, but costs an emulator dearly (docs/architecture.md). */
static _Alignas(BLOCK_SIZE / 2) uint8_t block[BLOCK_SIZE];

enum { IDLE, RUNS, ENDED, FAILED };

static struct {
    uint8_t state;
    bool regions_changed;
    uint32_t job; /* number of the latest */
    verifier_done *done;
    void *context;
    const struct kernel_range *window; /* what it may read beside the kernel image */
    /* What the processor needs to run it. */
    struct arch_context registers;
    struct arch_region regions[ARCH_REGIONS];
} verifier;

static struct mailbox *mailbox(void)
{
    return (struct mailbox *)(void *)block;
}

static void hash_range(struct mailbox *box)
{
    struct trust_sha256 hash;
    uint32_t at = 0;

    trust_sha256_init(&hash);
    if (box->patched != 0 && box->length >= PATCH_AT + PATCH_SIZE) {
        trust_sha256_update(&hash, box->data, PATCH_AT);
        trust_sha256_update(&hash, box->patch, PATCH_SIZE);
        at = PATCH_AT + PATCH_SIZE;
    }
    if (box->skip != NULL) {
        at = box->skip(box, &hash, at);
    }
    trust_sha256_update(&hash, box->data + at, box->length - at);
    trust_sha256_finish(&hash, box->digest);
}

/* Hashes up to the end of the last gap, without the gaps. */
static uint32_t skip_gaps(const struct mailbox *box, struct trust_sha256 *hash, uint32_t at)
{
    for (uint32_t i = 0; i < box->gap_count; i++) {
        trust_sha256_update(hash, box->data + at, box->gaps[i].start - at);
        at = box->gaps[i].end;
    }
    return at;
}

/*
 * What runs unprivileged. It must not touch kernel data: only its argument, its stack, constants
 * and app flash.
 */
static _Noreturn void verifier_main(struct mailbox *box)
{
    uint32_t verdict = TRUST_REFUSED;

    if (box->kind == KIND_HASH) {
        hash_range(box);
        verdict = TRUST_VERIFIED;
    } else if (box->kind == KIND_CHECK) {
        verdict = trust_verify(box->public_key, box->digest, box->signature);
    }
    box->verdict = box->job ^ verdict;
    arch_verifier_exit();
}

static void finish(void *context)
{
    verifier_done *done = verifier.done;
    struct verifier_result result;
    uint32_t verdict;

    (void)context;
    if (done == NULL) {
        return;
    }
    memcpy(result.digest, mailbox()->digest, sizeof result.digest);
    verdict = mailbox()->verdict;
    result.ok = verifier.state == ENDED && verdict == (verifier.job ^ TRUST_VERIFIED);
    verifier.state = IDLE;
    verifier.done = NULL;
    done(verifier.context, &result);
}

static struct work finished = WORK(finish, NULL);

static int begin(uint32_t kind, verifier_done *done, void *context)
{
    const struct kernel_range *image = &kernel_board->kernel_image;
    uint32_t start = (uint32_t)(uintptr_t)block;

    verifier.regions_changed = true;
    if (!arch_region_cover(start, start + BLOCK_SIZE, ARCH_READ_WRITE, verifier.regions) ||
        !arch_region_encode(image->start, image->start + image->size, ARCH_READ_EXECUTE,
                            &verifier.regions[2]) ||
        !arch_region_encode(verifier.window->start, verifier.window->start + verifier.window->size,
                            ARCH_READ_ONLY, &verifier.regions[3])) {
        kernel_panic("the verifier cannot be protected", NULL);
    }
    verifier.job++;
    mailbox()->kind = kind;
    mailbox()->job = verifier.job;
    mailbox()->verdict = verifier.job ^ TRUST_REFUSED;
    verifier.done = done;
    verifier.context = context;
    arch_frame_create(&verifier.registers, start + BLOCK_SIZE, (uint32_t)(uintptr_t)verifier_main,
                      (const uint32_t[4]){start, 0, 0, 0});
    verifier.state = RUNS;
    arch_request_kernel();
    return 0;
}

static bool holds(const struct kernel_range *range, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, range->start, range->start + range->size);
}

int verifier_hash(uint32_t address, uint32_t length, const uint8_t *patch, verifier_done *done,
                  void *context)
{
    if (verifier.done != NULL) {
        return KERNEL_E_BUSY;
    }
    verifier.window = holds(&kernel_board->idle_slot, address, length) ? &kernel_board->idle_slot
                                                                       : &kernel_board->apps;
    /* The kernel's own image it has anyway. */
    if (!holds(verifier.window, address, length) &&
        !holds(&kernel_board->kernel_image, address, length)) {
        return KERNEL_E_ADDRESS;
    }
    *mailbox() = (struct mailbox){0};
    mailbox()->data = (const uint8_t *)(uintptr_t)address;
    mailbox()->length = length;
    if (patch != NULL) {
        mailbox()->patched = 1;
        memcpy(mailbox()->patch, patch, PATCH_SIZE);
    }
    return begin(KIND_HASH, done, context);
}

int verifier_hash_around(uint32_t address, uint32_t length, const uint8_t *patch,
                         const struct verifier_gap *gaps, uint32_t count, verifier_done *done,
                         void *context)
{
    int error = verifier_hash(address, length, patch, done, context);

    /* Nothing runs before the kernel loop has the say again. */
    for (uint32_t i = 0; error == 0 && i < count; i++) {
        mailbox()->gaps[i] = gaps[i];
        mailbox()->gap_count = count;
        mailbox()->skip = skip_gaps;
    }
    return error;
}

int verifier_check(const uint8_t *public_key, const uint8_t *digest, const uint8_t *signature,
                   verifier_done *done, void *context)
{
    if (verifier.done != NULL) {
        return KERNEL_E_BUSY;
    }
    verifier.window = &kernel_board->apps;
    *mailbox() = (struct mailbox){0};
    memcpy(mailbox()->public_key, public_key, TRUST_PUBLIC_SIZE);
    memcpy(mailbox()->digest, digest, TRUST_DIGEST_SIZE);
    memcpy(mailbox()->signature, signature, TRUST_SIGNATURE_SIZE);
    return begin(KIND_CHECK, done, context);
}

uint32_t verifier_jobs(void)
{
    return verifier.job;
}

bool core_verifier_wants(void)
{
    return verifier.state == RUNS;
}

void core_verifier_ended(void)
{
    verifier.state = ENDED;
}

void core_verifier_run(uint32_t ticks, uint32_t held)
{
    bool changed = verifier.regions_changed;

    verifier.regions_changed = false;
    if (arch_run(&verifier.registers, verifier.regions, changed, ticks, held) == ARCH_FAULTED) {
        verifier.state = FAILED;
    }
    if (verifier.state != RUNS) {
        work_post(&finished);
    }
}
