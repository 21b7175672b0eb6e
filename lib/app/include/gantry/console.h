// SPDX-License-Identifier: Apache-2.0
/* Text to and from the console. */
#ifndef GANTRY_CONSOLE_H
#define GANTRY_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/syscall.h>
#include <gantry/linkage.h>

#if GANTRY_APP_LIBC
#include <stdio.h>
#endif

GANTRY_C_BEGIN

/**
 * Writes bytes and waits until the kernel has taken them all.
 * @return bytes written; fewer than length only when the console refused
 */
size_t console_write(const void *data, size_t length);
/** Writes a string. */
void console_print(const char *text);
#if !GANTRY_APP_LIBC
/**
 * Writes formatted text, without limit to its length: %d %i %u %x %X %c %s %p %%, with flags '-'
 * and '0', a width, and the length l. Returns the number of bytes. With the full C library printf()
 * is that library's.
 */
int printf(const char *format, ...);
int vprintf(const char *format, va_list arguments);
/** Formats into a buffer, always terminated when size > 0; returns what the whole text takes. */
int snprintf(char *buffer, size_t size, const char *format, ...);
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
#endif

/**
 * Waits for input: until `capacity` bytes have come. To read a line, ask for one byte at a time.
 * @param capacity  1 to 64
 * @param length    receives the number of bytes; not NULL
 * @return ABI_OK, or why nothing was read
 */
enum abi_error console_read(void *data, size_t capacity, size_t *length);

GANTRY_C_END

#endif
