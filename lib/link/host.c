// SPDX-License-Identifier: Apache-2.0
#include <link/host.h>

#include <string.h>

#include <base/bytes.h>

#include "host_internal.h"

enum {
    HEAD = 4,           /* sequence, command, status */
    FIRST_WAIT_MS = 20, /* before the round trip is known */
    SLACK_MS = 10,
    WAIT_MAX_MS = 500, /* before a request is sent again */
    KEEP_ALIVE_MS = 1000,
    STRANGE_MAX = 64, /* bytes of garbage that prove that this is not Gantry's protocol */
    BAD_WEIGHT = 64   /* a damaged frame counts for so many */
};

void link_host_init(struct link_host *host, const struct link_transport *transport,
                    const struct link_listener *listener)
{
    static const struct link_listener nobody;

    memset(host, 0, sizeof *host);
    host->transport = transport;
    host->listener = listener != NULL ? listener : &nobody;
    host->silence_ms = LINK_SILENCE_MS;
    host->round_trip_ms = FIRST_WAIT_MS;
    link_decoder_init(&host->decoder, host->payload, sizeof host->payload);
    /* Two runs of a tool must not begin with the same number: a late reply would fit. */
    host->sequence = (uint16_t)(transport->now_ms(transport->context) * 40503u);
}

uint32_t link_host_now(const struct link_host *host)
{
    return host->transport->now_ms(host->transport->context);
}

int link_host_send(struct link_host *host, uint8_t type, const void *head, size_t head_length,
                   const void *tail, size_t tail_length)
{
    uint8_t frame[LINK_FRAME_SIZE(LINK_BODY_MAX)];
    size_t length =
        link_frame_encode(type, head, head_length, tail, tail_length, frame, sizeof frame);

    host->sent_ms = link_host_now(host);
    return length > 0 ? host->transport->write(host->transport->context, frame, length)
                      : LINK_E_PROTOCOL;
}

static void take_reply(struct link_host *host, const uint8_t *body, size_t length)
{
    struct link_hello hello;

    if (length < HEAD || length > sizeof host->reply) {
        return;
    }
    if (bytes_get_u16(body) == host->hello_sequence && body[2] == LINK_HELLO &&
        link_get_hello(body + HEAD, length - HEAD, &hello) && hello.window > 0 &&
        hello.window <= LINK_WINDOW_MAX) {
        host->hello = hello;
    }
    memcpy(host->reply, body, length);
    host->reply_length = length;
    host->have_reply = true;
}

static void take_frame(struct link_host *host)
{
    const struct link_decoder *d = &host->decoder;
    const struct link_listener *to = host->listener;

    switch (d->type) {
    case LINK_REPLY:
        take_reply(host, d->body, d->length);
        break;
    case LINK_ACK:
        host->have_ack = link_get_ack(d->body, d->length, &host->ack) || host->have_ack;
        break;
    case LINK_CONSOLE:
        if (d->length > 4 && d->length <= 4 + LINK_CONSOLE_MAX && to->console != NULL) {
            to->console(to->context, bytes_get_u32(d->body), d->body + 4, d->length - 4);
        }
        break;
    case LINK_EVENT:
        if (d->length >= 1 && to->event != NULL) {
            to->event(to->context, d->body[0], d->body + 1, d->length - 1);
        }
        break;
    default:
        host->strange += (uint32_t)d->length; /* an echo of ours, for one */
        break;
    }
}

static void take_byte(struct link_host *host, uint8_t byte)
{
    switch (link_frame_feed(&host->decoder, byte)) {
    case LINK_FOUND_FRAME:
        take_frame(host);
        break;
    case LINK_FOUND_BAD:
        host->bad++;
        break;
    case LINK_FOUND_TEXT:
        host->strange++;
        if (host->listener->text != NULL) {
            host->listener->text(host->listener->context, &byte, 1);
        }
        break;
    default:
        break;
    }
}

int link_host_receive(struct link_host *host, uint32_t timeout_ms)
{
    int count = 1;

    if (host->input_next == host->input_end) {
        count = host->transport->read(host->transport->context, host->input, sizeof host->input,
                                      timeout_ms);
        host->input_next = 0;
        host->input_end = count > 0 ? (size_t)count : 0;
    }
    /* Stops at a reply: it must be looked at before the next one overwrites it. */
    while (host->input_next < host->input_end && !host->have_reply) {
        take_byte(host, host->input[host->input_next++]);
    }
    return count;
}

