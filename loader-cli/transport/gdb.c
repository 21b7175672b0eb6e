// SPDX-License-Identifier: Apache-2.0
#include "gdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>
#include <link/error.h>

enum {
    PACKET_DEFAULT = 400,
    PACKET_MIN = 64,
    PACKET_MAX = 4096,  /* the largest of any dialect */
    HEAD_MAX = 40,      /* "vFlashWrite:xxxxxxxx:", "Xxxxxxxxx,xxxx:" */
    STRANGERS_MAX = 64, /* packets that nobody asked for, before an answer is given up */
    MAP_MAX = 16384,
    FLASH_FACTOR = 12,
    COMMAND_MAX = 96, /* of a monitor command */
    STOP_AGAIN_MS = 100,
    LEAVING_MS = 200
};

/* Whether a packet is none that answers a request: console output, or that the target stopped. */
static bool is_unasked(const struct gdb_link *link)
{
    const uint8_t c = link->reply[0];

    return (c == 'O' && link->reply[1] != 'K') || c == 'T' || c == 'S';
}

static bool is_ok(const struct gdb *gdb)
{
    return strcmp((const char *)gdb->link.reply, "OK") == 0;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Keeps what a server prints, up to the room there is, line ends as spaces. */
static void keep_said(struct gdb *gdb, const uint8_t *hex)
{
    size_t used = strlen(gdb->said);

    while (used + 1 < sizeof gdb->said && hex_digit(hex[0]) >= 0 && hex_digit(hex[1]) >= 0) {
        const int c = hex_digit(hex[0]) << 4 | hex_digit(hex[1]);

        gdb->said[used++] = (char)(c >= ' ' && c <= '~' ? c : ' ');
        hex += 2;
    }
    gdb->said[used] = '\0';
}

static int receive(struct gdb *gdb, uint32_t patience_ms)
{
    for (int i = 0; i < STRANGERS_MAX; i++) {
        int error = gdb_packet_receive(&gdb->link, patience_ms);

        if (error != 0 || !is_unasked(&gdb->link)) {
            return error;
        }
        if (gdb->link.reply[0] == 'O') {
            keep_said(gdb, gdb->link.reply + 1);
        }
    }
    return LINK_E_STUCK;
}

/* Asks; the answer is in link.reply. */
static int ask(struct gdb *gdb, const void *request, size_t length, uint32_t patience_ms)
{
    int error = gdb_packet_send(&gdb->link, request, length, patience_ms);

    return error != 0 ? error : receive(gdb, patience_ms);
}

static int ask_text(struct gdb *gdb, const char *request)
{
    return ask(gdb, request, strlen(request), gdb->patience_ms);
}

/* Asks for something that is answered by OK. */
static int order(struct gdb *gdb, const void *request, size_t length, uint32_t patience_ms)
{
    int error = ask(gdb, request, length, patience_ms);

    if (error != 0 || is_ok(gdb)) {
        return error;
    }
    return gdb->link.reply[0] == 'E' ? LINK_E_IO : LINK_E_PROTOCOL;
}

/* Whether a feature is in the answer to qSupported, as "name+" or "name=value". */
static const char *feature(const char *reply, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = reply; at != NULL; at = strchr(at, ';')) {
        at += *at == ';' ? 1 : 0;
        if (strncmp(at, name, length) == 0 && (at[length] == '+' || at[length] == '=')) {
            return at + length;
        }
    }
    return NULL;
}

static void read_features(struct gdb *gdb, bool *no_ack, bool *map)
{
    const char *reply = (const char *)gdb->link.reply;
    const char *size = feature(reply, "PacketSize");
    const char *ack = feature(reply, "QStartNoAckMode");
    const char *xfer = feature(reply, "qXfer:memory-map:read");
    unsigned long value = size != NULL && *size == '=' ? strtoul(size + 1, NULL, 16) : 0;

    gdb->packet =
        value >= PACKET_MIN
            ? (uint32_t)(value < gdb->dialect->packet_max ? value : gdb->dialect->packet_max)
            : (uint32_t)PACKET_DEFAULT;
    *no_ack = ack != NULL && *ack == '+';
    *map = xfer != NULL && *xfer == '+';
}

