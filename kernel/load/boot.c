// SPDX-License-Identifier: Apache-2.0
/*
 * The boot digest: an app that writes its own flash is recognised at boot by the bytes that it
 * cannot write. Which those are stands in its header, which is one of them.
 */
#include <string.h>

#include <base/bytes.h>
#include <kernel/verifier.h>

#include "load.h"

static void (*follows)(int result);

/*
 * The writeable regions of an app; 0 when there are none, or when they are none that can be left
 * out: each has to lie behind the one before, all between header and footers.
 */
static uint32_t gaps_of(const struct tbf_header *header, struct verifier_gap gaps[VERIFIER_GAPS])
{
    uint32_t count = tbf_writeable_count(&header->tlvs);
    uint32_t end = header->app_start;

    if (count > VERIFIER_GAPS) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start;
        uint32_t size;

        if (!tbf_writeable_region(&header->tlvs, header->total_size, i, &start, &size) ||
            start < end || start + size > header->binary_end) {
            return 0;
        }
        end = start + size;
        gaps[i] = (struct verifier_gap){start, end};
    }
    return count;
}

static void hashed(void *context, const struct verifier_result *result)
{
    (void)context;
    if (result->ok) {
        memcpy(load.boot_digest, result->digest, sizeof load.boot_digest);
    }
    follows(result->ok ? 0 : KERNEL_E_FAULT);
}

static void hash(uint32_t address, const struct tbf_header *header, void (*next)(int result))
{
    struct verifier_gap gaps[VERIFIER_GAPS];
    uint32_t count = gaps_of(header, gaps);
    int error;

    memset(load.boot_digest, 0, sizeof load.boot_digest);
    follows = next;
    if (count == 0) {
        next(0);
        return;
    }
    error = verifier_hash_around(address, header->binary_end, NULL, gaps, count, hashed, NULL);
    if (error != 0) {
        next(error);
    }
}

static bool is_set(const uint8_t *boot_digest)
{
    return !bytes_all(boot_digest, STORE_DIGEST_SIZE, 0);
}

static bool is_writer(const struct store_app_record *record)
{
    return is_set(record->boot_digest);
}

static int check_at_boot(const struct store_check *check, verifier_done *done)
{
    const uint8_t *patch = check->patched ? check->words : NULL;
    struct verifier_gap gaps[VERIFIER_GAPS];
    struct tbf_header header;
    uint32_t count = 0;

    if (is_set(check->boot_digest) && load_header(check->address, check->size, &header) == 0) {
        count = gaps_of(&header, gaps);
    }
    return verifier_hash_around(check->address, check->length, patch, gaps, count, done, NULL);
}

/* The store knows one digest; the boot digest stands for it. */
static const uint8_t *recognise(const struct store_check *check, const uint8_t *digest)
{
    if (!is_set(check->boot_digest)) {
        return digest;
    }
    return bytes_equal(digest, check->boot_digest, STORE_DIGEST_SIZE) ? check->digest : NULL;
}

const struct loader_boot_digest loader_boot_digest = {hash, check_at_boot, recognise, is_writer};
