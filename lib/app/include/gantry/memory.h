// SPDX-License-Identifier: Apache-2.0
/*
 * Memory: the allocator and the string functions that apps have when they do without a full C
 * library. Names and meanings are those of ISO C.
 */
#ifndef GANTRY_MEMORY_H
#define GANTRY_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <gantry/linkage.h>

#if GANTRY_APP_LIBC
#include <stdlib.h>
#include <string.h>
#endif

GANTRY_C_BEGIN

#if !GANTRY_APP_LIBC
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t length);
char *strchr(const char *text, int byte);

/** Ends the app with a completion code, as returning from main() does. */
GANTRY_NORETURN void exit(int code);
#endif

/** Moves the end of the app's memory by increment bytes; answers the former end, NULL when refused.
 */
void *memory_grow(intptr_t increment);

GANTRY_C_END

#endif
