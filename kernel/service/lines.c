// SPDX-License-Identifier: Apache-2.0
#include <kernel/lines.h>

#include <hil/error.h>
#include <kernel/timer.h>

#include "service.h"

/* Body of the longest request that is understood on a line that is not the active one: HELLO. */
enum { BODY = 20, REQUEST_HEAD = 3, CHUNK = 64, SILENCE_MS = 2000 };

/* What listens on a line while the session is on another. */
struct ear {
    struct link_decoder decoder;
    uint8_t payload[BODY + 8];
};

static const struct hil_serial *line[LINES_MAX];
static struct ear ears[LINES_MAX];
static uint8_t count;
static uint8_t active;
static bool held;    /* the active line's host has spoken a moment ago, without a session */
static bool engaged; /* it has a session */
static const struct hil_serial_client *user;
static uint32_t usual; /* rate of the first line */

static void let_go(void *context)
{
    (void)context;
    held = false;
    user->ready(user->context); /* bytes may wait on another line */
}

static struct timer silence = {.fired = let_go};

void lines_init(const struct hil_serial *const *lines, uint8_t line_count)
{
    count = line_count;
    active = 0;
    for (uint8_t i = 0; i < line_count; i++) {
        line[i] = lines[i];
    }
}

int lines_open(const struct hil_serial *serial, uint32_t rate,
               const struct hil_serial_client *client)
{
    int error = 0;

    (void)serial;
    user = client;
    usual = rate;
    for (uint8_t i = 0; i < count; i++) {
        int result = line[i]->open(line[i], rate, client);

        error = i == 0 ? result : error;
    }
    return error;
}

bool lines_are_open(void)
{
    return user != NULL;
}

int lines_rate(uint32_t rate)
{
    return active != 0 && rate != usual ? (int)HIL_E_UNSUPPORTED
                                        : line[0]->open(line[0], rate, user);
}

/* A request is answered without results; what finds no room on the line is asked again. */
static void refuse(uint8_t index)
{
    const struct link_decoder *request = &ears[index].decoder;
    const uint8_t reply[] = {request->body[0], request->body[1], request->body[2], LINK_BUSY};
    uint8_t frame[LINK_FRAME_SIZE(sizeof reply)];
    size_t length =
        link_frame_encode(LINK_REPLY, reply, sizeof reply, NULL, 0, frame, sizeof frame);

    (void)line[index]->write(line[index], frame, length);
}

/* Takes some of what has come in on a line that the session is not on; text is nobody's. */
static void listen(uint8_t index)
{
    struct link_decoder *decoder = &ears[index].decoder;
    uint8_t chunk[CHUNK];
    size_t got = line[index]->read(line[index], chunk, sizeof chunk);

    for (size_t i = 0; i < got; i++) {
        if (link_frame_feed(decoder, chunk[i]) == LINK_FOUND_FRAME &&
            decoder->type == LINK_REQUEST && decoder->length >= REQUEST_HEAD) {
            refuse(index);
        }
    }
    if (got == sizeof chunk) {
        user->ready(user->context); /* a flood must not hold the kernel loop */
    }
}

static void listen_elsewhere(void)
{
    for (uint8_t i = 0; i < count; i++) {
        if (i != active) {
            listen(i);
        }
    }
}

/* When a session has ended its line is let go at once. */
static void follow_session(void)
{
    bool now = link_device_session(&service_link);

    if (now == engaged) {
        return;
    }
    engaged = now;
    held = false;
    for (uint8_t i = 0; i < count; i++) {
        link_decoder_init(&ears[i].decoder, ears[i].payload, sizeof ears[i].payload);
    }
}

static size_t read_any(uint8_t *data, size_t capacity)
{
    for (uint8_t i = 0; i < count; i++) {
        size_t got = line[i]->read(line[i], data, capacity);

        if (got > 0) {
            if (i != active) {
                link_device_line(&service_link); /* what is half sent or received is the other's */
            }
            active = i;
            return got;
        }
    }
    return 0;
}

size_t lines_read(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    size_t got;

    (void)serial;
    follow_session();
    got = line[active]->read(line[active], data, capacity);
    if (engaged) {
        if (got == 0) {
            listen_elsewhere(); /* once the active line is read empty, not at each byte */
        }
        return got;
    }
    got = got == 0 && !held ? read_any(data, capacity) : got;
    if (got > 0) {
        held = true;
        timer_arm(&silence, timer_now(), timer_from_ms(SILENCE_MS));
    }
    return got;
}

size_t lines_write(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    (void)serial;
    return line[active]->write(line[active], data, length);
}

size_t lines_pending(const struct hil_serial *serial)
{
    (void)serial;
    return line[active]->pending(line[active]);
}

uint32_t lines_overruns(const struct hil_serial *serial)
{
    (void)serial;
    return line[active]->overruns(line[active]);
}
