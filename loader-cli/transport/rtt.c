// SPDX-License-Identifier: Apache-2.0
#include "rtt.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <link/error.h>

enum {
    MAGIC = 16,
    HEAD = MAGIC + 8,
    DESCRIPTOR = 24,
    BLOCK_MAX = HEAD + 2 * RTT_RINGS_MAX * DESCRIPTOR,
    STEP = 1024,
    WORD = 4,
    WRITE_OFFSET = 12, /* in a descriptor */
    READ_OFFSET = 16
};

/* Put together when it is used: this program's own memory is no place to find it in. */
static bool is_magic(const uint8_t *at)
{
    return memcmp(at, "SEGGER", 6) == 0 && memcmp(at + 6, " RTT", 4) == 0 &&
           bytes_all(at + 10, MAGIC - 10, 0);
}

void rtt_init(struct rtt *rtt, const struct rtt_memory *memory, uint32_t start, uint32_t size)
{
    *rtt = (struct rtt){.memory = *memory, .start = start, .size = size};
}

static int read_target(struct rtt *rtt, uint32_t address, uint8_t *data, uint32_t length)
{
    return rtt->memory.read(rtt->memory.context, address, data, length);
}

static bool is_inside(const struct rtt *rtt, uint32_t address, uint32_t length)
{
    return ck_range_in(address, length, rtt->start, rtt->start + rtt->size);
}

bool rtt_is_sound(const struct rtt *rtt, const struct rtt_ring *ring)
{
    return ring->size >= 2 && is_inside(rtt, ring->bytes, ring->size) && ring->write < ring->size &&
           ring->read < ring->size;
}

static void get_ring(struct rtt_ring *ring, uint32_t descriptor, const uint8_t *bytes)
{
    *ring = (struct rtt_ring){
        .descriptor = descriptor,
        .name = bytes_get_u32(bytes),
        .bytes = bytes_get_u32(bytes + 4),
        .size = bytes_get_u32(bytes + 8),
        .write = bytes_get_u32(bytes + WRITE_OFFSET),
        .read = bytes_get_u32(bytes + READ_OFFSET),
    };
}

int rtt_look(struct rtt *rtt)
{
    const uint32_t block = rtt->block;
    uint8_t bytes[BLOCK_MAX];
    uint32_t length = HEAD;
    int error;

    rtt->found = false;
    if (!is_inside(rtt, block, HEAD)) {
        return 0;
    }
    /* As much as it had before: one question is enough when nothing has changed. */
    if (is_inside(rtt, block, HEAD + (rtt->up_count + rtt->down_count) * DESCRIPTOR)) {
        length += (rtt->up_count + rtt->down_count) * DESCRIPTOR;
    }
    error = read_target(rtt, block, bytes, length);
    if (error != 0) {
        return error;
    }
    rtt->up_count = bytes_get_u32(bytes + MAGIC);
    rtt->down_count = bytes_get_u32(bytes + MAGIC + 4);
    if (!is_magic(bytes) || rtt->up_count > RTT_RINGS_MAX || rtt->down_count > RTT_RINGS_MAX ||
        rtt->up_count + rtt->down_count == 0 ||
        !is_inside(rtt, block, HEAD + (rtt->up_count + rtt->down_count) * DESCRIPTOR)) {
        rtt->up_count = 0;
        rtt->down_count = 0;
        return 0;
    }
    if (length < HEAD + (rtt->up_count + rtt->down_count) * DESCRIPTOR) {
        length = HEAD + (rtt->up_count + rtt->down_count) * DESCRIPTOR;
        error = read_target(rtt, block, bytes, length);
    }
    for (uint32_t i = 0; error == 0 && i < rtt->up_count + rtt->down_count; i++) {
        const uint32_t at = HEAD + i * DESCRIPTOR;

        get_ring(i < rtt->up_count ? &rtt->up[i] : &rtt->down[i - rtt->up_count], block + at,
                 bytes + at);
    }
    rtt->found = error == 0;
    return error;
}

/* Looks at what begins with the magic bytes: by chance, or left over, there may be others. */
static int try_block(struct rtt *rtt, uint32_t address)
{
    int error;
    bool sound = false;

    rtt->block = address;
    rtt->up_count = 0;
    rtt->down_count = 0;
    error = rtt_look(rtt);
    for (uint32_t i = 0; rtt->found && i < rtt->up_count + rtt->down_count; i++) {
        sound = sound ||
                rtt_is_sound(rtt, i < rtt->up_count ? &rtt->up[i] : &rtt->down[i - rtt->up_count]);
    }
    rtt->found = rtt->found && sound;
    return error;
}

