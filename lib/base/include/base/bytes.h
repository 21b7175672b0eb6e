// SPDX-License-Identifier: Apache-2.0
/*
 * Little-endian values in byte arrays of any alignment, and a bounded reader and writer over them.
 * Everything that comes off a wire or out of flash is read through these.
 *
 * Pure; any context.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads a little-endian 16-bit value from p[0..1]. */
static inline uint16_t bytes_get_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | ((uint32_t)p[1] << 8));
}

/** Reads a little-endian 32-bit value from p[0..3]. */
static inline uint32_t bytes_get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | ((uint32_t)p[1] << 8) | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24);
}

/** Writes a little-endian 16-bit value to p[0..1]. */
static inline void bytes_put_u16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

/** Writes a little-endian 32-bit value to p[0..3]. */
static inline void bytes_put_u32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    p[2] = (uint8_t)(value >> 16);
    p[3] = (uint8_t)(value >> 24);
}

/**
 * Length of a terminated text, bytes. As strlen(), which C libraries build for speed: more code
 * than the whole of a small driver.
 */
size_t bytes_length(const char *text);
/** Copies length bytes; the two may overlap. As memmove(), for which the same holds. */
void bytes_move(void *to, const void *from, size_t length);

/**
 * A reader that never runs past its end. After the first read that did not fit, `ok` is false,
 * every further read answers 0 or NULL, and nothing moves: check `ok` once, at the end.
 */
struct bytes_reader {
    const uint8_t *next;
    size_t left;
    bool ok;
};

/** Starts reading length bytes at data; data stays the caller's and must outlive the reader. */
void bytes_reader_init(struct bytes_reader *reader, const void *data, size_t length);
/** Takes one byte; 0 when none is left. */
uint8_t bytes_read_u8(struct bytes_reader *reader);
/** Takes a little-endian 16-bit value; 0 when it does not fit. */
uint16_t bytes_read_u16(struct bytes_reader *reader);
/** Takes a little-endian 32-bit value; 0 when it does not fit. */
uint32_t bytes_read_u32(struct bytes_reader *reader);
/** Takes length bytes; answers where they lie, or NULL when they do not fit. */
const uint8_t *bytes_read_block(struct bytes_reader *reader, size_t length);
/** Takes length bytes into out; out is zeroed when they do not fit. */
void bytes_read_copy(struct bytes_reader *reader, void *out, size_t length);

/**
 * A writer that never runs past its end. After the first write that did not fit, `ok` is false and
 * nothing more is stored: check `ok` once, at the end.
 */
struct bytes_writer {
    uint8_t *data;
    size_t used;
    size_t capacity;
    bool ok;
};

/** Starts writing into data[0..capacity); data stays the caller's. */
void bytes_writer_init(struct bytes_writer *writer, void *data, size_t capacity);
/** Appends one byte. */
void bytes_write_u8(struct bytes_writer *writer, uint8_t value);
/** Appends a little-endian 16-bit value. */
void bytes_write_u16(struct bytes_writer *writer, uint16_t value);
/** Appends a little-endian 32-bit value. */
void bytes_write_u32(struct bytes_writer *writer, uint32_t value);
/** Appends length bytes of data; data may be NULL when length is 0. */
void bytes_write_block(struct bytes_writer *writer, const void *data, size_t length);

/**
 * Compares length bytes in a time that depends on length alone.
 * @return true when all are equal (also for length 0)
 */
bool bytes_equal(const void *a, const void *b, size_t length);

/** Whether each of `length` bytes is `value`. Words at a time: for whole pages of flash. */
bool bytes_all(const void *data, size_t length, uint8_t value);

#endif
