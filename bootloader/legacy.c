// SPDX-License-Identifier: Apache-2.0
#include <bootloader/legacy.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>

enum { ESCAPE = 0xFC };

/* Commands. Others of the protocol are answered UNKNOWN. */
enum {
    PING = 0x01,
    INFO = 0x03,
    RESET = 0x05,
    ERASE_PAGE = 0x06,
    WRITE_PAGE = 0x07,
    READ_RANGE = 0x11,
    SET_ATTR = 0x13,
    GET_ATTR = 0x14,
    CRC_IF = 0x15,
    CHANGE_BAUD = 0x21,
    EXIT = 0x22,
    SET_START = 0x23
};

/* Lengths of bodies, and of what a payload carries beside its data. */
enum {
    INFO_SIZE = 193,
    CRC_BODY = 6, /* two bytes more than the CRC: the host reads them, or waits half a second */
    ATTR_HEAD = 10,
    ATTR_KEY = 8,
    ATTR_VALUE_MAX = 55
};

/* How the line's rate stands. */
enum {
    RATE_KEPT,
    RATE_CHANGING, /* once the answer has left, to the new one */
    RATE_NEW,      /* waiting to be confirmed */
    RATE_RETURNING /* once the answer has left, to the old one */
};

void legacy_init(struct legacy *legacy, const struct legacy_config *config, uint8_t *payload)
{
    memset(legacy, 0, sizeof *legacy);
    legacy->config = config;
    legacy->payload = payload;
    legacy->heard_ms = config->now_ms();
}

/* Whether a byte behind FC is a command of the protocol, or between two. */
static bool is_command(uint8_t byte)
{
    return byte >= PING && byte <= SET_START;
}

static char *put_text(char *to, const char *text)
{
    size_t length = bytes_length(text);

    memcpy(to, text, length);
    return to + length;
}

static char *put_hex(char *to, uint32_t value)
{
    for (uint32_t shift = 32; shift != 0; shift -= 4) {
        *to++ = "0123456789abcdef"[value >> (shift - 4) & 15];
    }
    return to;
}

/* What is sent behind the head of the answer. */
static void give(struct legacy *l, const uint8_t *body, uint32_t length)
{
    l->body = body;
    l->left = length;
}

/* INFO: the length of a JSON object, the object, zeros. */
static uint8_t info(struct legacy *l)
{
    char *text = (char *)l->payload + 1;
    char *end;

    memset(l->payload, 0, INFO_SIZE);
    end = put_text(text, "{\"version\":\"");
    end = put_text(end, l->config->version);
    end = put_text(end, "\",\"start_address\":\"0x");
    end = put_hex(end, l->config->target->get_start());
    end = put_text(end, "\",\"name\":\"Tock Bootloader\"}");
    l->payload[0] = (uint8_t)(end - text);
    give(l, l->payload, INFO_SIZE);
    return LEGACY_INFO;
}

static uint8_t write_page(struct legacy *l, const uint8_t *data)
{
    uint32_t address = bytes_get_u32(l->payload);

    if (!ck_is_aligned(address, LEGACY_PAGE)) {
        return LEGACY_BADADDR;
    }
    return l->config->target->write(address, data);
}

static uint8_t read_range(struct legacy *l)
{
    uint32_t length = bytes_get_u16(l->payload + 4);
    const uint8_t *bytes = l->config->target->map(bytes_get_u32(l->payload), length);

    if (bytes == NULL) {
        return LEGACY_BADADDR;
    }
    give(l, bytes, length);
    return LEGACY_READ_RANGE;
}

static uint8_t crc(struct legacy *l)
{
    uint32_t length = bytes_get_u32(l->payload + 4);
    const uint8_t *bytes = l->config->target->map(bytes_get_u32(l->payload), length);

    if (bytes == NULL) {
        return LEGACY_BADADDR;
    }
    bytes_put_u32(l->payload, crc32_update(CRC32_START, bytes, length));
    bytes_put_u16(l->payload + 4, 0);
    give(l, l->payload, CRC_BODY);
    return LEGACY_CRC_IF;
}

