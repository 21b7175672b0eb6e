// SPDX-License-Identifier: Apache-2.0
/* A board for Tock's protocol: two arrays for the line, one for the flash. */
#ifndef TESTS_LEGACY_BENCH_H
#define TESTS_LEGACY_BENCH_H

#include <bootloader/line.h>

#define BENCH_ATTRIBUTES 0x2F000u /* the page before the apps */
#define BENCH_APPS       0x30000u
#define BENCH_END        0x60000u
#define BENCH_FLAGS      0x400u
#define BENCH_FLAGS_SIZE 0x200u
#define BENCH_RATE       115200u
#define BENCH_RATE_MAX   921600u

enum { BENCH_LINE = 1 << 18 };

struct bench {
    struct hil_serial serial; /* first: found by it */
    const uint8_t *in;        /* what the host has sent and the board has not read */
    size_t in_left;
    uint8_t out[BENCH_LINE]; /* what the board has sent */
    size_t out_used;
    size_t room;    /* bytes that the line takes now */
    size_t waiting; /* bytes that have not left yet */
    uint32_t rate;
    uint32_t now;
    uint8_t memory[BENCH_END - BENCH_ATTRIBUTES];
    uint8_t flags[BENCH_FLAGS_SIZE];
    uint8_t attributes[LEGACY_ATTRIBUTES][LEGACY_ATTRIBUTE_SIZE];
    uint32_t start;
    unsigned leaves;
    unsigned writes;
    bool open;      /* something was written and not settled */
    uint8_t broken; /* what writing answers; 0: it works */
};

extern struct bench bench;
extern const struct legacy_config bench_config;

/* Everything as it is when the board starts. */
void bench_reset(void);
/* What the board holds at an address; NULL: nothing that the bench knows. */
uint8_t *bench_at(uint32_t address, uint32_t length);

#endif