/* Reads the memory map piece by piece: 'm' means that there is more, 'l' that it was the last. */
static int read_map(struct gdb *gdb)
{
    char *text = malloc(MAP_MAX + 1);
    size_t used = 0;
    bool last = false;
    int error = text != NULL ? 0 : (int)LINK_E_IO;

    while (error == 0 && !last) {
        char request[64];
        size_t length;

        snprintf(request, sizeof request, "qXfer:memory-map:read::%zx,%x", used,
                 (unsigned)(gdb->packet - HEAD_MAX / 2) / 2);
        error = ask_text(gdb, request);
        length = gdb->link.reply_length;
        if (error != 0 || length == 0 || (gdb->link.reply[0] != 'm' && gdb->link.reply[0] != 'l')) {
            error = error != 0 ? error : (int)LINK_E_PROTOCOL;
        } else if (length - 1 > MAP_MAX - used || (length == 1 && gdb->link.reply[0] == 'm')) {
            error = LINK_E_PROTOCOL; /* without end */
        } else {
            last = gdb->link.reply[0] == 'l';
            memcpy(text + used, gdb->link.reply + 1, length - 1);
            used += length - 1;
        }
    }
    if (error == 0) {
        text[used] = '\0';
        gdb->region_count = gdb_map_read(text, gdb->region);
        gdb->has_map = true;
    }
    free(text);
    return error;
}

/* An X packet without data asks whether there are such packets. */
static int probe_binary(struct gdb *gdb)
{
    int error = ask_text(gdb, "X0,0:");

    gdb->binary = error == 0 && is_ok(gdb);
    return error;
}

/* Puts a monitor command into a packet: qRcmd, in hexadecimal digits. */
static size_t put_command(const char *command, char *packet)
{
    size_t used = (size_t)snprintf(packet, 8, "qRcmd,");

    for (size_t i = 0; i < COMMAND_MAX && command[i] != '\0'; i++) {
        used += (size_t)snprintf(packet + used, 3, "%02x", (unsigned char)command[i]);
    }
    return used;
}

int gdb_monitor(struct gdb *gdb, const char *command)
{
    char packet[2 * COMMAND_MAX + 16];
    const size_t length = put_command(command, packet);
    int error;

    gdb->said[0] = '\0';
    error = ask(gdb, packet, length, FLASH_FACTOR * gdb->patience_ms);

    /* It ends in OK, or in a last piece of text, or the command is not known. */
    if (error != 0) {
        return error;
    }
    return gdb->link.reply_length == 0 || (gdb->link.reply[0] == 'E' && gdb->link.reply_length == 3)
               ? (int)LINK_E_IO
               : 0;
}

/* Asks for something that is answered by what the target does. */
static int ask_stop(struct gdb *gdb, const char *packet)
{
    int error = gdb_packet_send(&gdb->link, packet, strlen(packet), gdb->patience_ms);

    for (int i = 0; error == 0 && i < STRANGERS_MAX; i++) {
        error = gdb_packet_receive(&gdb->link, gdb->patience_ms);
        if (error != 0 || gdb->link.reply[0] == 'T' || gdb->link.reply[0] == 'S') {
            return error;
        }
        if (gdb->link.reply[0] == 'E' || gdb->link.reply_length == 0) {
            return LINK_E_IO;
        }
    }
    return error != 0 ? error : (int)LINK_E_STUCK;
}

int gdb_reset(struct gdb *gdb)
{
    if (gdb->dialect->reset_packet != NULL) {
        return ask_stop(gdb, gdb->dialect->reset_packet);
    }
    return gdb->dialect->reset != NULL ? gdb_monitor(gdb, gdb->dialect->reset) : (int)LINK_E_IO;
}

int gdb_run(struct gdb *gdb)
{
    int error = gdb->running ? 0 : gdb_packet_send(&gdb->link, "c", 1, gdb->patience_ms);

    gdb->running = gdb->running || error == 0;
    return error;
}

/* A stop that is asked for right after the target began to run is lost by some servers: it is asked
 * for again until it is answered. */
