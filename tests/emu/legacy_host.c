// SPDX-License-Identifier: Apache-2.0
/*
 * A host that speaks Tock's serial protocol as tockloader does: the same bytes in the same order,
 * the same waits, the same layout of apps, the same habits (pages of zeros are not written, every
 * command ends with EXIT). Written from the protocol's description; it shares no code with either
 * end.
 *
 *   legacy_host SOCKET [--rate N] COMMAND [ARGUMENT...]
 */
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    ESC = 0xFC,
    PAGE = 512,
    READ_MAX = 4095,
    HEADER_READ = 200,
    BELOW = 1000, /* bytes below the apps that hold the kernel's attributes */
    APPS_MAX = 32,
    REPLY_MAX = 8192,
    ATTRIBUTES = 16,
    ATTRIBUTE = 64,
    READ_MS = 500,
    PONG_MS = 300, /* tockloader waits half a second after each */
    HEAD_TRIES = 3,
    PINGS = 30
};

enum { OK = 0x15 };

static int line = -1;
static bool entered; /* the bootloader answered: however this ends, EXIT goes to it */
static uint8_t reply[REPLY_MAX];

static void leave(void)
{
    if (entered && write(line, "\xFC\x22", 2) == 2) {
        (void)poll(NULL, 0, 100);
    }
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "legacy_host: %s\n", what);
    leave();
    exit(1);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t sum(const uint8_t *data, size_t length)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

/* --- the line */

static void connect_line(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    line = socket(AF_UNIX, SOCK_STREAM, 0);
    if (line < 0 || strlen(path) >= sizeof address.sun_path) {
        die("no socket");
    }
    strcpy(address.sun_path, path);
    if (connect(line, (const struct sockaddr *)&address, sizeof address) != 0) {
        die("the board's line cannot be reached");
    }
}

/* As a serial port is read: what comes until it is silent for a while, at most so many bytes. */
static size_t take_within(uint8_t *data, size_t wanted, int silence_ms)
{
    struct pollfd poller = {.fd = line, .events = POLLIN};
    size_t used = 0;

    while (used < wanted && poll(&poller, 1, silence_ms) > 0) {
        ssize_t got = read(line, data + used, wanted - used);

        if (got <= 0) {
            die("the line is closed");
        }
        used += (size_t)got;
    }
    return used;
}

static size_t take(uint8_t *data, size_t wanted)
{
    return take_within(data, wanted, READ_MS);
}

static void give(const uint8_t *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t sent = write(line, data + at, length - at);

        if (sent <= 0) {
            die("the line is closed");
        }
        at += (size_t)sent;
    }
}

/* Bytes of an answer, FC FC taken as one; as many as are wanted, for as long as that takes. */
static void take_body(uint8_t *data, size_t wanted)
{
    static uint8_t raw[2 * REPLY_MAX];
    size_t have = 0;

    for (unsigned silent = 0; have < wanted && silent < 20; silent++) {
        size_t got = take(raw, wanted - have);
        size_t escapes = 0;

        for (size_t i = 0; i < got; i++) {
            escapes += raw[i] == ESC;
        }
        got += escapes % 2 == 1 ? take(raw + got, 1) : 0;
        for (size_t i = 0; i < got; i++) {
            i += raw[i] == ESC && i + 1 < got && raw[i + 1] == ESC;
            data[have++] = raw[i];
        }
    }
    if (have != wanted) {
        die("an answer has the wrong length");
    }
}

/*
 * A command: its payload with FC doubled, FC, the command; before it a sync unless it goes without.
 * Answers the code that came; the body of `length` bytes, when the code is the one wanted, is in
 * reply[].
 */
static unsigned issue(uint8_t command, const uint8_t *payload, size_t size, bool sync,
                      unsigned wanted, size_t length)
{
    static uint8_t out[3 + 2 * (4 + PAGE) + 2];
    uint8_t head[2] = {0};
    size_t used = 0;
    unsigned tries = 0;

    if (sync) {
        memcpy(out, "\x00\xFC\x05", 3);
        used = 3;
    }
    for (size_t i = 0; i < size; i++) {
        out[used++] = payload[i];
        if (payload[i] == ESC) {
            out[used++] = ESC;
        }
    }
    out[used++] = ESC;
    out[used++] = command;
    give(out, used);
    while (take(head, 2) != 2) {
        if (++tries == HEAD_TRIES) {
            die("no answer to a command");
        }
    }
    if (head[0] != ESC) {
        die("an answer does not begin with FC");
    }
    if (head[1] == wanted) {
        take_body(reply, length);
    }
    return head[1];
}

