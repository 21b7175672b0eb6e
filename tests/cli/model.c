// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <base/bytes.h>
#include <link/device.h>

#include "apps.h"
#include "spoil.h"

enum { READ_MAX = 128, NOISE = 200 };

const char *const model_hows[MODEL_HOWS] = {
    "good",      "silent",   "garbage", "flood",  "chatter",  "closed",
    "reset",     "sequence", "command", "status", "headless", "damaged",
    "truncated", "extended", "ones",    "busy",   "stuck",
};
const char *const model_strangers[STRANGERS] = {"none",  "silent", "banner",
                                                "noise", "echo",   "closed"};

static struct {
    struct model_plan *plan;
    struct link_device device;
    uint8_t replay[512];
    int fd;
    bool triggered; /* the step has come */
    bool gone;      /* the connection is to be closed */
    bool leaving;   /* ... once the answer that is under way has gone out */
    uint32_t noise; /* seed */
    struct link_decoder in;
    uint8_t in_payload[LINK_PAYLOAD_MAX];
    struct link_decoder out;
    uint8_t out_payload[LINK_PAYLOAD_MAX];
} m;

static void send_bytes(const void *data, size_t length)
{
    const uint8_t *at = data;

    while (length > 0 && !m.gone) {
        ssize_t count = write(m.fd, at, length);

        if (count < 0 && errno != EINTR) {
            m.gone = true;
        }
        at += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
}

static void send_noise(void)
{
    uint8_t noise[NOISE];

    for (size_t i = 0; i < sizeof noise; i++) {
        m.noise = m.noise * 1664525u + 1013904223u;
        noise[i] = (uint8_t)(m.noise >> 24);
    }
    send_bytes(noise, sizeof noise);
}

/* A line of an app, or a fault, past the engine. */
static void send_chatter(void)
{
    static const uint8_t console[] = "\1\0\0\0it never stops\n";
    static const uint8_t dropped[] = {LINK_EVENT_DROPPED, 1, 2, 3, 4};
    uint8_t frame[LINK_FRAME_SIZE(LINK_REPLY_MAX)];
    bool event = m.noise++ % 8 == 0;
    size_t length =
        event ? link_frame_encode(LINK_EVENT, dropped, sizeof dropped, NULL, 0, frame, sizeof frame)
              : link_frame_encode(LINK_CONSOLE, console, sizeof console - 1, NULL, 0, frame,
                                  sizeof frame);

    send_bytes(frame, length);
}

/* The next lines of a torrent, past the engine; answers how many have been said. */
static uint32_t send_torrent(uint32_t said)
{
    uint8_t body[4 + LINK_CONSOLE_MAX] = {1};
    uint8_t frame[LINK_FRAME_SIZE(LINK_REPLY_MAX)];
    size_t used = 4;

    while (said < m.plan->torrent && used + 16 < sizeof body) {
        used += (size_t)snprintf((char *)body + used, sizeof body - used, "line %u\n",
                                 (unsigned)++said);
    }
    send_bytes(frame, link_frame_encode(LINK_CONSOLE, body, used, NULL, 0, frame, sizeof frame));
    return said;
}

/* Whether a frame of the host's is the step of the plan. */
static bool is_step(const struct link_decoder *d)
{
    if (m.plan->how == MODEL_GOOD) {
        return false;
    }
    if (m.plan->step == MODEL_DATA) {
        return d->type == LINK_DATA && d->length > 4 && bytes_get_u32(d->body) >= m.plan->offset;
    }
    return d->type == LINK_REQUEST && d->length >= 4 && d->body[2] == m.plan->step &&
           (m.plan->step != LINK_LIST || m.plan->offset == 0 ||
            (d->length > 4 && d->body[4] >= m.plan->offset));
}

/* Looks at a frame of the host's; answers whether the engine may see it. */
static bool admit(const struct link_decoder *d)
{
    bool first = is_step(d) && !m.triggered;

    m.triggered = m.triggered || first;
    m.plan->happened += first ? 1 : 0;
    if (!m.triggered) {
        return true;
    }
    switch (m.plan->how) {
    case MODEL_SILENT:
    case MODEL_FLOOD:
    case MODEL_CHATTER:
        return false;
    case MODEL_GARBAGE:
        send_noise();
        return false;
    case MODEL_CLOSED:
        m.gone = true;
        return false;
    case MODEL_RESET:
        if (first) {
            m.device.session = false;
            link_device_transfer_close(&m.device);
        }
        return true;
    default:
        return true;
    }
}

static void raise_signal(void)
{
    const struct timespec moment = {0, 200000};

    while (m.plan->tool == 0) {
        nanosleep(&moment, NULL);
    }
    kill(m.plan->tool, m.plan->signal);
}

/* A frame of either side has gone by. */
static void count_frame(void)
{
    const struct timespec apart = {0, 20000000}; /* two signals that wait together are one */
    enum model_cut cut = m.plan->cut;

    if (++m.plan->frames != m.plan->after || cut == CUT_NOTHING) {
        return;
    }
    m.plan->cut = CUT_NOTHING;
    m.plan->happened++;
    if (cut == CUT_LINE) {
        m.gone = true;
        return;
    }
    raise_signal();
    if (cut == CUT_TWICE) {
        nanosleep(&apart, NULL);
        raise_signal();
    }
}

static size_t device_read(void *context, uint8_t *data, size_t capacity)
{
    uint8_t raw[READ_MAX];
    struct pollfd ready = {.fd = m.fd, .events = POLLIN};
    size_t used = 0;
    ssize_t count;

    (void)context;
    if (m.gone || poll(&ready, 1, 0) <= 0) {
        return 0;
    }
    count = read(m.fd, raw, capacity < sizeof raw ? capacity : sizeof raw);
    m.gone = count <= 0;
    for (ssize_t i = 0; i < count; i++) {
        /* A frame that must not arrive loses its last delimiter, and with it its end. */
        bool whole = link_frame_feed(&m.in, raw[i]) == LINK_FOUND_FRAME;

        if (whole && !admit(&m.in)) {
            used = 0;
            continue;
        }
        data[used++] = raw[i];
        if (whole) {
            count_frame();
            /* What the tool has sent behind it is still on its way. */
            count = m.gone ? i + 1 : count;
        }
    }
    return m.triggered && spoil_stops(m.plan->how) ? 0 : used;
}

/* Passes the engine's frames on, spoilt when they answer the step. */
static size_t device_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        switch (link_frame_feed(&m.out, data[i])) {
        case LINK_FOUND_FRAME: {
            uint8_t frame[LINK_FRAME_SIZE(LINK_REPLY_MAX) + 2];
            size_t size = spoil_frame(m.triggered ? m.plan : NULL, &m.out, frame, sizeof frame);

            if (!(m.triggered && spoil_stops(m.plan->how))) {
                send_bytes(frame, size);
                count_frame();
            }
            break;
        }
        case LINK_FOUND_TEXT:
            send_bytes(&data[i], 1);
            break;
        default:
            break;
        }
    }
    return length;
}