static uint8_t get_attribute(struct legacy *l)
{
    uint8_t index = l->payload[0];

    if (index >= LEGACY_ATTRIBUTES) {
        return LEGACY_BADADDR;
    }
    l->config->target->get_attribute(index, l->payload);
    give(l, l->payload, LEGACY_ATTRIBUTE_SIZE);
    return LEGACY_GET_ATTR;
}

/* Index, key, length of the value, value: as it is kept, but for the index before it. */
static uint8_t set_attribute(struct legacy *l)
{
    uint32_t length = l->payload[1 + ATTR_KEY];

    if (l->used < ATTR_HEAD || length > ATTR_VALUE_MAX || l->used != ATTR_HEAD + length) {
        return LEGACY_BADARGS;
    }
    if (l->payload[0] >= LEGACY_ATTRIBUTES) {
        return LEGACY_BADADDR;
    }
    memset(l->payload + l->used, 0, 1 + LEGACY_ATTRIBUTE_SIZE - l->used);
    return l->config->target->set_attribute(l->payload[0], l->payload + 1);
}

/* The first half of a change of rate; the second comes at the new rate. */
static uint8_t change_rate(struct legacy *l)
{
    uint32_t rate = bytes_get_u32(l->payload + 1);

    if (l->payload[0] == 2) {
        return LEGACY_BAUD_FAIL;
    }
    if (l->payload[0] != 1 || rate == 0 || rate > l->config->rate_max) {
        return LEGACY_BADARGS;
    }
    l->rate = rate;
    l->rate_state = RATE_CHANGING;
    return LEGACY_OK;
}

/* Payload bytes that a command needs; UINT32_MAX: it looks itself. */
static uint32_t payload_size(uint8_t command)
{
    switch (command) {
    case INFO:
        return 0;
    case GET_ATTR:
        return 1;
    case ERASE_PAGE:
    case SET_START:
        return 4;
    case CHANGE_BAUD:
        return 5;
    case READ_RANGE:
        return 6;
    case CRC_IF:
        return 8;
    case WRITE_PAGE:
        return LEGACY_PAYLOAD_MAX;
    default:
        return UINT32_MAX;
    }
}

static uint8_t obey(struct legacy *l, uint8_t command)
{
    switch (command) {
    case PING:
        return LEGACY_PONG;
    case INFO:
        return info(l);
    case ERASE_PAGE:
        return write_page(l, NULL);
    case WRITE_PAGE:
        return write_page(l, l->payload + 4);
    case READ_RANGE:
        return read_range(l);
    case CRC_IF:
        return crc(l);
    case GET_ATTR:
        return get_attribute(l);
    case SET_ATTR:
        return set_attribute(l);
    case SET_START:
        return l->config->target->set_start(bytes_get_u32(l->payload));
    case CHANGE_BAUD:
        return change_rate(l);
    default:
        return LEGACY_UNKNOWN;
    }
}

/* The only command that keeps a new rate. */
static bool confirms(const struct legacy *l, uint8_t command)
{
    return command == CHANGE_BAUD && l->used == 5 && l->payload[0] == 2 &&
           bytes_get_u32(l->payload + 1) == l->rate;
}

static uint8_t answer_to(struct legacy *l, uint8_t command)
{
    uint32_t wanted = payload_size(command);
    bool writes = command == WRITE_PAGE || command == ERASE_PAGE;
    uint8_t code;

    if (l->rate_state == RATE_NEW) {
        bool confirmed = confirms(l, command);

        l->rate_state = confirmed ? RATE_KEPT : RATE_RETURNING;
        return confirmed ? LEGACY_OK : LEGACY_BAUD_FAIL;
    }
    if (wanted != UINT32_MAX && l->used != wanted) {
        return LEGACY_BADARGS;
    }
    code = writes || command == PING ? (uint8_t)LEGACY_OK : l->config->target->settle();
    return code == LEGACY_OK ? obey(l, command) : code;
}

