// SPDX-License-Identifier: Apache-2.0
/*
 * The two CRC-32 that Gantry needs. Both use the polynomial 0x04C11DB7 and tables of 16
 * entries (64 bytes of flash). Pure; any context.
 */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/** Start value of crc32_update(). */
#define CRC32_START 0u

/**
 * CRC-32 as in IEEE 802.3 (reflected, initial and final inversion): frames and journal records.
 * The inversions are inside, so that calls chain: crc = crc32_update(crc, next, n).
 * @param crc     CRC32_START or the result so far
 * @param data    length bytes; may be NULL when length is 0
 * @return the CRC of everything up to here; "123456789" gives 0xCBF43926
 */
uint32_t crc32_update(uint32_t crc, const void *data, size_t length);

/** Start value of crc32_posix_update(). */
#define CRC32_POSIX_START 0xFFFFFFFFu

/**
 * CRC-32/POSIX of bytes that come piece by piece; calls chain like those of crc32_update().
 * @param crc     CRC32_POSIX_START or the result so far
 * @param data    length bytes; may be NULL when length is 0
 */
uint32_t crc32_posix_update(uint32_t crc, const void *data, size_t length);

/**
 * CRC-32/POSIX without the appended length (not reflected, initial 0, final inversion): Tock's
 * ShortID of a package name, and board ids.
 * @param data    length bytes; may be NULL when length is 0
 * @return the CRC; "123456789" gives 0x765E7680, "blink" gives 0x1D19E248
 */
uint32_t crc32_posix(const void *data, size_t length);

#endif
