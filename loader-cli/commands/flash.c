// SPDX-License-Identifier: Apache-2.0
/* read, dump: bytes of a flash that is reached without the device's help. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>

#include "../cli/number.h"
#include "../device/offline.h"
#include "../package/flash_file.h"
#include "../posix/text.h"
#include "commands.h"
#include "flash.h"

enum { LINE = 16, PIECE = 64 * 1024 };

static char *output;
static char *format;
static bool as_hex; /* Intel HEX */

static const struct poptOption read_options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0, "write the bytes to a file, rather than show them",
     "FILE"},
    {"format", 0, POPT_ARG_STRING, &format, 0,
     "hex (Intel HEX, which has the address) or binary; without it as the file is called: FILE.hex",
     "FORMAT"},
    POPT_TABLEEND,
};

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

int flash_check_inside(struct cli *cli, const struct board *board, uint32_t address,
                       uint32_t length)
{
    const uint32_t base = board->geometry.base;
    const uint32_t size = hil_flash_size(&board->geometry);

    return length != 0 && ck_range_in(address, length, base, base + size)
               ? EXIT_DONE
               : cli_fail(cli, EXIT_USAGE, NULL,
                          "%u bytes at 0x%x are not inside the flash of %s: 0x%x, %u bytes", length,
                          address, board->name, base, size);
}

static bool ends_in_hex(const char *path)
{
    const size_t length = path != NULL ? strlen(path) : 0;

    return length >= 4 && text_same(path + length - 4, ".hex");
}

static int choose_format(struct cli *cli)
{
    const bool binary = format != NULL && strcmp(format, "binary") == 0;
    const bool hex = format != NULL && strcmp(format, "hex") == 0;

    as_hex = hex || (format == NULL && ends_in_hex(output));
    return format == NULL || binary || hex ? EXIT_DONE
                                           : cli_fail(cli, EXIT_USAGE, "--format hex, or binary",
                                                      "'%s' is no format of bytes", format);
}

static int write_hex(struct cli *cli, uint32_t address, const uint8_t *bytes, uint32_t length)
{
    struct bytes text;
    int code = hex_write(address, bytes, length, &text)
                   ? file_write(cli, output, text.data, text.size, false)
                   : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");

    bytes_free(&text);
    return code;
}

static void show(const struct cli *cli, uint32_t address, const uint8_t *bytes, uint32_t length)
{
    struct hex_range range = {.address = address, .bytes = bytes, .length = length};
    char line[HEX_LINE_MAX];

    while (as_hex && hex_next(&range, line)) {
        cli_say(cli, "%s", line);
    }
    for (uint32_t at = 0; !as_hex && at < length; at += LINE) {
        show_line(cli, address + at, bytes + at, ck_min(LINE, length - at));
    }
}

static int put_out(struct device *device, uint32_t address, const uint8_t *bytes, uint32_t length)
{
    struct cli *cli = device->cli;
    char *hex;

    if (output != NULL) {
        return as_hex ? write_hex(cli, address, bytes, length)
                      : file_write(cli, output, bytes, length, false);
    }
    if (!cli->json) {
        show(cli, address, bytes, length);
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
    if (!number_read(argument[0], &address)) {
        return bad_number(cli, argument[0]);
    }
    if (!number_read(argument[1], &length)) {
        return bad_number(cli, argument[1]);
    }
    code = choose_format(cli);
    code = code == EXIT_DONE ? device_open_offline(cli, &device) : code;
    if (code != EXIT_DONE) {
        return code;
    }
    code = flash_check_inside(cli, offline_board(device.line.offline), address, length);
    code = code == EXIT_DONE ? read_range(&device, address, length) : code;
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
    if (count == 1 && !number_read(argument[0], &page)) {
        return bad_number(cli, argument[0]);
    }
    code = choose_format(cli);
    code = code == EXIT_DONE ? device_open_offline(cli, &device) : code;
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

const struct command command_read = {
    .name = "read",
    .group = "Flash",
    .summary = "Read bytes of the flash, from an image or through a debug probe",
    .usage = "ADDRESS LENGTH",
    .help = "  loader-cli -d file:flash.img read 0x21100000 64\n"
            "  loader-cli -d file:flash.img read 0x21100000 4096 -o page.hex\n"
            "  loader-cli -d file:flash.img write page.hex",
    .options = read_options,
    .run = run_read,
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