/* What cannot be read ends the RAM, unless it is its beginning. */
static int read_step(struct rtt *rtt, uint8_t *bytes, uint32_t *length)
{
    int error;

    *length = ck_min(STEP + MAGIC - WORD, rtt->size - rtt->next);
    error = read_target(rtt, rtt->start + rtt->next, bytes, *length);
    if (error != 0 && *length > STEP) {
        *length = STEP; /* the bytes that the next step begins with may be the first behind it */
        error = read_target(rtt, rtt->start + rtt->next, bytes, *length);
    }
    if (error == LINK_E_IO && rtt->next > 0) {
        rtt->size = rtt->next;
        *length = 0;
        error = 0;
    }
    return error;
}

int rtt_search(struct rtt *rtt, uint32_t budget)
{
    uint8_t bytes[STEP + MAGIC];
    int error = 0;

    for (uint32_t looked = 0; error == 0 && !rtt->found && looked < budget; looked += STEP) {
        uint32_t length;

        if (rtt->next >= rtt->size) {
            rtt->next = 0;
        }
        error = read_step(rtt, bytes, &length);
        for (uint32_t i = 0; error == 0 && !rtt->found && i + MAGIC <= length; i += WORD) {
            if (is_magic(bytes + i)) {
                error = try_block(rtt, rtt->start + rtt->next + i);
            }
        }
        rtt->next = error == 0 ? rtt->next + STEP : rtt->next;
    }
    return error;
}

static int put_offset(struct rtt *rtt, uint32_t address, uint32_t value)
{
    uint8_t bytes[WORD];

    bytes_put_u32(bytes, value);
    return rtt->memory.write(rtt->memory.context, address, bytes, sizeof bytes);
}

int rtt_take(struct rtt *rtt, uint32_t ring, uint8_t *data, uint32_t capacity)
{
    struct rtt_ring *r = ring < rtt->up_count ? &rtt->up[ring] : NULL;
    uint32_t taken = 0;
    int error = 0;

    if (r == NULL || !rtt_is_sound(rtt, r)) {
        return LINK_E_PROTOCOL;
    }
    while (error == 0 && r->read != r->write && taken < capacity) {
        const uint32_t end = r->write > r->read ? r->write : r->size;
        const uint32_t part = ck_min(end - r->read, capacity - taken);

        error = read_target(rtt, r->bytes + r->read, data + taken, part);
        taken += error == 0 ? part : 0;
        r->read = error == 0 ? (r->read + part) % r->size : r->read;
    }
    if (error == 0 && taken > 0) {
        error = put_offset(rtt, r->descriptor + READ_OFFSET, r->read);
    }
    return error != 0 ? error : (int)taken;
}

int rtt_give(struct rtt *rtt, uint32_t ring, const uint8_t *data, uint32_t length)
{
    struct rtt_ring *r = ring < rtt->down_count ? &rtt->down[ring] : NULL;
    uint32_t given = 0;
    int error = 0;

    if (r == NULL || !rtt_is_sound(rtt, r)) {
        return LINK_E_PROTOCOL;
    }
    while (error == 0 && given < length) {
        const uint32_t free_bytes = (r->read + r->size - r->write - 1) % r->size;
        const uint32_t part = ck_min(ck_min(free_bytes, r->size - r->write), length - given);

        if (part == 0) {
            break;
        }
        error = rtt->memory.write(rtt->memory.context, r->bytes + r->write, data + given, part);
        given += error == 0 ? part : 0;
        r->write = error == 0 ? (r->write + part) % r->size : r->write;
    }
    if (error == 0 && given > 0) {
        error = put_offset(rtt, r->descriptor + WRITE_OFFSET, r->write);
    }
    return error != 0 ? error : (int)given;
}

void rtt_name(struct rtt *rtt, uint32_t ring, char *name)
{
    memset(name, 0, RTT_NAME_MAX + 1);
    if (ring < rtt->up_count && rtt->up[ring].name != 0 &&
        rtt->up[ring].name <= UINT32_MAX - RTT_NAME_MAX &&
        read_target(rtt, rtt->up[ring].name, (uint8_t *)name, RTT_NAME_MAX) != 0) {
        memset(name, 0, RTT_NAME_MAX);
    }
}
