// SPDX-License-Identifier: Apache-2.0
/*
 * A key-value store in TicKV's format on flash (docs/storage.md), so that Tock's tools can read it
 * and write it. Keys are 64-bit hashes. Every change happens wholly or not at all, whenever power
 * goes: a set leaves the old value or the new one.
 *
 * A struct kv belongs to its caller. No function blocks: an operation is begun by a kv_*_begin()
 * function and carried on by kv_step(). One at a time. Kernel loop, or a host program with one
 * thread. Needs flash that is mapped for reading.
 *
 * Objects start on write units, so that appending programs no unit twice: a value is padded with
 * zeros up to the next unit. The value itself has to tell its length, as Tock's does.
 */
#ifndef KV_KV_H
#define KV_KV_H

#include <kv/swap.h>

#define KV_OVERHEAD  15u /* header and check sum of an object */
#define KV_VALUE_MAX 2048u

/** Where it lies; constant, the board's. */
struct kv_config {
    struct swap *swap; /* mounted; nobody else uses it during an operation */
    uint32_t area;     /* address of the first region: a page as large as the swap's */
    uint32_t regions;  /* pages in all */
};

/** Its fields are private, but for `value` and `value_length`. */
struct kv {
    int16_t verdict; /* how the operation ends once everything is settled */
    uint8_t stage;
    uint8_t after;
    uint8_t key[SWAP_MARK];
    bool adding;   /* the rewritten region gets the new object */
    bool dropping; /* the rewritten region loses the key's object */
    bool seen;     /* the rewritten region holds the key */
    bool filler;   /* the object being written only fills up to the unit */
    bool cancelled;
    bool formatted; /* mounting made the area anew */
    bool mounted;
    const struct kv_config *config;
    uint32_t value;        /* after kv_find_begin(): address of the value that was found; */
    uint32_t value_length; /* ... its bytes, padding included */
    uint32_t found;        /* offset of its object in the area; UINT32_MAX: none */
    uint32_t found_length;
    uint32_t region;  /* the one being looked at, or written to */
    uint32_t other;   /* the one that holds what is replaced; UINT32_MAX: none */
    uint32_t cursor;  /* offset in the region */
    uint32_t checked; /* bytes of the object at the cursor that are in `crc`, or are copied */
    uint32_t crc;
    uint32_t live;   /* bytes of the region that count */
    uint32_t length; /* of the object being written */
    uint32_t put;    /* bytes of it that are in the stream */
    uint32_t bytes;  /* of the new value */
    int32_t reach;   /* distance of the region from the home one */
};

/**
 * Begins mounting: settles what a power cut left in doubt. An area without TicKV's main key is
 * formatted.
 * @param kv      receives the state; any content
 * @param config  stays valid
 */
void kv_mount_begin(struct kv *kv, const struct kv_config *config);

/**
 * Begins looking for a key; ends with 0 and kv->value set, or KV_E_NOT_FOUND. Objects whose check
 * sum is wrong are passed over.
 * @param key  the hash, as it lies in flash (siphash_zero_key())
 * @return 0 or KV_E_BUSY
 */
int kv_find_begin(struct kv *kv, const uint8_t key[SWAP_MARK]);

/**
 * Begins storing a value under the key of the kv_find_begin() just before, in place of what that
 * found.
 * @param length  bytes of the value; kv_put() brings them
 * @return 0, KV_E_BUSY, KV_E_SIZE
 */
int kv_store_begin(struct kv *kv, uint32_t length);

/** Begins removing what the kv_find_begin() just before found. @return 0, KV_E_BUSY,
 * KV_E_NOT_FOUND */
int kv_remove_begin(struct kv *kv);

/** Begins freeing what dead objects take. @return 0 or KV_E_BUSY */
int kv_collect_begin(struct kv *kv);

/**
 * Brings bytes of the value, after kv_step() answered KV_MORE.
 * @param offset  of the first one in the value: as many as were taken before
 * @return bytes taken, 0 to length
 */
uint32_t kv_put(struct kv *kv, const void *data, uint32_t length);
/** Bytes of the value that were taken so far. */
uint32_t kv_taken(const struct kv *kv);

/** Gives a store up that is not complete yet: goes on until everything is as before, and ends with
 * KV_E_CANCELLED. */
void kv_cancel(struct kv *kv);

/**
 * Carries the operation on.
 * @return KV_BUSY, KV_MORE, then its result once; 0 when nothing is under way. After an error of
 *         the flash (HIL_E_*) swap and store must be mounted again
 */
int kv_step(struct kv *kv);

#endif