static void demand(uint8_t command, const uint8_t *payload, size_t size, unsigned wanted,
                   size_t length)
{
    unsigned code = issue(command, payload, size, true, wanted, length);

    if (code != wanted) {
        fprintf(stderr, "legacy_host: command %02x is answered %02x\n", (unsigned)command, code);
        die("that is not what it should be");
    }
}

static void enter(void)
{
    uint8_t answer[200];

    for (unsigned i = 0; i < PINGS; i++) {
        give((const uint8_t *)"\xFC\x01", 2);
        if (take_within(answer, sizeof answer, PONG_MS) == 2 && answer[1] == 0x11) {
            entered = true;
            return;
        }
    }
    die("no pong");
}

static void change_rate(uint32_t rate)
{
    uint8_t payload[5] = {1};

    put32(payload + 1, rate);
    if (issue(0x21, payload, sizeof payload, true, OK, 0) != OK) {
        die("the new rate is refused");
    }
    payload[0] = 2;
    if (issue(0x21, payload, sizeof payload, false, OK, 0) != OK) {
        die("the new rate is not confirmed");
    }
}

/* --- flash */

/* False: the board says that it may not be read. */
static bool read_range(uint32_t address, uint32_t length, uint8_t *data)
{
    uint8_t payload[6];

    for (uint32_t done = 0; done < length;) {
        uint32_t part = length - done < READ_MAX ? length - done : READ_MAX;

        put32(payload, address + done);
        payload[4] = (uint8_t)part;
        payload[5] = (uint8_t)(part >> 8);
        if (issue(0x11, payload, sizeof payload, true, 0x20, part) != 0x20) {
            return false;
        }
        memcpy(data + done, reply, part);
        done += part;
    }
    return true;
}

static void write_page(uint32_t address, const uint8_t *data)
{
    uint8_t payload[4 + PAGE];

    put32(payload, address);
    memcpy(payload + 4, data, PAGE);
    demand(0x07, payload, sizeof payload, OK, 0);
}

static void check_sum(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint8_t payload[8];
    uint8_t more[2];

    put32(payload, address);
    put32(payload + 4, length);
    demand(0x15, payload, sizeof payload, 0x23, 4);
    if (get32(reply) != sum(data, length)) {
        die("what was written has another sum");
    }
    if (take(more, sizeof more) != sizeof more) {
        die("the two bytes behind the sum are missing");
    }
}

