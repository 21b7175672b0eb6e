// SPDX-License-Identifier: Apache-2.0
/*
 * Checked arithmetic: the only place where lengths and addresses that came from outside are added,
 * multiplied or compared. Every function answers whether the result is right; a result that wrapped
 * is never stored.
 *
 * All functions are pure and may be called from any context (interrupt, kernel loop, any process).
 */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Adds two lengths or an address and a length.
 * @param a, b    any values
 * @param sum     receives a + b when it fits in 32 bits; unchanged otherwise; not NULL
 * @return true when the sum fits
 */
static inline bool ck_add(uint32_t a, uint32_t b, uint32_t *sum)
{
    if (b > UINT32_MAX - a) {
        return false;
    }
    *sum = a + b;
    return true;
}

/**
 * Subtracts.
 * @param a, b        any values
 * @param difference  receives a - b when b <= a; unchanged otherwise; not NULL
 * @return true when b <= a
 */
static inline bool ck_sub(uint32_t a, uint32_t b, uint32_t *difference)
{
    if (b > a) {
        return false;
    }
    *difference = a - b;
    return true;
}

/**
 * Multiplies.
 * @param a, b     any values
 * @param product  receives a * b when it fits in 32 bits; unchanged otherwise; not NULL
 * @return true when the product fits
 */
static inline bool ck_mul(uint32_t a, uint32_t b, uint32_t *product)
{
    uint64_t wide = (uint64_t)a * b;

    if (wide > UINT32_MAX) {
        return false;
    }
    *product = (uint32_t)wide;
    return true;
}

/**
 * Tells whether [start, start + length) lies wholly inside [low, high). The end address may be
 * equal to high; a length of 0 is inside when low <= start <= high. Never wraps.
 * @param start, length  the range in question, any values
 * @param low, high      the bounds, high exclusive; low > high contains nothing
 */
static inline bool ck_range_in(uint32_t start, uint32_t length, uint32_t low, uint32_t high)
{
    /* Below low, the difference wraps to more than there is. */
    return low <= high && start - low <= high - low && length <= high - start;
}

/**
 * Tells whether [a, a + a_length) and [b, b + b_length) share a byte. Ranges that run past the end
 * of the address space are cut there. Empty ranges overlap nothing.
 */
static inline bool ck_ranges_overlap(uint32_t a, uint32_t a_length, uint32_t b, uint32_t b_length)
{
    if (a_length == 0 || b_length == 0) {
        return false;
    }
    return a <= b ? b - a < a_length : a - b < b_length;
}

/** Tells whether value is a power of two (0 is not). */
static inline bool ck_is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/**
 * Rounds up to a multiple of a power of two.
 * @param value      any value
 * @param alignment  a power of two; anything else answers false
 * @param rounded    receives the smallest multiple >= value when it fits in 32 bits; not NULL
 * @return true when the result fits
 */
static inline bool ck_align_up(uint32_t value, uint32_t alignment, uint32_t *rounded)
{
    uint32_t sum;

    if (!ck_is_power_of_two(alignment) || !ck_add(value, alignment - 1, &sum)) {
        return false;
    }
    *rounded = sum & ~(alignment - 1);
    return true;
}

/**
 * Rounds down to a multiple of a power of two.
 * @param value      any value
 * @param alignment  a power of two (programmer's duty: constants only)
 */
static inline uint32_t ck_align_down(uint32_t value, uint32_t alignment)
{
    return value & ~(alignment - 1);
}

/** Tells whether value is a multiple of alignment, a power of two. */
static inline bool ck_is_aligned(uint32_t value, uint32_t alignment)
{
    return (value & (alignment - 1)) == 0;
}

/** The smaller of two values. */
static inline uint32_t ck_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/** The larger of two values. */
static inline uint32_t ck_max(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

#endif