int gdb_halt(struct gdb *gdb)
{
    static const uint8_t stop = 3;
    const struct link_transport *line = gdb->link.line;
    const uint32_t start = line->now_ms(line->context);
    int error = gdb->running ? (int)LINK_E_SILENT : 0;

    while (error == LINK_E_SILENT && line->now_ms(line->context) - start < gdb->patience_ms) {
        error = line->write(line->context, &stop, 1);
        error = error != 0 ? error : gdb_packet_receive(&gdb->link, STOP_AGAIN_MS);
        for (int i = 0; error == 0 && gdb->link.reply[0] == 'O'; i++) {
            error = i < STRANGERS_MAX ? gdb_packet_receive(&gdb->link, STOP_AGAIN_MS)
                                      : (int)LINK_E_STUCK;
        }
    }
    if (error == 0 && gdb->running && gdb->link.reply[0] != 'T' && gdb->link.reply[0] != 'S') {
        error = LINK_E_PROTOCOL;
    }
    gdb->running = gdb->running && error != 0;
    return error;
}

/* The server's own target is reached, where that takes more than to connect. */
static int attach(struct gdb *gdb)
{
    const struct gdb_dialect *dialect = gdb->dialect;
    int error = 0;

    for (size_t i = 0; error == 0 && i < GDB_GREETINGS_MAX && dialect->greeting[i] != NULL; i++) {
        error = gdb_monitor(gdb, dialect->greeting[i]);
    }
    return error == 0 && dialect->attach_packet != NULL ? ask_stop(gdb, dialect->attach_packet)
                                                        : error;
}

int gdb_begin(struct gdb *gdb, const struct gdb_dialect *dialect, const struct link_transport *line,
              uint32_t patience_ms)
{
    static const uint8_t attention = '+'; /* of an earlier session something may wait for it */
    bool no_ack = false;
    bool map = false;
    int error;

    memset(gdb, 0, sizeof *gdb);
    gdb_link_init(&gdb->link, line);
    gdb->dialect = dialect;
    gdb->patience_ms = patience_ms;
    error = line->write(line->context, &attention, 1);
    error = error != 0 ? error : ask_text(gdb, "qSupported:qXfer:memory-map:read+");
    if (error != 0) {
        return error;
    }
    gdb->greeted = true;
    read_features(gdb, &no_ack, &map);
    if (no_ack) {
        error = ask_text(gdb, "QStartNoAckMode");
        gdb->link.no_ack = error == 0 && is_ok(gdb);
    }
    error = error != 0 ? error : attach(gdb);
    error = error != 0 || !map ? error : read_map(gdb);
    return error != 0 ? error : probe_binary(gdb);
}

/* Sends a command without waiting for what comes: after Ctrl-C nothing is waited for. */
static int tell(struct gdb *gdb, const char *command)
{
    char packet[2 * COMMAND_MAX + 16];

    return command == NULL
               ? 0
               : gdb_packet_send(&gdb->link, packet, put_command(command, packet), LEAVING_MS);
}

int gdb_end(struct gdb *gdb, bool reset)
{
    if (gdb->dialect->leave == GDB_LEAVE_MONITOR) {
        return tell(gdb, reset ? gdb->dialect->reset_run : gdb->dialect->resume);
    }
    if (gdb->running && !reset && gdb->dialect->leave == GDB_LEAVE_CONTINUE) {
        return 0;
    }
    (void)gdb_halt(gdb);
    if (reset) {
        (void)gdb_reset(gdb); /* some say that they do not know it */
    }
    return gdb_packet_send(&gdb->link, gdb->dialect->leave == GDB_LEAVE_DETACH ? "D" : "c", 1,
                           LEAVING_MS);
}

/* Decodes the answer to `m`: at most `wanted` bytes; *got receives how many. */
static int decode(const struct gdb_link *link, uint8_t *data, uint32_t wanted, uint32_t *got)
{
    const size_t length = link->reply_length;

    if (link->reply[0] == 'E' && length == 3) {
        return LINK_E_IO;
    }
    if (length == 0 || length % 2 != 0 || length / 2 > wanted) {
        return LINK_E_PROTOCOL;
    }
    for (size_t i = 0; i < length / 2; i++) {
        int high = hex_digit(link->reply[2 * i]);
        int low = hex_digit(link->reply[2 * i + 1]);

        if (high < 0 || low < 0) {
            return LINK_E_PROTOCOL;
        }
        data[i] = (uint8_t)(high << 4 | low);
    }
    *got = (uint32_t)(length / 2);
    return 0;
}