/* Looks whether the reply at hand answers request `sequence`; drops it when it does not. */
static bool reply_fits(struct link_host *host, uint16_t sequence, uint8_t command)
{
    bool fits =
        host->have_reply && bytes_get_u16(host->reply) == sequence && host->reply[2] == command;

    host->have_reply = false;
    return fits;
}

int link_host_judge(uint8_t status)
{
    if (status == LINK_NO_SESSION) {
        return LINK_E_SESSION;
    }
    return status < LINK_STATUS_COUNT ? status : LINK_E_PROTOCOL;
}

int link_host_status(struct link_host *host)
{
    uint8_t status = host->reply[3];
    struct bytes_reader r;

    if (status != LINK_OK) {
        bytes_reader_init(&r, host->reply + HEAD, host->reply_length - HEAD);
        host->numbers[0] = bytes_read_u32(&r);
        host->numbers[1] = bytes_read_u32(&r);
    }
    return link_host_judge(status);
}

int link_host_send_request(struct link_host *host, uint16_t sequence, uint8_t command,
                           const void *arguments, size_t length)
{
    uint8_t head[HEAD] = {0, 0, command, 0};

    bytes_put_u16(head, sequence);
    return link_host_send(host, LINK_REQUEST, head, sizeof head, arguments, length);
}

uint32_t link_host_patience(const struct link_host *host)
{
    return 2 * host->round_trip_ms + SLACK_MS;
}

static void learn_round_trip(struct link_host *host, uint32_t took)
{
    host->round_trip_ms =
        host->round_trip_ms == FIRST_WAIT_MS ? took : (3 * host->round_trip_ms + took) / 4;
}

uint32_t link_host_garbage(const struct link_host *host)
{
    return host->strange + BAD_WEIGHT * host->bad;
}

int link_host_gone(const struct link_host *host, uint32_t garbage_before)
{
    return link_host_garbage(host) - garbage_before >= STRANGE_MAX ? LINK_E_GARBLED : LINK_E_SILENT;
}

/* Whether the reply at hand says that BEGIN is at work, and where its transfer will begin. */
static bool is_promise(struct link_host *host)
{
    return host->begin_eager &&
           link_get_begun(host->reply + HEAD, host->reply_length - HEAD, &host->promise);
}

/*
 * Waits for the reply to a request that was sent, sending it again when it is time to. Of BEGIN a
 * promise is enough: LINK_PENDING.
 */
static int await_reply(struct link_host *host, uint16_t sequence, uint8_t command,
                       const void *arguments, size_t length)
{
    uint32_t alive = link_host_now(host);
    uint32_t asked = alive;
    uint32_t start = alive;
    uint32_t garbage_before = host->hello.version == 0 ? 0 : link_host_garbage(host);
    uint32_t wait = link_host_patience(host);
    bool repeated = false;
    int error;

    for (;;) {
        uint32_t now = link_host_now(host);

        if (now - alive >= host->silence_ms) {
            return link_host_gone(host, garbage_before);
        }
        if (now - start >= LINK_STUCK_FACTOR * host->silence_ms) {
            return LINK_E_STUCK;
        }
        if (now - asked >= wait) {
            error = link_host_send_request(host, sequence, command, arguments, length);
            if (error != 0) {
                return error;
            }
            asked = now;
            repeated = true;
            host->repeats++;
            wait = wait < WAIT_MAX_MS ? 2 * wait : wait;
        }
        error = link_host_receive(host, wait - (now - asked));
        if (error < 0) {
            return error;
        }
        if (!reply_fits(host, sequence, command)) {
            continue;
        }
        if (!repeated) {
            /* The first sign counts: what follows PENDING is the time that the work takes. */
            learn_round_trip(host, link_host_now(host) - asked);
            repeated = true;
        }
        if (host->reply[3] == LINK_PENDING) {
            /* It has the request, and knows it by its number. */
            alive = link_host_now(host);
            length = 0;
            if (is_promise(host)) {
                return LINK_PENDING;
            }
            continue;
        }
        return link_host_status(host);
    }
}

int link_host_hello_ahead(struct link_host *host)
{
    static const uint8_t version[2] = {LINK_VERSION, 0};

    memset(&host->hello, 0, sizeof host->hello);
    host->hello_sequence = ++host->sequence;
    return link_host_send_request(host, host->hello_sequence, LINK_HELLO, version, sizeof version);
}