static bool is_zero(const uint8_t *page)
{
    for (unsigned i = 0; i < PAGE; i++) {
        if (page[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Writes the runs of pages that are not all zeros, and one page of zeros behind each. */
static void flash(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint32_t pages = (length + PAGE - 1) / PAGE;
    uint8_t *padded = malloc((size_t)pages * PAGE);

    if (padded == NULL) {
        die("no memory");
    }
    memset(padded, 0xFF, (size_t)pages * PAGE);
    memcpy(padded, data, length);
    for (uint32_t first = 0; first < pages; first++) {
        uint32_t end = first;

        if (is_zero(padded + (size_t)first * PAGE)) {
            continue;
        }
        while (end < pages && !is_zero(padded + (size_t)end * PAGE)) {
            end++;
        }
        end += end < pages ? 1 : 0;
        for (uint32_t i = first; i < end; i++) {
            write_page(address + i * PAGE, padded + (size_t)i * PAGE);
        }
        check_sum(address + first * PAGE, padded + (size_t)first * PAGE, (end - first) * PAGE);
        first = end - 1;
    }
    free(padded);
}

static void erase_page(uint32_t address)
{
    uint8_t payload[4];

    put32(payload, address);
    demand(0x06, payload, sizeof payload, OK, 0);
}

/* --- attributes */

static char keys[ATTRIBUTES][9];
static char values[ATTRIBUTES][56];

static void read_attributes(void)
{
    for (uint8_t i = 0; i < ATTRIBUTES; i++) {
        demand(0x14, &i, 1, 0x22, ATTRIBUTE);
        memset(keys[i], 0, sizeof keys[i]);
        memset(values[i], 0, sizeof values[i]);
        if (reply[8] != 0 && reply[8] <= 55) {
            memcpy(keys[i], reply, 8);
            memcpy(values[i], reply + 9, reply[8]);
        }
    }
}

/* The slot of a key; for "" the first free one. */
static uint8_t slot_of(const char *key)
{
    for (uint8_t i = 0; i < ATTRIBUTES; i++) {
        if (strcmp(keys[i], key) == 0) {
            return i;
        }
    }
    return ATTRIBUTES;
}

static void set_attribute(const char *key, const char *value)
{
    uint8_t payload[10 + 55] = {0};
    uint8_t slot = slot_of(key);
    size_t length = strlen(value);

    slot = slot == ATTRIBUTES && length > 0 ? slot_of("") : slot;
    if (slot == ATTRIBUTES || strlen(key) > 8 || length > 55) {
        die("no such attribute, or no room");
    }
    payload[0] = slot;
    if (length > 0) {
        memcpy(payload + 1, key, strlen(key));
    }
    payload[9] = (uint8_t)length;
    memcpy(payload + 10, value, length);
    demand(0x13, payload, 10 + length, OK, 0);
}

/* --- apps */

struct app {
    uint32_t address; /* where it is installed; 0: nowhere yet */
    uint32_t size;
    uint8_t *bytes; /* all of it; NULL: only its header is known */
    uint8_t header[HEADER_READ];
    char name[64];
    bool changed;
};

static struct app apps[APPS_MAX];
static unsigned count;
static uint32_t start;

static uint32_t header_size(const uint8_t *header)
{
    return (uint32_t)header[2] | (uint32_t)header[3] << 8;
}

static uint32_t checksum(const uint8_t *header)
{
    uint32_t value = 0;

    for (uint32_t at = 0; at < header_size(header); at += 4) {
        value ^= at == 12 ? 0 : get32(header + at);
    }
    return value;
}

/* Finds a TLV of the header; NULL: there is none. */
static const uint8_t *tlv(const uint8_t *header, unsigned type, uint32_t *length)
{
    for (uint32_t at = 16; at + 4 <= header_size(header);) {
        *length = (uint32_t)header[at + 2] | (uint32_t)header[at + 3] << 8;
        if (((unsigned)header[at] | (unsigned)header[at + 1] << 8) == type &&
            at + 4 + *length <= header_size(header)) {
            return header + at + 4;
        }
        at += 4 + (*length + 3) / 4 * 4;
    }
    return NULL;
}

static void name_app(struct app *app)
{
    uint32_t length = 0;
    const uint8_t *name = tlv(app->header, 3, &length);

    snprintf(app->name, sizeof app->name, "%.*s", name != NULL ? (int)length : 0,
             name != NULL ? (const char *)name : "");
}

/* Footers are read for every list, as the tool does. */
static void read_footer(const struct app *app)
{
    uint32_t length = 0;
    const uint8_t *program = tlv(app->header, 9, &length);
    uint8_t *footer;

    if (program == NULL || length < 20 || get32(program + 12) >= app->size) {
        return;
    }
    length = app->size - get32(program + 12);
    footer = malloc(length);
    if (footer == NULL || !read_range(app->address + get32(program + 12), length, footer)) {
        die("a footer cannot be read");
    }
    free(footer);
}

static void read_list(void)
{
    uint32_t address = start;

    for (;;) {
        struct app app = {.address = address};
        uint32_t size;

        if (!read_range(address, HEADER_READ, app.header)) {
            return;
        }
        size = header_size(app.header);
        app.size = get32(app.header + 4);
        if (app.header[0] != 2 || app.header[1] != 0 || size < 16 || size > HEADER_READ ||
            app.size < size) {
            return;
        }
        if (size == 16 && checksum(app.header) != get32(app.header + 12)) {
            return;
        }
        if (size > 16) {
            if (count == APPS_MAX) {
                die("too many apps");
            }
            name_app(&app);
            apps[count++] = app;
        }
        address += app.size;
    }
}

static void read_footers(void)
{
    for (unsigned i = 0; i < count; i++) {
        read_footer(&apps[i]);
    }
}

static struct app *find(const char *name)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(apps[i].name, name) == 0) {
            return &apps[i];
        }
    }
    return NULL;
}

/* An app from a file; its size is made a power of two, as the tool does for this architecture. */
static void load(const char *path, struct app *app)
{
    FILE *file = fopen(path, "rb");
    uint32_t size = PAGE;

    memset(app, 0, sizeof *app);
    app->bytes = calloc(1, 1 << 20);
    if (file == NULL || app->bytes == NULL || fread(app->bytes, 1, 1 << 20, file) < 16) {
        die("a TBF file cannot be read");
    }
    fclose(file);
    app->size = get32(app->bytes + 4);
    while (size < app->size) {
        size *= 2;
    }
    if (size != app->size) {
        put32(app->bytes + 4, size);
        put32(app->bytes + 12, checksum(app->bytes));
        app->size = size;
    }
    memcpy(app->header, app->bytes,
           header_size(app->bytes) < HEADER_READ ? header_size(app->bytes) : HEADER_READ);
    name_app(app);
    app->changed = true;
}

static void fetch(struct app *app)
{
    if (app->bytes == NULL) {
        app->bytes = malloc(app->size);
        if (app->bytes == NULL || !read_range(app->address, app->size, app->bytes)) {
            die("an app cannot be read");
        }
        memcpy(app->bytes, app->header,
               header_size(app->header) < HEADER_READ ? header_size(app->header) : HEADER_READ);
    }
}

/* Largest first, else as they were. */
static void sort(void)
{
    for (unsigned i = 1; i < count; i++) {
        for (unsigned j = i; j > 0 && apps[j].size > apps[j - 1].size; j--) {
            struct app app = apps[j];

            apps[j] = apps[j - 1];
            apps[j - 1] = app;
        }
    }
}

static void pad(uint32_t address, uint32_t size)
{
    uint8_t *padding = calloc(1, size);

    if (padding == NULL) {
        die("no memory");
    }
    padding[0] = 2;
    padding[2] = 16;
    put32(padding + 4, size);
    put32(padding + 12, checksum(padding));
    flash(address, padding, size);
    free(padding);
}

/* Lays everything out anew and writes what is new, changed or elsewhere. */
static void reshuffle(void)
{
    uint32_t address = start;
    uint8_t below[BELOW];

    if (!read_range(start - BELOW, BELOW, below)) {
        die("the kernel's attributes cannot be read");
    }
    sort();
    for (unsigned i = 0; i < count; i++) {
        if (apps[i].address != 0 && (apps[i].address != address || apps[i].changed)) {
            fetch(&apps[i]);
        }
        address += apps[i].size;
    }
    address = start;
    for (unsigned i = 0; i < count; i++) {
        uint32_t over = (address - start) % apps[i].size;

        if (over != 0) {
            pad(address, apps[i].size - over);
            address += apps[i].size - over;
        }
        if (apps[i].bytes == NULL && apps[i].address != address) {
            fetch(&apps[i]);
        }
        if (apps[i].bytes != NULL) {
            flash(address, apps[i].bytes, apps[i].size);
        }
        address += apps[i].size;
    }
    erase_page(address);
}

/* --- commands */

static void list(void)
{
    for (unsigned i = 0; i < count; i++) {
        printf("%s %lu %s%s\n", apps[i].name, (unsigned long)apps[i].size,
               apps[i].header[8] & 1 ? "enabled" : "disabled",
               apps[i].header[8] & 2 ? " sticky" : "");
    }
}

static void install(char **paths, int number, bool only_updates)
{
    for (int i = 0; i < number; i++) {
        struct app app;
        struct app *old;

        load(paths[i], &app);
        old = find(app.name);
        if (old == NULL && (only_updates || count == APPS_MAX)) {
            die("nothing found to update");
        }
        *(old != NULL ? old : &apps[count++]) = app;
    }
    reshuffle();
}

static void uninstall(const char *name)
{
    struct app *app = find(name);
    uint8_t page[PAGE];

    if (app == NULL) {
        die("no such app");
    }
    memset(page, 0xFF, sizeof page);
    memset(page, 0, 16);
    page[0] = 2;
    page[2] = 16;
    put32(page + 4, app->size);
    put32(page + 12, checksum(page));
    flash(app->address, page, sizeof page);
}

static void set_flag(const char *name, uint8_t flag, bool on)
{
    struct app *app = find(name);

    if (app == NULL) {
        die("no such app");
    }
    app->header[8] = (uint8_t)(on ? app->header[8] | flag : app->header[8] & ~flag);
    put32(app->header + 12, checksum(app->header));
    app->changed = true;
    reshuffle();
}

static void print_attributes(void)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        printf("%02u: %s = %s\n", i, keys[i], values[i]);
    }
}

