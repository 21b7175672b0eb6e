// SPDX-License-Identifier: Apache-2.0
#include <link/device.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>

#include "replay.h"

enum { CHUNK = 64, REQUEST_HEAD = 4, DATA_HEAD = 4, EVENT_HEAD = 1 };

void link_device_init(struct link_device *device, const struct link_device_config *config)
{
    memset(device, 0, sizeof *device);
    device->config = config;
    link_decoder_init(&device->decoder, device->payload, sizeof device->payload);
}

void link_device_line(struct link_device *device)
{
    link_decoder_init(&device->decoder, device->payload, sizeof device->payload);
    device->staged_length = 0;
    device->staged_sent = 0;
    device->reply_due = false;
    device->ack_due = false;
    device->held = false;
}

bool link_device_session(const struct link_device *device)
{
    return device->session;
}

static void end_session(struct link_device *device)
{
    if (device->session) {
        device->session = false;
        device->pending = false;
        device->held = false;
        device->reply_due = false;
        device->event_length = 0;
        if (device->config->session != NULL) {
            device->config->session(device->config->context, false);
        }
    }
}

/* Keeps a reply for sending, and for sending again when the request comes again. */
static void answer(struct link_device *device, uint16_t sequence, uint8_t command, uint8_t status,
                   const struct link_reply *reply)
{
    bytes_put_u16(device->reply, sequence);
    device->reply[2] = command;
    device->reply[3] = status;
    device->reply_length = REQUEST_HEAD;
    if (reply != NULL && reply->length <= sizeof reply->data) {
        memcpy(device->reply + REQUEST_HEAD, reply->data, reply->length);
        device->reply_length += reply->length;
    }
    device->reply_due = true;
}

static void hello(struct link_device *device, uint16_t sequence)
{
    struct link_reply reply;
    struct link_hello message = {
        .version = LINK_VERSION,
        .mode = device->config->mode,
        .window = device->config->window,
        .block = LINK_BLOCK,
        .session = ++device->session_number,
    };

    end_session(device);
    device->session = true;
    device->dropped_due = device->dropped > 0;
    reply.length = link_put_hello(&message, reply.data, sizeof reply.data);
    answer(device, sequence, LINK_HELLO, LINK_OK, &reply);
    if (device->config->session != NULL) {
        device->config->session(device->config->context, true);
    }
}

/* Commands that the engine answers itself; false for the others. */
static bool own_command(struct link_device *device, uint16_t sequence, uint8_t command)
{
    struct link_reply reply;

    switch (command) {
    case LINK_HELLO:
        hello(device, sequence);
        return true;
    case LINK_BYE:
    case LINK_PING:
        answer(device, sequence, command, LINK_OK, NULL);
        return true;
    case LINK_STATISTICS:
        reply.length = link_put_statistics(&device->statistics, reply.data, sizeof reply.data);
        answer(device, sequence, command, LINK_OK, &reply);
        return true;
    default:
        return false;
    }
}

static void new_request(struct link_device *device, uint16_t sequence, uint8_t command,
                        const uint8_t *arguments, size_t length)
{
    struct link_reply reply = {.length = 0};
    uint8_t status;

    device->sequence = sequence;
    device->command = command;
    device->answered = true;
    if (!device->session && command != LINK_HELLO && command != LINK_BYE) {
        answer(device, sequence, command, LINK_NO_SESSION, NULL);
        return;
    }
    if (own_command(device, sequence, command)) {
        return;
    }
    status = device->config->request(device->config->context, command, arguments, length, &reply);
    if (status == LINK_PENDING) {
        if (device->pending) {
            answer(device, sequence, command, LINK_BUSY, NULL);
            return;
        }
        device->pending = true;
        device->pending_sequence = sequence;
        device->pending_command = command;
    }
    answer(device, sequence, command, status, &reply);
    if (status == LINK_INCOMPLETE) {
        device->ack_due = device->transfer;
    }
}

static void take_request(struct link_device *device, const uint8_t *body, size_t length)
{
    uint16_t sequence;
    uint8_t command;

    if (length < REQUEST_HEAD) {
        return;
    }
    sequence = bytes_get_u16(body);
    command = body[2];
    if (device->pending && sequence == device->pending_sequence &&
        command == device->pending_command) {
        answer(device, sequence, command, LINK_PENDING, NULL); /* still at it */
        device->statistics.repeated++;
        return;
    }
    if (device->answered && sequence == device->sequence && command == device->command &&
        device->session) {
        device->reply_due = true; /* came again: the reply was lost, or is late */
        device->statistics.repeated++;
        return;
    }
    new_request(device, sequence, command, body + REQUEST_HEAD, length - REQUEST_HEAD);
}

