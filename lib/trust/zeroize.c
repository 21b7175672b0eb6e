// SPDX-License-Identifier: Apache-2.0
/*
 * mbedTLS's wiping of secrets, on devices. Its own version keeps a pointer in writable memory,
 * which the unprivileged context that verifies cannot read. Eight bytes at a time: SHA-256 wipes
 * nearly 300 with each block of 64 that it hashes.
 */
#include <stddef.h>
#include <stdint.h>

#include <mbedtls/platform_util.h>

void mbedtls_platform_zeroize(void *buf, size_t len)
{
    volatile uint8_t *p = buf;

    for (; len >= 8; len -= 8, p += 8) {
        p[0] = 0;
        p[1] = 0;
        p[2] = 0;
        p[3] = 0;
        p[4] = 0;
        p[5] = 0;
        p[6] = 0;
        p[7] = 0;
    }
    for (; len > 0; len--, p++) {
        *p = 0;
    }
}