static void print_range(uint32_t address, uint32_t length)
{
    uint8_t *data = malloc(length);

    if (data == NULL || !read_range(address, length, data)) {
        die("that may not be read");
    }
    for (uint32_t i = 0; i < length; i++) {
        printf("%02x", (unsigned)data[i]);
    }
    printf("\n");
    free(data);
}

static void print_info(void)
{
    demand(0x03, NULL, 0, 0x25, 193);
    printf("%.*s\n", (int)reply[0], (const char *)reply + 1);
}

/* Sends bytes given in hex, without a sync and without EXIT; prints what comes back. */
static int raw(const char *hex)
{
    uint8_t out[4096];
    uint8_t answer[4096];
    size_t used = 0;
    unsigned byte;

    while (used < sizeof out && sscanf(hex, "%2x", &byte) == 1) {
        out[used++] = (uint8_t)byte;
        hex += 2;
    }
    give(out, used);
    used = take_within(answer, sizeof answer, PONG_MS);
    for (size_t i = 0; i < used; i++) {
        printf("%02x", (unsigned)answer[i]);
    }
    printf("\n");
    return 0;
}

static bool about_apps(const char *command, char **argument, int number)
{
    if (strcmp(command, "list") == 0) {
        list();
    } else if (strcmp(command, "install") == 0 || strcmp(command, "update") == 0) {
        install(argument, number, *command == 'u');
    } else if (number < 1) {
        return false;
    } else if (strcmp(command, "uninstall") == 0) {
        uninstall(argument[0]);
    } else if (strcmp(command, "enable-app") == 0 || strcmp(command, "disable-app") == 0) {
        set_flag(argument[0], 1, *command == 'e');
    } else if (strcmp(command, "sticky-app") == 0 || strcmp(command, "unsticky-app") == 0) {
        set_flag(argument[0], 2, *command == 's');
    } else {
        return false;
    }
    return true;
}

