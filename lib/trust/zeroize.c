// SPDX-License-Identifier: Apache-2.0
/*
 * mbedTLS's wiping of secrets, on devices. Its own version keeps a pointer in writable memory,
 * which the unprivileged context that verifies cannot read.
 */
#include <stddef.h>
#include <stdint.h>

#include <mbedtls/platform_util.h>

void mbedtls_platform_zeroize(void *buf, size_t len)
{
    volatile uint8_t *p = buf;

    for (size_t i = 0; i < len; i++) {
        p[i] = 0;
    }
}
