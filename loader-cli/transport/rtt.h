// SPDX-License-Identifier: Apache-2.0
/*
 * Real-time transfer: rings of bytes in a target's RAM, which a debug probe reads and writes while
 * the target runs. A control block says where they are; it is found by the sixteen bytes it begins
 * with. What is in RAM is not trusted: every number is checked each time, for the target may be
 * starting anew, or writing wherever it likes.
 *
 * Layout, little-endian words: 16 bytes "SEGGER RTT" and zeros; number of up rings (to the host);
 * number of down rings; then one descriptor for each, up first: name, bytes, size, write offset,
 * read offset, flags. A ring is empty when the offsets are equal; one byte of it is never used.
 * Each side writes its own offset alone.
 *
 * Single-threaded.
 */
#ifndef TRANSPORT_RTT_H
#define TRANSPORT_RTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTT_RINGS_MAX = 16 /* of a direction; a block with more is none */, RTT_NAME_MAX = 32 };

/** The target's memory. Functions answer 0 or a negative enum link_error. */
struct rtt_memory {
    int (*read)(void *context, uint32_t address, uint8_t *data, uint32_t length);
    int (*write)(void *context, uint32_t address, const uint8_t *data, uint32_t length);
    void *context;
};

/** A ring as it was read last. */
struct rtt_ring {
    uint32_t descriptor; /* where it is described */
    uint32_t name;
    uint32_t bytes;
    uint32_t size;
    uint32_t write;
    uint32_t read;
};

struct rtt {
    struct rtt_memory memory;
    uint32_t start; /* of the RAM */
    uint32_t size;  /* of it; becomes less when the rest cannot be read */
    uint32_t next;  /* where the search goes on, from the start */
    uint32_t block; /* where the control block is; only with `found` */
    bool found;
    uint32_t up_count;
    uint32_t down_count;
    struct rtt_ring up[RTT_RINGS_MAX];
    struct rtt_ring down[RTT_RINGS_MAX];
};

/** Begins: nothing is found yet. start + size does not exceed 32 bits. */
void rtt_init(struct rtt *rtt, const struct rtt_memory *memory, uint32_t start, uint32_t size);

/**
 * Looks for a control block, where the search was left; behind the end it begins anew.
 * @param budget  bytes to look through at most, before it is left again
 * @return 0, also when none was found (yet); or a negative enum link_error: nothing can be read
 */
int rtt_search(struct rtt *rtt, uint32_t budget);

/**
 * Reads the control block anew, and with it the offsets of all rings.
 * @return 0; `found` is false when it is gone, and then it has to be searched for
 */
int rtt_look(struct rtt *rtt);

/** Whether a ring's numbers can be true. */
bool rtt_is_sound(const struct rtt *rtt, const struct rtt_ring *ring);

/**
 * Takes what an up ring holds, as of the latest look.
 * @return bytes; LINK_E_PROTOCOL: the ring is not sound; or another negative enum link_error
 */
int rtt_take(struct rtt *rtt, uint32_t ring, uint8_t *data, uint32_t capacity);

/**
 * Gives bytes to a down ring, as of the latest look.
 * @return how many it took; LINK_E_PROTOCOL: there is no such ring, or it is not sound; or another
 *         negative enum link_error
 */
int rtt_give(struct rtt *rtt, uint32_t ring, const uint8_t *data, uint32_t length);

/**
 * The name of an up ring, up to RTT_NAME_MAX bytes, as it is in memory.
 * @param name  RTT_NAME_MAX + 1 bytes; "": it has none that can be read
 */
void rtt_name(struct rtt *rtt, uint32_t ring, char *name);

#endif
