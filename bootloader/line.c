// SPDX-License-Identifier: Apache-2.0
#include <bootloader/line.h>

#include <link/frame.h>

enum { DELIMITER = 0x00, FRAME_FIRST = 0x02, ESCAPE = 0xFC, PING = 0x01, RESET = 0x05 };

enum {
    QUIET_MS = 10, /* behind so much silence a burst begins */
    FRAME_MAX = LINK_FRAME_SIZE(LINK_BODY_MAX),
    SLOWEST = 115200,                           /* bits a second where no session is open */
    FRAME_MS = FRAME_MAX * 10 * 1000 / SLOWEST, /* that the largest frame takes then */
    PAUSES_MS = 400, /* in all, of a host that writes a frame in pieces */
    /* From its begin on: pings of another host that come into half a frame must not prolong it. */
    ABANDONED_MS = FRAME_MS + PAUSES_MS
};

/* What came last. */
enum {
    BEGIN,    /* nothing yet in this burst */
    TEXT,     /* bytes that are no beginning */
    FRAME,    /* a frame's */
    ZERO,     /* 00 */
    BEGIN_FC, /* FC at the beginning */
    ZERO_FC   /* 00 FC */
};

/* What a byte ends. */
enum { NOTHING, FRAME_END, PINGED, SYNCED };

static struct line *self(const struct hil_serial *serial)
{
    return (struct line *)(uintptr_t)serial;
}

/* A byte inside a frame. */
static unsigned look_inside(struct line *line, uint8_t byte)
{
    if (byte == DELIMITER) {
        line->state = ZERO;
        return FRAME_END;
    }
    line->framed++;
    if (line->framed > FRAME_MAX) {
        line->state = TEXT;
    }
    return NOTHING;
}

static unsigned look(struct line *line, uint8_t byte)
{
    unsigned before = line->state;

    if (before == FRAME) {
        return look_inside(line, byte);
    }
    line->state = TEXT;
    if (byte == DELIMITER) {
        line->state = ZERO;
    } else if (before == ZERO && byte == FRAME_FIRST) {
        line->state = FRAME;
        line->framed = 0;
        line->framed_ms = line->heard_ms;
    } else if (byte == ESCAPE && before == ZERO) {
        line->state = ZERO_FC;
    } else if (byte == ESCAPE && before == BEGIN) {
        line->state = BEGIN_FC;
    } else if (byte == PING && (before == BEGIN_FC || before == ZERO_FC)) {
        return PINGED;
    } else if (byte == RESET && before == ZERO_FC) {
        return SYNCED;
    }
    return NOTHING;
}

/* Silence ends a burst, and time a frame that does not become whole. */
static void note_time(struct line *line)
{
    uint32_t now = line->config->legacy.now_ms();
    uint32_t silent = now - line->heard_ms;

    line->heard_ms = now;
    if ((line->state == TEXT && silent >= QUIET_MS) ||
        (line->state == FRAME && now - line->framed_ms >= ABANDONED_MS)) {
        line->state = BEGIN;
    }
}

static void turn_over(struct line *line, unsigned found)
{
    line->is_legacy = true;
    line->state = BEGIN; /* when it is nobody's again */
    legacy_init(&line->legacy, &line->config->legacy, line->payload);
    if (found == PINGED) {
        legacy_feed(&line->legacy, ESCAPE);
        legacy_feed(&line->legacy, PING);
    }
    legacy_poll(&line->legacy);
}

/* Reads byte by byte, and no further than the end of a frame: it may open a session. */
static size_t read_watching(struct line *line, uint8_t *data, size_t capacity)
{
    const struct hil_serial *serial = line->config->legacy.serial;
    size_t count = 0;

    while (count < capacity && serial->read(serial, data + count, 1) == 1) {
        unsigned found;

        if (count == 0) {
            note_time(line);
        }
        found = look(line, data[count++]);
        if ((found == PINGED || found == SYNCED) && line->config->allowed()) {
            turn_over(line, found);
            break;
        }
        if (found == FRAME_END) {
            break;
        }
    }
    return count;
}

static size_t read_line(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    struct line *line = self(serial);
    const struct hil_serial *under = line->config->legacy.serial;

    if (line->is_legacy) {
        legacy_poll(&line->legacy);
        line->is_legacy = !legacy_is_over(&line->legacy);
        return 0;
    }
    if (line->config->session()) {
        line->state = TEXT;
        return under->read(under, data, capacity);
    }
    return read_watching(line, data, capacity);
}

/* What the flash protocol still has to say once the line is the other's is lost. */
static size_t write_line(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    struct line *line = self(serial);
    const struct hil_serial *under = line->config->legacy.serial;

    return line->is_legacy ? length : under->write(under, data, length);
}

static int open_line(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    const struct hil_serial *under = self(serial)->config->legacy.serial;

    return under->open(under, rate, client);
}

static size_t pending(const struct hil_serial *serial)
{
    const struct hil_serial *under = self(serial)->config->legacy.serial;

    return under->pending(under);
}

static uint32_t overruns(const struct hil_serial *serial)
{
    const struct hil_serial *under = self(serial)->config->legacy.serial;

    return under->overruns(under);
}

void line_init(struct line *line, const struct line_config *config, uint8_t *payload)
{
    line->serial = (struct hil_serial){
        .receive_capacity = config->legacy.serial->receive_capacity,
        .open = open_line,
        .read = read_line,
        .write = write_line,
        .pending = pending,
        .overruns = overruns,
    };
    line->config = config;
    line->payload = payload;
    line->state = BEGIN;
    line->is_legacy = false;
}
