// SPDX-License-Identifier: Apache-2.0
/* read, write, dump: bytes of a flash that is reached without the device's help. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>

#include "../device/offline.h"
#include "../package/package.h"
#include "../package/parts.h"
#include "commands.h"

enum { LINE = 16, PIECE = 64 * 1024 };

static char *output;
static int force;

static const struct poptOption read_options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0,
     "write the bytes to a file, rather than show them; Intel HEX if its name ends in .hex",
     "FILE"},
    POPT_TABLEEND,
};

static const struct poptOption write_options[] = {
    {"force", 0, POPT_ARG_NONE, &force, 0, "also where the store keeps its journal or an app",
     NULL},
    POPT_TABLEEND,
};

/* A number, decimal or with 0x, that fits into 32 bits. */
static bool number(const char *text, uint32_t *value)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 0);
    *value = (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n <= UINT32_MAX;
}

static int bad_number(struct cli *cli, const char *text)
{
    return cli_fail(cli, EXIT_USAGE, "as in 4096 or 0x21100000", "'%s' is not a number of 32 bits",
                    text);
}

static void show_line(const struct cli *cli, uint32_t address, const uint8_t *bytes, size_t count)
{
    char hex[3 * LINE + 1] = "";
    char text[LINE + 1] = "";

    for (size_t i = 0; i < count; i++) {
        snprintf(hex + 3 * i, sizeof hex - 3 * i, "%02x ", bytes[i]);
        text[i] = (char)(bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.');
    }
    cli_say(cli, "%08x  %-48s |%s|", address, hex, text);
}

/* Reads a range piece by piece, for a long one may be broken off. */
static int get(struct device *device, uint32_t address, uint32_t length, const uint8_t **bytes)
{
    for (uint32_t at = 0; at < length; at += ck_min(PIECE, length - at)) {
        const uint32_t part = ck_min(PIECE, length - at);

        if (interrupted()) {
            return device_fail(device, LINK_E_INTERRUPTED, "read");
        }
        if (offline_peek(device->line.offline, address + at, part) == NULL) {
            return device_fail(device, offline_error(device->line.offline), "read");
        }
    }
    *bytes = offline_peek(device->line.offline, address, length);
    return *bytes != NULL ? EXIT_DONE
                          : device_fail(device, offline_error(device->line.offline), "read");
}

static bool is_inside(const struct board *board, uint32_t address, uint32_t length)
{
    const uint32_t base = board->geometry.base;

    return length != 0 &&
           ck_range_in(address, length, base, base + hil_flash_size(&board->geometry));
}

static int outside(struct cli *cli, const struct board *board, uint32_t address, uint32_t length)
{
    return cli_fail(cli, EXIT_USAGE, NULL,
                    "%u bytes at 0x%x are not inside the flash of %s: 0x%x, %u bytes", length,
                    address, board->name, board->geometry.base, hil_flash_size(&board->geometry));
}

/* By its name: there is no other sign of what is wanted. */
static bool is_hex(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && (strcmp(dot, ".hex") == 0 || strcmp(dot, ".ihex") == 0);
}

static int put_out(struct device *device, uint32_t address, const uint8_t *bytes, uint32_t length)
{
    struct cli *cli = device->cli;
    char *hex;

    if (output != NULL && is_hex(output)) {
        struct bytes text;
        int code = hex_write(address, bytes, length, &text)
                       ? file_write(cli, output, text.data, text.size, false)
                       : cli_fail(cli, EXIT_FAILED, NULL, "out of memory");

        bytes_free(&text);
        return code;
    }
    if (output != NULL) {
        return file_write(cli, output, bytes, length, false);
    }
    for (uint32_t at = 0; at < length && !cli->json; at += LINE) {
        show_line(cli, address + at, bytes + at, ck_min(LINE, length - at));
    }
    hex = cli->json ? malloc(2 * (size_t)length + 1) : NULL;
    if (hex != NULL) {
        cli_hex(bytes, length, hex);
        json_object_set_new(cli->result, "bytes", json_string(hex));
        free(hex);
    }
    return EXIT_DONE;
}

static int read_range(struct device *device, uint32_t address, uint32_t length)
{
    const uint8_t *bytes = NULL;
    int code = get(device, address, length, &bytes);

    json_object_set_new(device->cli->result, "address", json_integer(address));
    json_object_set_new(device->cli->result, "length", json_integer(length));
    return bytes == NULL ? code : put_out(device, address, bytes, length);
}

static int run_read(struct cli *cli, int count, const char **argument)
{
    struct device device;
    uint32_t address;
    uint32_t length;
    int code;

    if (count != 2) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli read --help",
                        "read takes an address and a length");
    }
    if (!number(argument[0], &address)) {
        return bad_number(cli, argument[0]);
    }
    if (!number(argument[1], &length)) {
        return bad_number(cli, argument[1]);
    }
    code = device_open_offline(cli, &device);
    if (code != EXIT_DONE) {
        return code;
    }
    code = is_inside(offline_board(device.line.offline), address, length)
               ? read_range(&device, address, length)
               : outside(cli, offline_board(device.line.offline), address, length);
    device_close(&device);
    return code;
}

