// SPDX-License-Identifier: Apache-2.0
/*
 * What the sources of lib/app call, for their tests on the host: a kernel that gives memory and
 * takes text. And those sources' functions, under the names that tests know them by.
 */
#ifndef APP_KERNEL_H
#define APP_KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Text that the app wrote to the console, and in how many writes. */
extern char app_console[4096];
extern size_t app_console_used;
extern unsigned app_console_writes;

/* Gives the app an arena of `size` bytes whose end is `skew` bytes behind a multiple of 8. */
void app_memory_reset(size_t size, size_t skew);
/* Whether a range lies in what the app has asked for. */
bool app_memory_holds(const void *at, size_t size);

void *app_malloc(size_t size);
void *app_calloc(size_t count, size_t size);
void *app_realloc(void *block, size_t size);
void app_free(void *block);
void *app_memcpy(void *to, const void *from, size_t length);
void *app_memmove(void *to, const void *from, size_t length);
void *app_memset(void *to, int byte, size_t length);
int app_memcmp(const void *a, const void *b, size_t length);
size_t app_strlen(const char *text);
int app_strcmp(const char *a, const char *b);
int app_strncmp(const char *a, const char *b, size_t length);
char *app_strchr(const char *text, int byte);
int app_printf(const char *format, ...);
int app_snprintf(char *buffer, size_t size, const char *format, ...);

#endif
