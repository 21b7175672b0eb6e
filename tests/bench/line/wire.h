// SPDX-License-Identifier: Apache-2.0
/*
 * One direction of a serial line, on a virtual clock: 10 bit times a byte, then a delay. A byte
 * that is received at another rate than it was sent at is another byte.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_QUEUE = 1 << 16 };

struct wire {
    uint8_t byte[WIRE_QUEUE];
    uint64_t due[WIRE_QUEUE];     /* when it is there, microseconds */
    uint32_t sent_at[WIRE_QUEUE]; /* the rate */
    uint32_t first;
    uint32_t end;
    uint64_t free_at; /* when the line can take the next byte, nanoseconds */
    uint32_t delay;   /* until what has arrived is seen, microseconds */
    uint32_t rate;    /* of the sender, bits per second */
    uint32_t most;    /* at which the cable still carries bytes; 0: any rate */
    uint64_t bytes;   /* ever sent */
};

/** Puts bytes on the line. @param spoilt  one of them arrives changed */
void wire_put(struct wire *wire, uint64_t now_us, const uint8_t *data, size_t length, bool spoilt);
/** Takes what has arrived, received at a rate; answers how many bytes. */
size_t wire_take(struct wire *wire, uint64_t now_us, uint32_t rate, uint8_t *data, size_t capacity);
/** Whether everything that was put on it has left the sender. */
bool wire_is_idle(const struct wire *wire, uint64_t now_us);

#endif