static void execute(struct legacy *l, uint8_t command)
{
    if (command == EXIT) {
        (void)l->config->target->settle();
        l->config->target->leave();
    } else if (command != RESET) {
        l->head[0] = ESCAPE;
        l->head[1] = answer_to(l, command);
        l->head_left = sizeof l->head;
    } else if (l->rate_state == RATE_NEW) {
        l->rate_state = RATE_RETURNING; /* whoever begins anew does so at the old rate */
    }
    l->used = 0;
}

void legacy_feed(struct legacy *l, uint8_t byte)
{
    l->heard_ms = l->config->now_ms();
    if (!l->escape && byte == ESCAPE) {
        l->escape = true;
        return;
    }
    if (l->escape && byte != ESCAPE) {
        l->escape = false;
        if (is_command(byte)) {
            execute(l, byte);
        }
        return;
    }
    l->escape = false;
    if (l->used < LEGACY_PAYLOAD_MAX) {
        l->payload[l->used++] = byte;
    } else {
        l->used = LEGACY_PAYLOAD_MAX + 1;
    }
}

/* Sends one byte of the body, an FC twice. False: the line is full. */
static bool send_body_byte(struct legacy *l)
{
    if (l->config->serial->write(l->config->serial, l->body, 1) == 0) {
        return false;
    }
    if (*l->body == ESCAPE && !l->doubled) {
        l->doubled = true;
        return true;
    }
    l->doubled = false;
    l->body++;
    l->left--;
    return true;
}

/* Sends what the line takes. True: all is sent. */
static bool send(struct legacy *l)
{
    const struct hil_serial *serial = l->config->serial;

    while (l->head_left > 0) {
        size_t taken = serial->write(serial, l->head + sizeof l->head - l->head_left, l->head_left);

        if (taken == 0) {
            return false;
        }
        l->head_left = (uint8_t)(l->head_left - taken);
    }
    while (l->left > 0) {
        if (!send_body_byte(l)) {
            return false;
        }
    }
    return true;
}

static void open_at(struct legacy *l, uint32_t rate)
{
    const struct hil_serial *serial = l->config->serial;

    if (serial->open(serial, rate, NULL) != 0) {
        (void)serial->open(serial, l->config->rate, NULL);
    }
}

/* Goes on with a change of rate. False: the last answer is still on its way. */
static bool rate_is_settled(struct legacy *l)
{
    const struct hil_serial *serial = l->config->serial;
    bool changing = l->rate_state == RATE_CHANGING;

    if (!changing && l->rate_state != RATE_RETURNING) {
        return true;
    }
    if (serial->pending(serial) > 0) {
        return false;
    }
    open_at(l, changing ? l->rate : l->config->rate);
    l->rate_state = changing ? RATE_NEW : RATE_KEPT;
    l->used = 0;
    l->escape = false;
    l->changed_ms = l->config->now_ms();
    return true;
}

/* What time brings about. */
static void wait(struct legacy *l)
{
    uint32_t now = l->config->now_ms();

    if (now - l->heard_ms >= LEGACY_SETTLE_MS) {
        (void)l->config->target->settle();
    }
    if (l->rate_state == RATE_NEW && now - l->changed_ms >= LEGACY_CONFIRM_MS) {
        l->rate_state = RATE_RETURNING;
    }
}

bool legacy_is_over(struct legacy *l)
{
    if (l->config->now_ms() - l->heard_ms < LEGACY_PATIENCE_MS) {
        return false;
    }
    (void)l->config->target->settle();
    open_at(l, l->config->rate);
    return true;
}

void legacy_poll(struct legacy *l)
{
    const struct hil_serial *serial = l->config->serial;
    uint8_t byte;

    for (uint32_t i = 0; i < LEGACY_BYTES_PER_POLL && send(l) && rate_is_settled(l); i++) {
        wait(l);
        if (serial->read(serial, &byte, 1) == 0) {
            return;
        }
        legacy_feed(l, byte);
    }
}
