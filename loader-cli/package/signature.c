// SPDX-License-Identifier: Apache-2.0
/* ECDSA signatures as other programs print them. */
#include <string.h>

#include "package.h"

/* Reads one INTEGER of a DER signature into 32 big-endian bytes; strict: minimal, positive. */
static const uint8_t *der_integer(const uint8_t *p, const uint8_t *end, uint8_t out[32])
{
    size_t length;

    if (end - p < 2 || p[0] != 0x02 || p[1] == 0 || p[1] > 33 || p[1] > end - p - 2) {
        return NULL;
    }
    length = p[1];
    p += 2;
    if ((p[0] & 0x80) != 0 || (length > 1 && p[0] == 0 && (p[1] & 0x80) == 0)) {
        return NULL;
    }
    if (p[0] == 0 && length > 1) {
        p++;
        length--;
    }
    if (length > 32) {
        return NULL;
    }
    memset(out, 0, 32);
    memcpy(out + 32 - length, p, length);
    return p + length;
}

bool signature_decode(const uint8_t *answer, size_t length, uint8_t signature[64])
{
    const uint8_t *end = answer + length;
    const uint8_t *p;

    if (length == 64) {
        memcpy(signature, answer, 64);
        return true;
    }
    if (length < 8 || length > 72 || answer[0] != 0x30 || answer[1] != length - 2) {
        return false;
    }
    p = der_integer(answer + 2, end, signature);
    p = p != NULL ? der_integer(p, end, signature + 32) : NULL;
    return p == end;
}
