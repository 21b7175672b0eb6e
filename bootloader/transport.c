// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include "tool.h"

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
static uint8_t active;            /* index of the line where the engine is */
static const uint8_t *moved_next; /* what came in before the engine did */
static size_t moved_left;

static const struct hil_serial *line(uint8_t index)
{
    return board->transports[index].serial;
}

void transport_open(const struct boot_config *config, struct link_device *link)
{
    board = config;
    engine = link;
    active = 0;
    moved_left = 0;
    for (uint8_t i = 0; i < config->transport_count; i++) {
        (void)line(i)->open(line(i), config->transports[i].rate, NULL);
    }
}

size_t transport_read(void *context, uint8_t *data, size_t capacity)
{
    size_t count = moved_left < capacity ? moved_left : capacity;

    (void)context;
    if (count == 0) {
        return line(active)->read(line(active), data, capacity);
    }
    memcpy(data, moved_next, count);
    moved_next += count;
    moved_left -= count;
    return count;
}

size_t transport_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return line(active)->write(line(active), data, length);
}

/*
 * From here on: what only a board with several lines needs. Where nothing names
 * transport_listen(), none of it is linked.
 */
static struct ear ears[BOOT_TRANSPORTS_MAX]; /* the active one's is idle */

static void listen_at(uint8_t index)
{
    link_decoder_init(&ears[index].decoder, ears[index].payload, sizeof ears[index].payload);
}

static void move_engine(uint8_t index)
{
    listen_at(active);
    active = index;
    link_device_line(engine);
}

/* The engine goes to another line, where the frame that was found and then `rest` came in. */
static void move_to(uint8_t index, const uint8_t *rest, size_t length)
{
    static uint8_t moved[FRAME + CHUNK];
    const struct link_decoder *frame = &ears[index].decoder;

    moved_left = link_frame_encode(frame->type, frame->body, frame->length, NULL, 0, moved, FRAME);
    memcpy(moved + moved_left, rest, length);
    moved_left += length;
    moved_next = moved;
    move_engine(index);
}

static bool is_free(void)
{
    return !link_device_session(engine) && !tool_is_there();
}

/* A request gets its answer at once, without results; what does not fit into the line is lost. */
static void refuse(uint8_t index)
{
    const uint8_t *request = ears[index].decoder.body;
    uint8_t status = is_free() ? LINK_NO_SESSION : LINK_BUSY;
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

    if (tool_is_there() && line(index) == &boot_line.serial) {
        move_engine(index); /* the others hear BUSY from now on */
        return true;
    }
    if (ears[index].decoder.buffer == NULL) {
        listen_at(index);
    }
    for (size_t i = 0; i < count; i++) {
        if (link_frame_feed(&ears[index].decoder, chunk[i]) != LINK_FOUND_FRAME ||
            decoder->type != LINK_REQUEST || decoder->length < 4) {
            continue;
        }
        if (decoder->body[2] == LINK_HELLO && is_free()) {
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
        if (i != active && moved_left == 0 && listen(i)) {
            return;
        }
    }
}