int link_host_hello(struct link_host *host)
{
    int error = link_host_hello_ahead(host);

    return error != 0 ? error : link_host_await_hello(host);
}

int link_host_await_hello(struct link_host *host)
{
    static const uint8_t version[2] = {LINK_VERSION, 0};
    int error = await_reply(host, host->hello_sequence, LINK_HELLO, version, sizeof version);

    if (error == 0 && host->hello.version == 0) {
        return LINK_E_PROTOCOL;
    }
    return error == 0 && host->hello.version != LINK_VERSION ? LINK_E_VERSION : error;
}

int link_host_bye(struct link_host *host, uint32_t patience_ms)
{
    uint32_t start = link_host_now(host);
    int error = link_host_send_request(host, ++host->sequence, LINK_BYE, NULL, 0);

    /* Never sent again: of a second one half might be on the line still when it is closed. */
    while (error == 0 && link_host_now(host) - start < patience_ms) {
        int got = link_host_receive(host, patience_ms - (link_host_now(host) - start));

        error = got < 0 ? got : 0;
        if (reply_fits(host, host->sequence, LINK_BYE)) {
            return 0;
        }
    }
    return error != 0 ? error : LINK_E_SILENT;
}

int link_host_request(struct link_host *host, uint8_t command, const void *arguments, size_t length,
                      const uint8_t **result, size_t *result_length)
{
    int error;

    host->numbers[0] = 0;
    host->numbers[1] = 0;
    host->sequence++;
    error = link_host_send_request(host, host->sequence, command, arguments, length);
    error = error != 0 ? error : await_reply(host, host->sequence, command, arguments, length);
    *result = host->reply + HEAD;
    *result_length = error >= 0 ? host->reply_length - HEAD : 0;
    return error;
}

int link_host_begin(struct link_host *host, const void *arguments, size_t length,
                    struct link_begun *begun)
{
    const uint8_t *result;
    int error;

    host->begin_eager = true;
    error = link_host_request(host, LINK_BEGIN, arguments, length, &result, &length);
    host->begin_eager = false;
    host->begin_open = error == LINK_PENDING;
    if (host->begin_open) {
        *begun = host->promise;
        return 0;
    }
    return error == 0 && !link_get_begun(result, length, begun) ? (int)LINK_E_PROTOCOL : error;
}

int link_host_begin_again(struct link_host *host)
{
    host->repeats++;
    return link_host_send_request(host, host->sequence, LINK_BEGIN, NULL, 0);
}

bool link_host_begin_answered(struct link_host *host, int *status)
{
    struct link_begun begun;

    if (!reply_fits(host, host->sequence, LINK_BEGIN)) {
        return false;
    }
    *status = link_host_status(host);
    if (*status == 0 &&
        (!link_get_begun(host->reply + HEAD, host->reply_length - HEAD, &begun) ||
         begun.offset != host->promise.offset || begun.rotate != host->promise.rotate)) {
        *status = LINK_E_PROTOCOL; /* what was sent already lies elsewhere */
    }
    return true;
}

int link_host_listen(struct link_host *host, uint32_t timeout_ms)
{
    uint32_t start = link_host_now(host);

    do {
        uint32_t passed = link_host_now(host) - start;
        int error;

        if (link_host_now(host) - host->sent_ms >= KEEP_ALIVE_MS) {
            const uint8_t *ignored;
            size_t length;

            error = link_host_request(host, LINK_PING, NULL, 0, &ignored, &length);
            if (error != 0) {
                return error;
            }
        }
        error = link_host_receive(host, passed < timeout_ms ? timeout_ms - passed : 0);
        if (error < 0) {
            return error;
        }
        host->have_reply = false;
    } while (link_host_now(host) - start < timeout_ms);
    return 0;
}

int link_host_commit_send(struct link_host *host)
{
    return link_host_send_request(host, ++host->sequence, LINK_COMMIT, NULL, 0);
}

bool link_host_commit_answered(struct link_host *host, int *status)
{
    if (!reply_fits(host, host->sequence, LINK_COMMIT)) {
        return false;
    }
    *status = link_host_status(host);
    return true;
}

int link_host_commit_again(struct link_host *host)
{
    host->repeats++;
    return link_host_send_request(host, host->sequence, LINK_COMMIT, NULL, 0);
}