static bool about_board(const char *command, char **argument, int number)
{
    if (strcmp(command, "info") == 0) {
        print_info();
    } else if (strcmp(command, "list-attributes") == 0) {
        print_attributes();
    } else if (strcmp(command, "erase-apps") == 0) {
        erase_page(start);
    } else if (strcmp(command, "set-attribute") == 0 && number == 2) {
        set_attribute(argument[0], argument[1]);
    } else if (strcmp(command, "remove-attribute") == 0 && number == 1) {
        set_attribute(argument[0], "");
    } else if (strcmp(command, "read") == 0 && number == 2) {
        print_range((uint32_t)strtoul(argument[0], NULL, 0),
                    (uint32_t)strtoul(argument[1], NULL, 0));
    } else if (strcmp(command, "erase") == 0 && number == 1) {
        erase_page((uint32_t)strtoul(argument[0], NULL, 0));
    } else if (strcmp(command, "set-start-address") == 0 && number == 1) {
        uint8_t payload[4];

        put32(payload, (uint32_t)strtoul(argument[0], NULL, 0));
        demand(0x23, payload, sizeof payload, OK, 0);
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    uint32_t rate = 0;
    int next = 2;
    bool done;

    if (argc > 4 && strcmp(argv[2], "--rate") == 0) {
        rate = (uint32_t)strtoul(argv[3], NULL, 10);
        next = 4;
    }
    if (argc <= next) {
        die("legacy_host SOCKET [--rate N] COMMAND [ARGUMENT...]");
    }
    connect_line(argv[1]);
    if (strcmp(argv[next], "raw") == 0 && argc == next + 2) {
        return raw(argv[next + 1]);
    }
    enter();
    if (rate != 0) {
        change_rate(rate);
    }
    read_attributes();
    start = (uint32_t)strtoul(
        slot_of("appaddr") < ATTRIBUTES ? values[slot_of("appaddr")] : "0x30000", NULL, 0);
    read_list();
    read_footers();
    done = about_apps(argv[next], argv + next + 1, argc - next - 1) ||
           about_board(argv[next], argv + next + 1, argc - next - 1);
    leave();
    if (!done) {
        die("unknown command");
    }
    return 0;
}
