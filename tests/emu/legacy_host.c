// SPDX-License-Identifier: Apache-2.0
/*
 * A host that speaks Tock's serial protocol as tockloader does: the same bytes in the same order,
 * the same waits, the same layout of apps, the same habits (pages of zeros are not written, every
 * command ends with EXIT). Written from the protocol's description; it shares no code with either
 * end.
 *
 *   legacy_host SOCKET [--rate N] COMMAND [ARGUMENT...]
 */
#include "legacy_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_READ = 200,
    BELOW = 1000, /* bytes below the apps that hold the kernel's attributes */
    APPS_MAX = 32
};

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
        value ^= at == 12 ? 0 : wire_get32(header + at);
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

    if (program == NULL || length < 20 || wire_get32(program + 12) >= app->size) {
        return;
    }
    length = app->size - wire_get32(program + 12);
    footer = malloc(length);
    if (footer == NULL ||
        !wire_read_range(app->address + wire_get32(program + 12), length, footer)) {
        wire_die("a footer cannot be read");
    }
    free(footer);
}

static void read_list(void)
{
    uint32_t address = start;

    for (;;) {
        struct app app = {.address = address};
        uint32_t size;

        if (!wire_read_range(address, HEADER_READ, app.header)) {
            return;
        }
        size = header_size(app.header);
        app.size = wire_get32(app.header + 4);
        if (app.header[0] != 2 || app.header[1] != 0 || size < 16 || size > HEADER_READ ||
            app.size < size) {
            return;
        }
        if (size == 16 && checksum(app.header) != wire_get32(app.header + 12)) {
            return;
        }
        if (size > 16) {
            if (count == APPS_MAX) {
                wire_die("too many apps");
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
    uint32_t size = WIRE_PAGE;

    memset(app, 0, sizeof *app);
    app->bytes = calloc(1, 1 << 20);
    if (file == NULL || app->bytes == NULL || fread(app->bytes, 1, 1 << 20, file) < 16) {
        wire_die("a TBF file cannot be read");
    }
    fclose(file);
    app->size = wire_get32(app->bytes + 4);
    while (size < app->size) {
        size *= 2;
    }
    if (size != app->size) {
        wire_put32(app->bytes + 4, size);
        wire_put32(app->bytes + 12, checksum(app->bytes));
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
        if (app->bytes == NULL || !wire_read_range(app->address, app->size, app->bytes)) {
            wire_die("an app cannot be read");
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
        wire_die("no memory");
    }
    padding[0] = 2;
    padding[2] = 16;
    wire_put32(padding + 4, size);
    wire_put32(padding + 12, checksum(padding));
    wire_flash(address, padding, size);
    free(padding);
}

/* Lays everything out anew and writes what is new, changed or elsewhere. */
static void reshuffle(void)
{
    uint32_t address = start;
    uint8_t below[BELOW];

    if (!wire_read_range(start - BELOW, BELOW, below)) {
        wire_die("the kernel's attributes cannot be read");
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
            wire_flash(address, apps[i].bytes, apps[i].size);
        }
        address += apps[i].size;
    }
    wire_erase_page(address);
}

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
            wire_die("nothing found to update");
        }
        *(old != NULL ? old : &apps[count++]) = app;
    }
    reshuffle();
}

static void uninstall(const char *name)
{
    struct app *app = find(name);
    uint8_t page[WIRE_PAGE];

    if (app == NULL) {
        wire_die("no such app");
    }
    memset(page, 0xFF, sizeof page);
    memset(page, 0, 16);
    page[0] = 2;
    page[2] = 16;
    wire_put32(page + 4, app->size);
    wire_put32(page + 12, checksum(page));
    wire_flash(app->address, page, sizeof page);
}

static void set_flag(const char *name, uint8_t flag, bool on)
{
    struct app *app = find(name);

    if (app == NULL) {
        wire_die("no such app");
    }
    app->header[8] = (uint8_t)(on ? app->header[8] | flag : app->header[8] & ~flag);
    wire_put32(app->header + 12, checksum(app->header));
    app->changed = true;
    reshuffle();
}

static void print_attributes(void)
{
    for (unsigned i = 0; i < WIRE_ATTRIBUTES; i++) {
        printf("%02u: %s = %s\n", i, wire_keys[i], wire_values[i]);
    }
}

static void print_range(uint32_t address, uint32_t length)
{
    uint8_t *data = malloc(length);

    if (data == NULL || !wire_read_range(address, length, data)) {
        wire_die("that may not be read");
    }
    for (uint32_t i = 0; i < length; i++) {
        printf("%02x", (unsigned)data[i]);
    }
    printf("\n");
    free(data);
}

static void print_info(void)
{
    wire_demand(0x03, NULL, 0, 0x25, 193);
    printf("%.*s\n", (int)wire_reply[0], (const char *)wire_reply + 1);
}

/* Sends bytes given in hex, without a sync and without EXIT; prints what comes back. */
static int raw(const char *hex)
{
    uint8_t out[4096];
    uint8_t answer[64]; /* behind EXIT apps may go on printing for ever */
    size_t used = 0;
    unsigned byte;

    while (used < sizeof out && sscanf(hex, "%2x", &byte) == 1) {
        out[used++] = (uint8_t)byte;
        hex += 2;
    }
    wire_give(out, used);
    used = wire_take_within(answer, sizeof answer, WIRE_PONG_MS);
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
        wire_erase_page(start);
    } else if (strcmp(command, "set-attribute") == 0 && number == 2) {
        wire_set_attribute(argument[0], argument[1]);
    } else if (strcmp(command, "remove-attribute") == 0 && number == 1) {
        wire_set_attribute(argument[0], "");
    } else if (strcmp(command, "read") == 0 && number == 2) {
        print_range((uint32_t)strtoul(argument[0], NULL, 0),
                    (uint32_t)strtoul(argument[1], NULL, 0));
    } else if (strcmp(command, "erase") == 0 && number == 1) {
        wire_erase_page((uint32_t)strtoul(argument[0], NULL, 0));
    } else if (strcmp(command, "set-start-address") == 0 && number == 1) {
        uint8_t payload[4];

        wire_put32(payload, (uint32_t)strtoul(argument[0], NULL, 0));
        wire_demand(0x23, payload, sizeof payload, WIRE_OK, 0);
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
        wire_die("legacy_host SOCKET [--rate N] COMMAND [ARGUMENT...]");
    }
    wire_connect_line(argv[1]);
    if (strcmp(argv[next], "raw") == 0 && argc == next + 2) {
        return raw(argv[next + 1]);
    }
    wire_enter();
    if (rate != 0) {
        wire_change_rate(rate);
    }
    wire_read_attributes();
    start = (uint32_t)strtoul(wire_slot_of("appaddr") < WIRE_ATTRIBUTES
                                  ? wire_values[wire_slot_of("appaddr")]
                                  : "0x30000",
                              NULL, 0);
    read_list();
    read_footers();
    done = about_apps(argv[next], argv + next + 1, argc - next - 1) ||
           about_board(argv[next], argv + next + 1, argc - next - 1);
    wire_leave();
    if (!done) {
        wire_die("unknown command");
    }
    return 0;
}
