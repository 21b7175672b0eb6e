// SPDX-License-Identifier: Apache-2.0
/*
 * For the apps that check what the kernel computes: known answers in hexadecimal, the long text
 * that takes the kernel a while, and rounds without end, each of which ends with a line.
 */
#ifndef APPS_VECTORS_H
#define APPS_VECTORS_H

#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/memory.h>

enum { LONG_TEXT = 4096 };

static inline uint8_t hex_digit(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/** Turns hexadecimal into bytes; answers how many. */
static inline size_t from_hex(const char *hex, uint8_t *data)
{
    size_t length = strlen(hex) / 2;

    for (size_t i = 0; i < length; i++) {
        data[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    return length;
}

/** Whether bytes are those. */
static inline bool is_hex(const uint8_t *data, const char *hex)
{
    uint8_t expected[64];

    return memcmp(data, expected, from_hex(hex, expected)) == 0;
}

/** Fills the long text. */
static inline void fill(uint8_t text[LONG_TEXT])
{
    for (size_t i = 0; i < LONG_TEXT; i++) {
        text[i] = (uint8_t)(i * 7 + 3);
    }
}

/** What an upcall told, for those that keep it there. */
struct told {
    bool done;
    uint32_t argument[3];
};

/** An upcall function whose userdata is a struct told. */
static inline void tell(uint32_t argument0, uint32_t argument1, uint32_t argument2, void *userdata)
{
    *(struct told *)userdata = (struct told){true, {argument0, argument1, argument2}};
}

/** Yields until an upcall told its arguments; answers the first, the status. */
static inline enum abi_error await(struct told *told)
{
    while (!told->done) {
        syscall_yield_wait();
    }
    told->done = false;
    return (enum abi_error)told->argument[0];
}

/** Goes through the checks for ever and says how each round was; they answer NULL or what is wrong.
 */
static inline _Noreturn void rounds(const char *name, const char *(*check)(void))
{
    for (unsigned long round = 1;; round++) {
        const char *wrong = check();

        printf("%s: round %lu %s\r\n", name, round, wrong == NULL ? "right" : wrong);
        alarm_sleep_ms(20);
    }
}

#endif
