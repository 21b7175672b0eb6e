// SPDX-License-Identifier: Apache-2.0
/*
 * Text to and from the console: driver 0x1. At most one write and one read of a process are under
 * way; functions without _async wait, and no upcalls are run meanwhile.
 */
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

/** What is called when a write has ended: bytes that the kernel has taken. */
typedef void console_write_function(void *context, size_t written);
/** What is called when a read has ended: why, and how many bytes it brought. */
typedef void console_read_function(void *context, enum abi_error error, size_t length);

/**
 * Writes bytes and waits until the kernel has taken them all. A write of console_write_async() that
 * is under way is waited for before, and its function called.
 * @return bytes written; fewer than length only when the console refused
 */
size_t console_write(const void *data, size_t length);
/**
 * Begins to write bytes; function(context, written) is called while the app yields.
 * @param data      stays as it is until then; RAM or flash
 * @param function  not NULL; it may begin the next write
 * @return ABI_OK; ABI_BUSY while the last one is under way; ABI_INVAL for memory that is not the
 *         app's, or without a function; ABI_NODEVICE, ABI_NOMEM from the kernel
 */
enum abi_error console_write_async(const void *data, size_t length,
                                   console_write_function *function, void *context);
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
 * @return ABI_OK; ABI_BUSY while another read is under way; ABI_INVAL for a capacity out of range
 */
enum abi_error console_read(void *data, size_t capacity, size_t *length);
/**
 * Begins to wait for input; function(context, error, length) is called while the app yields, when
 * `capacity` bytes have come or console_read_cancel() was called.
 * @param data      the kernel's until then
 * @param capacity  1 to 64
 * @param function  not NULL; it may begin the next read
 * @return as console_read()
 */
enum abi_error console_read_async(void *data, size_t capacity, console_read_function *function,
                                  void *context);
/** Ends the read under way: its function is still called, with ABI_CANCEL and what has come. */
void console_read_cancel(void);

GANTRY_C_END

#endif