int gdb_read(struct gdb *gdb, uint32_t address, uint8_t *data, uint32_t length)
{
    const uint32_t most = ck_min(gdb->dialect->read_max, gdb->packet / 2 - 4);

    while (length > 0) {
        char request[32];
        uint32_t part = ck_min(length, most);
        int error;

        snprintf(request, sizeof request, "m%x,%x", address, part);
        error = ask_text(gdb, request);
        error = error != 0 ? error : decode(&gdb->link, data, part, &part);
        if (error != 0) {
            return error;
        }
        address += part;
        data += part;
        length -= part;
    }
    return 0;
}

/* Adds as many bytes to a packet as fit when they are escaped; answers how many those were. */
static uint32_t fill(uint8_t *packet, size_t *used, size_t room, const uint8_t *data,
                     uint32_t length)
{
    size_t cost = *used;
    uint32_t count = 0;

    while (count < length) {
        const uint8_t c = data[count];
        const bool escaped = c == '#' || c == '$' || c == '}' || c == '*';

        cost += escaped ? 2 : 1;
        if (cost > room) {
            break;
        }
        packet[(*used)++] = c;
        count++;
    }
    return count;
}

static int write_binary(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t *part)
{
    uint8_t packet[PACKET_MAX + HEAD_MAX];
    uint8_t body[PACKET_MAX];
    size_t used = 0;
    size_t head;

    *part = fill(body, &used, gdb->packet - HEAD_MAX, data, *part);
    head = (size_t)snprintf((char *)packet, HEAD_MAX, "X%x,%x:", address, *part);
    memcpy(packet + head, body, used);
    return order(gdb, packet, head + used, gdb->patience_ms);
}

static int write_hex(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t *part)
{
    static const char digits[] = "0123456789abcdef";
    char packet[PACKET_MAX + HEAD_MAX];
    size_t used;

    *part = ck_min(*part, (gdb->packet - HEAD_MAX) / 2);
    used = (size_t)snprintf(packet, HEAD_MAX, "M%x,%x:", address, *part);
    for (uint32_t i = 0; i < *part; i++) {
        packet[used++] = digits[data[i] >> 4];
        packet[used++] = digits[data[i] & 15];
    }
    return order(gdb, packet, used, gdb->patience_ms);
}

int gdb_write(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t length)
{
    while (length > 0) {
        uint32_t part = length;
        int error = gdb->binary ? write_binary(gdb, address, data, &part)
                                : write_hex(gdb, address, data, &part);

        if (error != 0) {
            return error;
        }
        address += part;
        data += part;
        length -= part;
    }
    return 0;
}

int gdb_flash_erase(struct gdb *gdb, uint32_t address, uint32_t length)
{
    char request[48];

    snprintf(request, sizeof request, "vFlashErase:%x,%x", address, length);
    return order(gdb, request, strlen(request), FLASH_FACTOR * gdb->patience_ms);
}

int gdb_flash_program(struct gdb *gdb, uint32_t address, const uint8_t *data, uint32_t length)
{
    static const char done[] = "vFlashDone";

    while (length > 0) {
        uint8_t packet[PACKET_MAX + HEAD_MAX];
        size_t used = (size_t)snprintf((char *)packet, HEAD_MAX, "vFlashWrite:%x:", address);
        uint32_t part = fill(packet, &used, gdb->packet, data, length);
        int error = order(gdb, packet, used, gdb->patience_ms);

        if (error != 0) {
            return error;
        }
        address += part;
        data += part;
        length -= part;
    }
    return order(gdb, done, sizeof done - 1, FLASH_FACTOR * gdb->patience_ms);
}

const struct gdb_region *gdb_region_of(const struct gdb *gdb, uint32_t address, uint32_t length)
{
    for (size_t i = 0; i < gdb->region_count; i++) {
        const struct gdb_region *r = &gdb->region[i];

        if (address >= r->start && length <= r->length &&
            address - r->start <= r->length - length) {
            return r;
        }
    }
    return NULL;
}