static uint32_t device_now(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static uint8_t device_request(void *context, uint8_t command, const uint8_t *arguments,
                              size_t length, struct link_reply *reply)
{
    /* A step whose answers are spoilt is not obeyed: the apps stay as they are. */
    bool pretend = m.plan->how >= MODEL_SEQUENCE && m.plan->step == command;
    uint8_t status;

    (void)context;
    m.leaving = m.plan->leaves && command == LINK_REBOOT;
    status = apps_request(&m.device, command, arguments, length, pretend, reply);
    m.plan->state = apps_state();
    return status;
}

static uint8_t device_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                           uint32_t complete)
{
    (void)context;
    return apps_data(offset, data, length, complete);
}

static const struct link_device_config config = {
    .read = device_read,
    .write = device_write,
    .now_ms = device_now,
    .request = device_request,
    .data = device_data,
    .replay = m.replay,
    .replay_size = sizeof m.replay,
    .mode = LINK_MODE_KERNEL,
    .window = 4,
};

void model_init(struct model_plan *plan)
{
    m.plan = plan;
    m.noise = 1;
    apps_init(plan);
}

/* Output and a fault whose texts try to reach the terminal. */
static void speak(void)
{
    static const char text[] = "\033[2J\033]0;owned\007text\302\233"
                               "31m\340\200\233\r\b\n";
    uint8_t fields[LINK_REPLY_MAX];

    (void)link_device_console(&m.device, 1, (const uint8_t *)text, sizeof text - 1);
    (void)link_device_event(&m.device, LINK_EVENT_FAULT, fields, apps_fault(fields, sizeof fields));
}

