// SPDX-License-Identifier: Apache-2.0
/*
 * Journal records as they lie in flash (docs/store.md). The frame is frozen: every version of
 * Gantry can skip and preserve what any other version wrote.
 *
 * Pure; any context.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define STORE_NONE           0xFFFFFFFFu /* "no address" */
#define STORE_DIGEST_SIZE    32u
#define STORE_FRAME_SIZE     20u
#define STORE_RECORD_MAX     256u /* frame and body */
#define STORE_BODY_MIN       4u
#define STORE_BODY_MAX       (STORE_RECORD_MAX - STORE_FRAME_SIZE)
#define STORE_APP_BODY       144u
#define STORE_IDENTITY_BODY  16u
#define STORE_TRANSFER_BODY  64u
#define STORE_HEAD_SIZE      24u         /* header of a journal half */
#define STORE_HEAD_MAGIC     0x314A5447u /* "GTJ1" */
#define STORE_FORMAT_VERSION 1u
#define STORE_FRAME_COPIED   0x1u /* moved here by compaction */
#define STORE_FRAME_ENDS     0x2u /* the earlier record of this type and key is over */

/* Within a type, a later record with the same key takes the place of an earlier one. */
enum store_record_type {
    STORE_RECORD_APP = 1,       /* key: address of the app */
    STORE_RECORD_IDENTITY = 2,  /* key: ShortID; also says that an app was removed */
    STORE_RECORD_TRANSFER = 3,  /* key: 0 */
    STORE_RECORD_KERNEL = 4,    /* key: slot; reserved for kernel trials, preserved */
    STORE_RECORD_ATTRIBUTE = 5, /* key: 0 to 15 */
    STORE_RECORD_LOCK = 6,      /* key: 0; never dropped */
    STORE_RECORD_FOREIGN = 7,   /* key: 0; a legacy tool was let in */
    STORE_RECORD_UNCHANGED = 8  /* key: 0; the kernel that counts, as it was hashed last */
};

enum store_status {
    STORE_CANDIDATE = 1, /* written by a bootloader or host tool: needs full verification */
    STORE_ACCEPTED = 2   /* verified by a kernel; written by kernels alone */
};

/* Flags of an app in the journal; the bits are those of a TBF header. */
#define STORE_FLAG_ENABLED 0x1u
#define STORE_FLAG_STICKY  0x2u
#define STORE_SEEN         0x80u

/** A frame, decoded. */
struct store_frame {
    uint16_t length; /* of the body */
    uint16_t tail;   /* bytes after the body that are programmed later, outside the CRC */
    uint16_t type;
    uint16_t flags; /* STORE_FRAME_* */
    uint32_t key;
    uint32_t sequence;
    const uint8_t *body; /* length bytes behind the frame */
};

/** Body of STORE_RECORD_APP. */
struct store_app_record {
    uint8_t status;    /* enum store_status */
    uint8_t flags;     /* STORE_FLAG_* */
    uint8_t seen;      /* STORE_SEEN and the header's flags in flash when `flags` was set; or 0 */
    uint32_t address;  /* the frame's key */
    uint32_t size;     /* total_size of the object */
    uint32_t space;    /* whole pages that it owns */
    uint32_t hashed;   /* bytes that the digest covers: up to the first footer */
    uint32_t short_id; /* 0 = locally unique */
    uint32_t version;
    uint32_t floor;           /* lowest version of this ShortID still acceptable */
    uint32_t owner;           /* stable number of the owner (trust anchor) */
    uint32_t header_flags;    /* flags word of the header as it was signed */
    uint32_t header_checksum; /* checksum word of the header as it was signed */
    uint32_t replaces; /* address of the app that this one took the place of, or STORE_NONE */
    uint32_t replaces_space;
    uint8_t digest[STORE_DIGEST_SIZE];
    uint8_t key[STORE_DIGEST_SIZE];         /* SHA-256 of the signing public key */
    uint8_t boot_digest[STORE_DIGEST_SIZE]; /* without writeable regions; zeros: none */
};

/**
 * Decodes and checks a frame.
 * @param data, available  bytes from the frame on
 * @param unit             the journal's unit: write unit, at least 4
 * @return true when lengths are possible, frame and body fit, and the CRC is right
 */
bool store_frame_decode(const uint8_t *data, uint32_t available, uint32_t unit,
                        struct store_frame *frame);

/**
 * Encodes a frame around a body that is in its place already (data + STORE_FRAME_SIZE).
 * @param data   STORE_FRAME_SIZE + frame->length bytes; frame->body is not used
 */
void store_frame_encode(uint8_t *data, const struct store_frame *frame);

/** Bytes that a record takes in the journal: frame, body, tail and seal, rounded to units. */
uint32_t store_frame_extent(const struct store_frame *frame, uint32_t unit);
/** Where a record's tail begins, from its frame. */
uint32_t store_frame_tail(const struct store_frame *frame, uint32_t unit);
/** Where a record's seal lies, from its frame. */
uint32_t store_frame_seal(const struct store_frame *frame, uint32_t unit);

/** Decodes an app's body; false when it is too short or its sizes contradict each other. */
bool store_app_decode(const struct store_frame *frame, struct store_app_record *app);
/** Encodes an app's body into STORE_APP_BODY bytes. */
void store_app_encode(uint8_t *body, const struct store_app_record *app);

#endif
