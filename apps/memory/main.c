// SPDX-License-Identifier: Apache-2.0
/*
 * The kernel's memcpy, memmove and memset, which are assembly, run here as part of an app: each
 * length, alignment and overlap against the same done byte by byte.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gantry/console.h>

/* Named so by apps/CMakeLists.txt. */
void *kernel_memcpy(void *to, const void *from, size_t length);
void *kernel_memmove(void *to, const void *from, size_t length);
void *kernel_memset(void *to, int value, size_t length);

enum { SIZE = 320, LENGTH_MAX = 280, EDGE = 8 };

static uint8_t area[SIZE];
static uint8_t wanted[SIZE];
static uint8_t source[SIZE];
static unsigned passed;
static unsigned failed;

static void prepare(void)
{
    for (uint32_t i = 0; i < SIZE; i++) {
        area[i] = wanted[i] = (uint8_t)(i * 7 + 3);
        source[i] = (uint8_t)(i * 13 + 5);
    }
}

static void compare(const void *answer, const void *to)
{
    bool equal = answer == to;

    for (uint32_t i = 0; i < SIZE; i++) {
        equal = equal && area[i] == wanted[i];
    }
    passed += equal ? 1 : 0;
    failed += equal ? 0 : 1;
}

static void fills(uint32_t at, uint32_t length)
{
    prepare();
    for (uint32_t i = 0; i < length; i++) {
        wanted[at + i] = 0xA5;
    }
    compare(kernel_memset(area + at, 0x7A5, length), area + at);
}

static void copies(uint32_t at, uint32_t from, uint32_t length)
{
    prepare();
    for (uint32_t i = 0; i < length; i++) {
        wanted[at + i] = source[from + i];
    }
    compare(kernel_memcpy(area + at, source + from, length), area + at);
}

static void moves(uint32_t at, uint32_t from, uint32_t length)
{
    prepare();
    for (uint32_t i = 0; i < length; i++) {
        wanted[at + i] = area[from + i];
    }
    compare(kernel_memmove(area + at, area + from, length), area + at);
}

int main(void)
{
    static const uint8_t distances[] = {0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31};

    for (uint32_t length = 0; length <= LENGTH_MAX; length += length < 80 ? 1 : 9) {
        for (uint32_t at = 0; at < 4; at++) {
            fills(at + EDGE, length);
            for (uint32_t from = 0; from < 4; from++) {
                copies(at + EDGE, from, length);
            }
        }
        for (uint32_t i = 0; i < sizeof distances; i++) {
            moves(EDGE, EDGE + distances[i] % EDGE, length);
            moves(EDGE + distances[i], EDGE, length);
            moves(EDGE, EDGE + distances[i], length);
        }
    }
    printf("memory: %u passed, %u failed\r\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