void link_device_complete(struct link_device *device, uint8_t status,
                          const struct link_reply *reply)
{
    if (!device->pending) {
        return; /* the session that asked is gone */
    }
    device->pending = false;
    device->sequence = device->pending_sequence;
    device->command = device->pending_command;
    answer(device, device->pending_sequence, device->pending_command, status, reply);
    if (device->held) {
        device->held = false;
        link_device_take(device, &device->decoder);
    }
}

void link_device_transfer(struct link_device *device, uint32_t total, uint32_t offset)
{
    device->transfer = true;
    device->total = total;
    device->base = offset;
    device->bitmap = 0;
    device->transfer_status = LINK_OK;
}

bool link_device_transfer_complete(const struct link_device *device)
{
    return device->transfer && device->base == device->total;
}

void link_device_transfer_close(struct link_device *device)
{
    device->transfer = false;
    device->ack_due = false;
}

/* Where the base will be once the block at the base has arrived; *blocks: how many it moves over.
 */
static uint32_t next_base(const struct link_device *device, uint32_t *blocks)
{
    uint32_t base = device->base;
    uint32_t bitmap = device->bitmap;

    *blocks = 0;
    do {
        base = device->total - base > LINK_BLOCK ? base + LINK_BLOCK : device->total;
        ++*blocks;
        bitmap = *blocks > 1 ? bitmap >> 1 : bitmap;
    } while ((bitmap & 1u) != 0 && base < device->total);
    return base;
}

static void take_data(struct link_device *device, const uint8_t *body, size_t length)
{
    uint32_t offset = length > DATA_HEAD ? bytes_get_u32(body) : 0;
    uint32_t size = (uint32_t)(length - DATA_HEAD);
    uint32_t ahead = (offset - device->base) / LINK_BLOCK;
    uint32_t wanted;
    uint32_t blocks = 0;
    uint32_t complete;
    uint8_t status;

    if (!device->session || !device->transfer || length <= DATA_HEAD ||
        device->transfer_status != LINK_OK || offset >= device->total) {
        device->ack_due = device->session && device->transfer;
        return;
    }
    device->ack_due = true;
    wanted = ck_min(LINK_BLOCK, device->total - offset);
    if (offset < device->base || (offset - device->base) % LINK_BLOCK != 0 ||
        ahead >= device->config->window || size != wanted ||
        (ahead > 0 && (device->bitmap >> (ahead - 1) & 1u) != 0)) {
        return; /* came again, or not what was asked for */
    }
    complete = ahead == 0 ? next_base(device, &blocks) : device->base;
    status =
        device->config->data(device->config->context, offset, body + DATA_HEAD, size, complete);
    if (status != LINK_OK) {
        device->transfer_status = status == LINK_BUSY ? (uint8_t)LINK_OK : status;
        return;
    }
    if (ahead > 0) {
        device->bitmap |= 1u << (ahead - 1);
    } else {
        device->base = complete;
        device->bitmap = blocks < 32 ? device->bitmap >> blocks : 0;
    }
}

void link_device_take(struct link_device *device, const struct link_decoder *frame)
{
    /* Sent ahead, while BEGIN is at work: it waits, and with it all that the line has behind it. */
    device->held = frame->type == LINK_DATA && device->pending && !device->transfer;
    if (device->held) {
        return;
    }
    device->statistics.frames++;
    device->heard_ms = device->config->now_ms(device->config->context);
    if (frame->type == LINK_REQUEST) {
        take_request(device, frame->body, frame->length);
    } else if (frame->type == LINK_DATA) {
        take_data(device, frame->body, frame->length);
    }
}

/* A host that is gone may have left half a frame: what comes after a silence may be typed. */
static void expect_text(struct link_device *device)
{
    uint32_t now = device->config->now_ms(device->config->context);

    if (now - device->received_ms >= LINK_SESSION_MS) {
        link_decoder_drop(&device->decoder);
    }
    device->received_ms = now;
}

static void take_byte(struct link_device *device, uint8_t byte)
{
    switch (link_frame_feed(&device->decoder, byte)) {
    case LINK_FOUND_FRAME:
        link_device_take(device, &device->decoder);
        break;
    case LINK_FOUND_BAD:
        device->statistics.bad++;
        /* Data that was lost is asked for at once, not after a time-out. */
        device->ack_due = device->ack_due || (device->session && device->transfer);
        break;
    case LINK_FOUND_TEXT:
        if (device->config->text != NULL && !device->session) {
            device->config->text(device->config->context, byte);
        }
        break;
    default:
        break;
    }
}

/*
 * A host may ask again before it has the answer: while one waits for the line, what comes next
 * waits in the line's buffer.
 */
static bool receive(struct link_device *device)
{
    uint8_t byte;

    for (unsigned i = 0; i < CHUNK; i++) {
        if (device->held) {
            return false;
        }
        if (device->reply_due || device->config->read(device->config->context, &byte, 1) == 0) {
            return device->reply_due;
        }
        if (i == 0) {
            expect_text(device);
        }
        take_byte(device, byte);
    }
    return true;
}

