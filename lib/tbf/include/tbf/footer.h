// SPDX-License-Identifier: Apache-2.0
/*
 * Credentials behind the binary of a TBF object. Formats that are not known, or of a surprising
 * length, are skipped: newer tools may put them in front of one that is known.
 *
 * Pure; any context.
 */
#ifndef TBF_FOOTER_H
#define TBF_FOOTER_H

#include <stdbool.h>
#include <stdint.h>

#include <tbf/header.h>

struct tbf_credential {
    uint32_t format;     /* enum tbf_credential_format, or a number that Gantry does not know */
    const uint8_t *data; /* behind the format word; inside the object */
    uint32_t length;     /* bytes at data */
    uint32_t offset;     /* of the TLV, from the start of the object */
};

/**
 * Finds the credential at or behind an offset.
 * @param object  start of the object, total_size bytes readable
 * @param header  its parsed header
 * @param cursor  in: 0 for the first call; out: where the next call goes on
 * @return 0 with a credential; TBF_E_END behind the last; TBF_E_FOOTER when a TLV runs past the
 * object
 */
int tbf_credential_next(const uint8_t *object, const struct tbf_header *header, uint32_t *cursor,
                        struct tbf_credential *credential);

/** Whether a credential has the length of its format; Reserved and unknown ones: any. */
bool tbf_credential_is_sound(const struct tbf_credential *credential);

/* ECDSA P-256 credentials of an object that are tried; more are not looked at. */
#define TBF_ECDSA_MAX 4u

/**
 * Finds an ECDSA P-256 credential: an object may carry several signatures, of which any will do.
 * @param index  0 for the first, up to TBF_ECDSA_MAX - 1
 * @return its 64 bytes (r, s, big-endian), or NULL when there are no more
 */
const uint8_t *tbf_ecdsa_signature(const uint8_t *object, const struct tbf_header *header,
                                   uint32_t index);

#endif