/*
 * Says the next piece of what a crowd says; answers which comes then. The first app's line comes in
 * two pieces, with all the others' lines in between.
 */
static uint32_t crowd_speaks(uint32_t said)
{
    char text[32] = "begins, ";
    uint32_t process = 1;

    if (said > m.plan->crowd + 1) {
        return said;
    }
    if (said == m.plan->crowd + 1) {
        snprintf(text, sizeof text, "and ends\n");
    } else if (said > 0) {
        process = 1000 + said;
        snprintf(text, sizeof text, "line %u\n", (unsigned)said);
    }
    return link_device_console(&m.device, process, (const uint8_t *)text, strlen(text)) > 0
               ? said + 1
               : said;
}

/* A line without a Gantry device. */
static void serve_stranger(void)
{
    uint8_t data[256];
    ssize_t count = 1;

    if (m.plan->stranger == STRANGER_BANNER) {
        send_bytes("\r\nSome other system 1.0\r\nlogin: ", 32);
    }
    while (m.plan->stranger != STRANGER_CLOSED && count > 0 && !m.gone) {
        count = read(m.fd, data, sizeof data);
        if (count > 0 && m.plan->stranger == STRANGER_ECHO) {
            send_bytes(data, (size_t)count);
        } else if (count > 0 && m.plan->stranger == STRANGER_NOISE) {
            send_noise();
        } else if (count > 0 && m.plan->stranger == STRANGER_BANNER) {
            send_bytes("Login incorrect\r\nlogin: ", 24);
        }
    }
}

void model_serve(int fd)
{
    bool spoke = false;
    uint32_t said = 0;

    m.plan->opened++;
    m.plan->frames = 0;
    m.fd = fd;
    m.gone = false;
    m.leaving = false;
    m.triggered = false;
    link_device_init(&m.device, &config);
    link_decoder_init(&m.in, m.in_payload, sizeof m.in_payload);
    link_decoder_init(&m.out, m.out_payload, sizeof m.out_payload);
    if (m.plan->stranger != STRANGER_NONE) {
        m.plan->happened++;
        serve_stranger();
        m.plan->closed++;
        return;
    }
    while (!m.gone) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};

        (void)poll(&ready, 1, m.plan->chatters || said < m.plan->torrent ? 1 : 20);
        while (link_device_poll(&m.device)) {
        }
        m.gone = m.gone || m.leaving;
        if (m.plan->evil && !spoke && link_device_session(&m.device)) {
            spoke = true;
            speak();
        }
        if (m.plan->crowd > 0 && link_device_session(&m.device)) {
            said = crowd_speaks(said);
        }
        for (int i = 0; i < 20 && said < m.plan->torrent && link_device_session(&m.device); i++) {
            said = send_torrent(said);
        }
        if (m.triggered && m.plan->how == MODEL_FLOOD) {
            send_noise();
        }
        for (int i = 0; i < 20 && ((m.triggered && m.plan->how == MODEL_CHATTER) ||
                                   (m.plan->chatters && link_device_session(&m.device)));
             i++) {
            send_chatter();
        }
    }
    if (m.triggered) {
        m.plan->how = MODEL_GOOD; /* once is enough: the next connection finds it healthy */
    }
    m.plan->closed++;
}