/* Puts a frame where send() finds it. */
static void stage(struct link_device *device, uint8_t type, const void *head, size_t head_length,
                  const void *tail, size_t tail_length)
{
    device->staged_length = link_frame_encode(type, head, head_length, tail, tail_length,
                                              device->staged, sizeof device->staged);
    device->staged_sent = 0;
}

static void stage_ack(struct link_device *device)
{
    const struct link_ack ack = {device->base, device->bitmap, device->transfer_status};
    uint8_t body[16];
    size_t size = link_put_ack(&ack, body, sizeof body);

    device->ack_due = false;
    stage(device, LINK_ACK, body, size, NULL, 0);
}

static void stage_dropped(struct link_device *device)
{
    uint8_t body[5] = {LINK_EVENT_DROPPED};

    bytes_put_u32(body + 1, device->dropped);
    device->dropped = 0;
    device->dropped_due = false;
    stage(device, LINK_EVENT, body, sizeof body, NULL, 0);
}

static void stage_console(struct link_device *device)
{
    uint8_t text[LINK_CONSOLE_MAX];
    uint8_t head[4];
    uint32_t process;
    size_t length = link_replay_take(device, &process, text);

    if (length > 0) {
        bytes_put_u32(head, process);
        stage(device, LINK_CONSOLE, head, sizeof head, text, length);
    }
}

/* Chooses what is sent next: replies first, output last. False: nothing waits. */
static bool stage_next(struct link_device *device)
{
    if (device->reply_due) {
        device->reply_due = false;
        stage(device, LINK_REPLY, device->reply, device->reply_length, NULL, 0);
        if (device->reply[2] == LINK_BYE) {
            end_session(device);
        }
    } else if (device->ack_due) {
        stage_ack(device);
    } else if (!device->session) {
        return false;
    } else if (device->dropped_due) {
        stage_dropped(device);
    } else if (device->event_length > 0) {
        stage(device, LINK_EVENT, device->event, device->event_length, NULL, 0);
        device->event_length = 0;
    } else if (device->replay_used > 0) {
        stage_console(device);
    } else {
        return false;
    }
    return true;
}

/* Sends until the line is full or nothing waits. Answers whether anything moved. */
static bool send(struct link_device *device)
{
    bool moved = false;

    while (device->staged_sent < device->staged_length || stage_next(device)) {
        size_t taken =
            device->config->write(device->config->context, device->staged + device->staged_sent,
                                  device->staged_length - device->staged_sent);

        device->staged_sent += taken;
        moved = moved || taken > 0;
        if (device->staged_sent < device->staged_length) {
            break;
        }
    }
    return moved;
}

bool link_device_poll(struct link_device *device)
{
    bool more = receive(device);

    if (device->session && !device->held &&
        device->config->now_ms(device->config->context) - device->heard_ms >= LINK_SESSION_MS) {
        end_session(device);
    }
    (void)send(device);
    if (device->starved && device->staged_sent == device->staged_length) {
        device->starved = false;
        if (device->config->space != NULL) {
            device->config->space(device->config->context);
        }
    }
    return more && !device->reply_due; /* else the line is full, and says when it is not */
}

uint32_t link_device_deadline(const struct link_device *device)
{
    uint32_t silent = device->config->now_ms(device->config->context) - device->heard_ms;

    if (!device->session) {
        return UINT32_MAX;
    }
    return silent < LINK_SESSION_MS ? LINK_SESSION_MS - silent : 0;
}

/* Plain text for a terminal, up to the next zero, which would begin a frame: zeros are left out. */
static size_t write_plain(struct link_device *device, const uint8_t *data, size_t length)
{
    size_t run = 0;

    if (device->staged_sent < device->staged_length) {
        return 0; /* never inside a frame */
    }
    while (run < length && data[run] != 0) {
        run++;
    }
    return run > 0 ? device->config->write(device->config->context, data, run) : length > 0;
}

size_t link_device_console(struct link_device *device, uint32_t process, const uint8_t *data,
                           size_t length)
{
    size_t taken = length < LINK_CONSOLE_MAX ? length : LINK_CONSOLE_MAX;

    if (device->session) {
        if (!link_replay_fits(device, taken)) {
            device->starved = true;
            return 0;
        }
    } else {
        taken = device->config->plain_text ? write_plain(device, data, taken) : taken;
        if (taken == 0) {
            device->starved = true;
            return 0;
        }
    }
    link_replay_add(device, process, data, taken);
    return taken;
}

bool link_device_event(struct link_device *device, uint8_t event, const uint8_t *fields,
                       size_t length)
{
    if (!device->session) {
        return true; /* nobody listens: the list of processes keeps the last fault */
    }
    if (device->event_length > 0 || length > sizeof device->event - EVENT_HEAD) {
        return false;
    }
    device->event[0] = event;
    memcpy(device->event + EVENT_HEAD, fields, length);
    device->event_length = length + EVENT_HEAD;
    return true;
}
