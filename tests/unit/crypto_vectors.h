// SPDX-License-Identifier: Apache-2.0
/*
 * Published test vectors, in hexadecimal, for the drivers of lib/crypto and for the capsules above
 * them.
 */
#ifndef CRYPTO_VECTORS_H
#define CRYPTO_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Data that are one text, `times` times in a row. */
struct repeated {
    const char *hex;
    size_t times;
};

/** FIPS 180-4, examples of SHA-256, and the empty message. */
struct digest_vector {
    const char *name;
    struct repeated data;
    const char *digest;
};
#define DIGEST_VECTORS 4u
extern const struct digest_vector digest_vectors[DIGEST_VECTORS];

/** RFC 4231, 4.2 to 4.8, for HMAC-SHA-256; the fifth is truncated to 16 bytes. */
struct hmac_vector {
    const char *name;
    struct repeated key;
    struct repeated data;
    const char *code;
};
#define HMAC_VECTORS 7u
extern const struct hmac_vector hmac_vectors[HMAC_VECTORS];

/** SP 800-38A, appendix F, AES-128. */
struct stream_vector {
    const char *name;
    unsigned mode; /* enum hil_aes_mode */
    const char *iv;
    const char *encrypted;
};
#define STREAM_VECTORS 3u
extern const struct stream_vector stream_vectors[STREAM_VECTORS];
extern const char stream_key[];
extern const char stream_text[];

/** RFC 3610, section 8, and the GCM specification (McGrew, Viega), appendix B. */
struct message_vector {
    const char *name;
    unsigned mode; /* enum hil_aes_mode */
    const char *key;
    const char *iv;
    const char *associated;
    const char *text;
    const char *encrypted;
    const char *tag;
};
#define MESSAGE_VECTORS 9u
extern const struct message_vector message_vectors[MESSAGE_VECTORS];

/** Check values: the usual ones, and those of Tock's own test of its driver. */
struct crc_vector {
    unsigned algorithm; /* enum hil_crc_algorithm */
    const char *text;
    uint32_t value;
};
#define CRC_VECTORS 10u
extern const struct crc_vector crc_vectors[CRC_VECTORS];

/** Turns hexadecimal into bytes and answers how many; fails the test when they do not fit. */
size_t from_hex(const char *hex, uint8_t *data, size_t capacity);
/** The same, repeated. */
size_t from_repeated(const struct repeated *repeated, uint8_t *data, size_t capacity);

#endif
