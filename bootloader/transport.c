// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include "tool.h"

#include <string.h>

#include <base/checked.h>
#include <link/rate.h>

/* Body of the longest request that is understood where the engine is not: HELLO. */
enum { BODY = 20 };

/* A line where the engine is not. */
struct ear {
    struct link_decoder decoder;
    uint8_t payload[BODY + 8];
};

static const struct boot_config *board;
static struct link_device *engine;
static uint8_t active; /* index of the line where the engine is */
static uint8_t rated;  /* the line whose rate is or was raised */
static struct link_rate rate;

static const struct hil_serial *line(uint8_t index)
{
    return board->transports[index].serial;
}

void transport_open(const struct boot_config *config, struct link_device *link)
{
    board = config;
    engine = link;
    active = 0;
    for (uint8_t i = 0; i < config->transport_count; i++) {
        (void)line(i)->open(line(i), config->transports[i].rate, NULL);
    }
}

size_t transport_read(void *context, uint8_t *data, size_t capacity)
{
    (void)context;
    return line(active)->read(line(active), data, capacity);
}

size_t transport_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return line(active)->write(line(active), data, length);
}

uint8_t transport_rate(const uint8_t *arguments, size_t length)
{
    if (!rate.raised) {
        rated = active;
        rate.usual = board->transports[active].rate;
        rate.most = board->transports[active].rate_max;
    }
    return link_rate_ask(&rate, arguments, length);
}

void transport_settle(void)
{
    uint32_t next;

    if (rate.wanted == 0 && !rate.raised) {
        return;
    }
    next = link_rate_poll(&rate, engine, line(rated)->pending(line(rated)) == 0);
    if (next != 0) {
        (void)line(rated)->open(line(rated), next, NULL);
    }
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

/* A request gets its answer at once, without results; what does not fit into the line is lost. */
static void refuse(uint8_t index, uint8_t status)
{
    const uint8_t *request = ears[index].decoder.body;
    const uint8_t reply[4] = {request[0], request[1], request[2], status};
    uint8_t frame[LINK_FRAME_SIZE(sizeof reply)];
    size_t length =
        link_frame_encode(LINK_REPLY, reply, sizeof reply, NULL, 0, frame, sizeof frame);

    (void)line(index)->write(line(index), frame, length);
}

/* A frame that came in here. True: the engine has moved to this line. */
static bool take(uint8_t index)
{
    const struct link_decoder *decoder = &ears[index].decoder;
    bool busy = link_device_session(engine) || tool_is_there();

    if (decoder->type != LINK_REQUEST || decoder->length < 4) {
        return false;
    }
    if (decoder->body[2] != LINK_HELLO || busy) {
        refuse(index, busy ? LINK_BUSY : LINK_NO_SESSION);
        return false;
    }
    move_engine(index);
    link_device_take(engine, decoder);
    return true;
}

/* True: the engine has moved to this line. What comes behind the frame that moved it stays there.
 */
static bool listen(uint8_t index)
{
    uint8_t byte;

    if (ears[index].decoder.buffer == NULL) {
        listen_at(index);
    }
    while (line(index)->read(line(index), &byte, 1) > 0) {
        if (link_frame_feed(&ears[index].decoder, byte) == LINK_FOUND_FRAME && take(index)) {
            return true;
        }
    }
    if (tool_is_there() && line(index) == &boot_line.serial) {
        move_engine(index); /* the others hear BUSY from now on */
        return true;
    }
    return false;
}

void transport_listen(void)
{
    for (uint8_t i = 0; i < board->transport_count; i++) {
        if (i != active && listen(i)) {
            return;
        }
    }
}
