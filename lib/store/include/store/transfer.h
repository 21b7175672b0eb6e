// SPDX-License-Identifier: Apache-2.0
/*
 * Bringing an object into flash, resumable after a power cut. One half-finished transfer at a time;
 * it is named by its digest. Or an object of which nothing is known but its size: unannounced, not
 * resumable, and named by nothing.
 *
 * The bytes are addressed by stream position: position s is object offset (s + rotate) mod size,
 * with rotate = size of the first page, or 0 for an object of one page, so that the page with the
 * header goes last. Pages are erased just before they are written; after each, the journal notes
 * it. The stream of an unannounced object is not rotated: whoever writes it begins with the header,
 * which says how much is to come.
 */
#ifndef STORE_TRANSFER_H
#define STORE_TRANSFER_H

#include <store/placement.h>

/** The transfer that the journal knows. */
struct store_transfer {
    uint32_t address;
    uint32_t size;
    uint32_t space;
    uint32_t hashed;       /* bytes that the digest covers; 0: unannounced */
    uint32_t rotate;       /* see above */
    uint32_t position;     /* where to go on: everything before it is in flash; size = complete */
    const uint8_t *digest; /* STORE_DIGEST_SIZE bytes in flash */
};

/**
 * How the stream of an announced object is rotated.
 * @param address  where the object will begin
 * @param size     of the object, bytes
 * @return its `rotate`
 */
uint32_t store_transfer_rotation(const struct store *store, uint32_t address, uint32_t size);
/** The half-finished transfer. @return 0 or STORE_E_NOT_FOUND */
int store_transfer_find(const struct store *store, struct store_transfer *transfer);

/**
 * Begins a transfer: records it, and makes what the object leaves of its gap padding.
 * @param place   from store_place(); or, for a kernel, a range inside one of the slots (place with
 *                gap_start = address and gap_end = address + space)
 * @param size    bytes to come, a multiple of 4, at least 16
 * @param hashed  bytes that the digest covers; 0: unannounced
 * @param digest  NULL when unannounced
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_TRANSFER (one exists: go on
 * with it or discard it), STORE_E_ARGUMENT (the place is not free)
 */
int store_transfer_begin(struct store *store, const struct store_place *place, uint32_t size,
                         uint32_t hashed, const uint8_t digest[STORE_DIGEST_SIZE]);

/**
 * Begins writing a block. Pages are erased as the stream first reaches them. Blocks may come out of
 * order, each once, except that the header page takes none before everything else is complete, and
 * that with a write unit above 4 a block that begins inside a unit must follow the one before.
 * @param position  of its first byte, a multiple of 4
 * @param data      length bytes; must stay valid until the operation is over
 * @param length    a multiple of 4, at least 4
 * @param complete  everything before this position is in flash once this block is; pages
 *                  below it are noted in the journal. position + length when blocks come in order
 * @return 0, STORE_E_BUSY, STORE_E_NOT_FOUND, STORE_E_ORDER, STORE_E_ARGUMENT
 */
int store_transfer_write(struct store *store, uint32_t position, const void *data, uint32_t length,
                         uint32_t complete);

/**
 * Begins discarding the transfer: one record, then its place becomes padding.
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_NOT_FOUND
 */
int store_transfer_discard(struct store *store);

/**
 * Begins ending a complete transfer into a kernel slot; the bytes stay. (Apps:
 * store_commit_begin().)
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_NOT_FOUND, STORE_E_ORDER
 */
int store_transfer_finish(struct store *store);

#endif
