// SPDX-License-Identifier: Apache-2.0
/*
 * Several questions at once. The device answers one after the other, so what counts is that the
 * next one is there when it has answered the last. Answers are taken in order; where one is
 * missing, that question and those behind it are asked again: they change nothing.
 */
#include <link/host.h>

#include <base/bytes.h>
#include <base/checked.h>

#include "host_internal.h"

/* Questions on their way: they fit into what every device's line buffers, a block of 1 KiB. */
enum { WINDOW = 32, REPLY_HEAD = 4, WAIT_MAX_MS = 500 };

struct asking {
    struct link_host *host;
    const struct link_question *question;
    size_t count;
    link_answer *take;
    void *context;
    uint16_t first; /* sequence of question 0 */
    size_t lowest;  /* the first that is not answered */
    size_t next;    /* the first that is not on its way */
    size_t window;
    bool again; /* the lowest is on its way a second time */
};

static void prepare(struct asking *a)
{
    a->first = (uint16_t)(a->host->sequence + 1u);
    a->host->sequence = (uint16_t)(a->host->sequence + a->count);
    a->window = WINDOW;
}

/* Sends what may be on its way. */
static int fill(struct asking *a)
{
    int error = 0;

    while (error == 0 && a->next < a->count && a->next - a->lowest < a->window) {
        const struct link_question *q = &a->question[a->next];

        error = link_host_send_request(a->host, (uint16_t)(a->first + a->next), q->command,
                                       q->argument, q->length);
        a->next++;
    }
    return error;
}

/* What is on its way counts as lost. Fewer at a time may be what the device needs. */
static void start_over(struct asking *a)
{
    a->window = ck_max((uint32_t)a->window / 2, 1);
    a->next = a->lowest;
    a->again = true;
    a->host->repeats++;
}

/* Takes the reply at hand. 1: it is the one that was waited for, or says that it will come. */
static int take_reply(struct asking *a)
{
    struct link_host *host = a->host;
    size_t index = (uint16_t)(bytes_get_u16(host->reply) - a->first);
    int status;

    host->have_reply = false;
    if (index < a->lowest || index >= a->next || host->reply[2] != a->question[index].command) {
        return 0;
    }
    if (index > a->lowest) {
        if (!a->again) {
            start_over(a);
        }
        return 0;
    }
    status = link_host_status(host);
    if (status < 0 || status == LINK_PENDING) {
        return status < 0 ? status : 1;
    }
    a->lowest++;
    a->again = false;
    a->take(a->context, index, status, host->reply + REPLY_HEAD, host->reply_length - REPLY_HEAD);
    return 1;
}

static int run(struct asking *a)
{
    struct link_host *host = a->host;
    uint32_t start = link_host_now(host);
    uint32_t alive_ms = start;
    uint32_t moved_ms = start;
    uint32_t wait = link_host_patience(host);
    uint32_t garbage = link_host_garbage(host);

    while (a->lowest < a->count) {
        uint32_t now = link_host_now(host);
        int error;

        if (now - alive_ms >= host->silence_ms) {
            return link_host_gone(host, garbage);
        }
        if (now - start >= LINK_STUCK_FACTOR * host->silence_ms) {
            return LINK_E_STUCK;
        }
        if (now - moved_ms >= wait) {
            start_over(a);
            moved_ms = now;
            wait = ck_min(2 * wait, WAIT_MAX_MS);
        }
        error = fill(a);
        error = error != 0 ? error : link_host_receive(host, wait - (now - moved_ms));
        if (error < 0) {
            return error;
        }
        error = host->have_reply ? take_reply(a) : 0;
        if (error < 0) {
            return error;
        }
        if (error > 0) {
            alive_ms = link_host_now(host);
            moved_ms = alive_ms;
        }
    }
    return 0;
}

int link_host_ask(struct link_host *host, const struct link_question *question, size_t count,
                  link_answer *take, void *context)
{
    struct asking a = {
        .host = host, .question = question, .count = count, .take = take, .context = context};

    if (count > LINK_ASK_MAX) {
        return LINK_E_PROTOCOL;
    }
    prepare(&a);
    host->have_reply = false;
    return run(&a);
}

int link_host_open(struct link_host *host, const struct link_question *question, size_t count,
                   link_answer *take, void *context)
{
    struct asking a = {
        .host = host, .question = question, .count = count, .take = take, .context = context};
    int error;

    if (count > LINK_ASK_MAX) {
        return LINK_E_PROTOCOL;
    }
    error = link_host_hello_ahead(host);
    prepare(&a);
    error = error != 0 ? error : fill(&a);
    error = error != 0 ? error : link_host_await_hello(host);
    if (error != 0 && error != LINK_E_VERSION) {
        host->hello.version = 0; /* there is no session, whatever came */
    }
    return error != 0 ? error : run(&a);
}