static int run_dump(struct cli *cli, int count, const char **argument)
{
    struct device device;
    const struct board *board;
    uint32_t page = 0;
    uint32_t address;
    uint32_t size;
    int code;

    if (count > 1 || (count == 0 && output == NULL)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli dump --help",
                        "dump takes the number of a page, or the whole flash with --output");
    }
    if (count == 1 && !number(argument[0], &page)) {
        return bad_number(cli, argument[0]);
    }
    code = device_open_offline(cli, &device);
    if (code != EXIT_DONE) {
        return code;
    }
    board = offline_board(device.line.offline);
    address = board->geometry.base;
    size = hil_flash_size(&board->geometry);
    if (count == 1) {
        int error = hil_flash_page(&board->geometry, address, &address, &size);

        for (uint32_t i = 0; error == 0 && i < page; i++) {
            error = hil_flash_page(&board->geometry, address + size, &address, &size);
        }
        code = error == 0 ? EXIT_DONE
                          : cli_fail(cli, EXIT_USAGE, NULL, "the flash of %s has no page %u",
                                     board->name, page);
    }
    code = code != EXIT_DONE ? code : read_range(&device, address, size);
    device_close(&device);
    return code;
}

/* Whether a range is of the journal, or of an object that the store knows. */
static int check_owned(struct device *device, uint32_t address, uint32_t length)
{
    const struct board *board = offline_board(device->line.offline);
    bool owned = false;
    int code = device_list(device);

    for (size_t i = 0; i < 2; i++) {
        owned = owned || ck_ranges_overlap(address, length, board->journal[i].address,
                                           board->journal[i].size);
    }
    for (size_t i = 0; code == EXIT_DONE && i < device->app_count; i++) {
        owned = owned || ck_ranges_overlap(address, length, device->app[i].app.address,
                                           device->app[i].extent);
    }
    return code != EXIT_DONE || !owned
               ? code
               : cli_fail(device->cli, EXIT_REFUSED,
                          "install, remove and attribute change it by the store's rules; --force "
                          "does not",
                          "%u bytes at 0x%x belong to the store: its journal or an app", length,
                          address);
}

/* Everything is checked before anything is changed. */
static int check_parts(struct device *device, const struct parts *parts)
{
    const struct board *board = offline_board(device->line.offline);
    int code = EXIT_DONE;

    for (size_t i = 0; code == EXIT_DONE && i < parts->count; i++) {
        const struct part *p = &parts->part[i];
        const uint32_t length = (uint32_t)p->data.size;

        code = !is_inside(board, p->address, length)
                   ? outside(device->cli, board, p->address, length)
               : force != 0 ? EXIT_DONE
                            : check_owned(device, p->address, length);
    }
    return code;
}

static int write_parts(struct device *device, const struct parts *parts)
{
    int code = check_parts(device, parts);

    for (size_t i = 0; code == EXIT_DONE && i < parts->count; i++) {
        const struct part *p = &parts->part[i];
        int error = interrupted() ? (int)LINK_E_INTERRUPTED
                                  : offline_poke(device->line.offline, p->address, p->data.data,
                                                 (uint32_t)p->data.size);

        if (error != 0) {
            return device_fail_offline(device, error, "write");
        }
        cli_say(device->cli, "%zu bytes written at 0x%08x", p->data.size, p->address);
    }
    return code;
}

/* The bytes of any file at an address; without one, of a file that says where they belong. */
static int read_parts(struct cli *cli, int count, const char **argument, struct parts *parts)
{
    uint32_t address;
    int code;

    parts->count = 0;
    if (count == 1) {
        return parts_read(cli, argument[0], parts);
    }
    if (!number(argument[0], &address)) {
        return bad_number(cli, argument[0]);
    }
    code = file_read(cli, argument[1], &parts->part[0].data);
    parts->part[0].address = address;
    parts->count = code == EXIT_DONE ? 1 : 0;
    return code;
}

static int run_write(struct cli *cli, int count, const char **argument)
{
    static struct parts parts;
    struct device device;
    int code;

    if (count != 1 && count != 2) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli write --help",
                        "write takes an address and a file, or a HEX or ELF file");
    }
    code = read_parts(cli, count, argument, &parts);
    code = code != EXIT_DONE ? code : device_open_offline(cli, &device);
    if (code == EXIT_DONE) {
        code = write_parts(&device, &parts);
        device_close(&device);
    }
    parts_free(&parts);
    return code;
}

const struct command command_read = {
    .name = "read",
    .group = "Flash",
    .summary = "Read bytes of the flash, from an image or through a debug probe",
    .usage = "ADDRESS LENGTH",
    .help = "  loader-cli -d file:flash.img read 0x21100000 64",
    .options = read_options,
    .run = run_read,
};

const struct command command_write = {
    .name = "write",
    .group = "Flash",
    .summary = "Write bytes of a file into the flash, in an image or through a debug probe",
    .usage = "[ADDRESS] FILE",
    .help =
        "Intel HEX and ELF files say themselves where their bytes belong; with an address, the\n"
        "bytes of any file go there. Pages are read, erased and written anew, so what is beside "
        "the bytes stays; a power "
        "cut in\nbetween loses the page. Journal and apps are left to the commands that know "
        "them.",
    .options = write_options,
    .run = run_write,
};

const struct command command_dump = {
    .name = "dump",
    .group = "Flash",
    .summary = "Show a page of the flash, or save all of it",
    .usage = "[PAGE]",
    .help = "  loader-cli -d gdb:localhost:3333 --board raspberry_pi_pico dump -o flash.img\n"
            "  loader-cli -d file:flash.img list",
    .options = read_options,
    .run = run_dump,
};
