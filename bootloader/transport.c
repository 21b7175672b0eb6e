// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include <string.h>

#include <base/checked.h>

enum {
    BODY = 20,  /* of the longest request that is understood where the engine is not: HELLO */
    CHUNK = 16, /* bytes that are looked at in one go */
    FRAME = LINK_FRAME_SIZE(BODY)
};

/* A line where the engine is not. */
struct ear {
    struct link_decoder decoder;
    uint8_t payload[BODY + 8];
};

static const struct boot_config *board;
static struct link_device *engine;
static uint8_t active;                       /* index of the line where the engine is */
static struct ear ears[BOOT_TRANSPORTS_MAX]; /* the active one's is idle */
static uint8_t moved[FRAME + CHUNK];         /* came in before the engine did */
static size_t moved_length;
static size_t moved_taken;

static const struct hil_serial *line(uint8_t index)
{
    return board->transports[index].serial;
}

static void listen_at(uint8_t index)
{
    link_decoder_init(&ears[index].decoder, ears[index].payload, sizeof ears[index].payload);
}

void transport_open(const struct boot_config *config, struct link_device *link)
{
    board = config;
    engine = link;
    active = 0;
    moved_length = 0;
    moved_taken = 0;
    for (uint8_t i = 0; i < config->transport_count; i++) {
        (void)line(i)->open(line(i), config->transports[i].rate, NULL);
        listen_at(i);
    }
}

size_t transport_read(void *context, uint8_t *data, size_t capacity)
{
    size_t count = moved_length - moved_taken;

    (void)context;
    if (count > 0) {
        count = count < capacity ? count : capacity;
        memcpy(data, moved + moved_taken, count);
        moved_taken += count;
        return count;
    }
    return line(active)->read(line(active), data, capacity);
}

size_t transport_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return line(active)->write(line(active), data, length);
}

/* The engine goes to another line, where the frame that was found and then `rest` came in. */
static void move_to(uint8_t index, const uint8_t *rest, size_t length)
{
    const struct link_decoder *frame = &ears[index].decoder;

    moved_length =
        link_frame_encode(frame->type, frame->body, frame->length, NULL, 0, moved, FRAME);
    memcpy(moved + moved_length, rest, length);
    moved_length += length;
    moved_taken = 0;
    listen_at(active);
    active = index;
    link_device_line(engine);
}

/* A request gets its answer at once, without results; what does not fit into the line is lost. */
static void refuse(uint8_t index)
{
    const uint8_t *request = ears[index].decoder.body;
    uint8_t status = link_device_session(engine) ? LINK_BUSY : LINK_NO_SESSION;
    const uint8_t reply[4] = {request[0], request[1], request[2], status};
    uint8_t frame[LINK_FRAME_SIZE(sizeof reply)];
    size_t length =
        link_frame_encode(LINK_REPLY, reply, sizeof reply, NULL, 0, frame, sizeof frame);

    (void)line(index)->write(line(index), frame, length);
}

/* True: the engine has moved to this line. */
static bool listen(uint8_t index)
{
    const struct link_decoder *decoder = &ears[index].decoder;
    uint8_t chunk[CHUNK];
    size_t count = line(index)->read(line(index), chunk, sizeof chunk);

    for (size_t i = 0; i < count; i++) {
        if (link_frame_feed(&ears[index].decoder, chunk[i]) != LINK_FOUND_FRAME ||
            decoder->type != LINK_REQUEST || decoder->length < 4) {
            continue;
        }
        if (decoder->body[2] == LINK_HELLO && !link_device_session(engine)) {
            move_to(index, chunk + i + 1, count - i - 1);
            return true;
        }
        refuse(index);
    }
    return false;
}

void transport_listen(void)
{
    for (uint8_t i = 0; i < board->transport_count; i++) {
        if (i != active && moved_taken == moved_length && listen(i)) {
            return;
        }
    }
}
