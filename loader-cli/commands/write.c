// SPDX-License-Identifier: Apache-2.0
/* write: a binary, an Intel HEX or ELF file, or one byte many times, into flash in reach. */
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>

#include "../cli/number.h"
#include "../device/offline.h"
#include "../package/flash_file.h"
#include "commands.h"
#include "flash.h"

static int force;
static char *fill;
static char *fill_length;

static const struct poptOption options[] = {
    {"fill", 0, POPT_ARG_STRING, &fill, 0, "write this byte, rather than a file", "BYTE"},
    {"length", 0, POPT_ARG_STRING, &fill_length, 0, "how many bytes to fill", "N"},
    {"force", 0, POPT_ARG_NONE, &force, 0, "also where the store keeps its journal or an app",
     NULL},
    POPT_TABLEEND,
};

/* Whether a range is of the journal, or of an object that the store knows. */
static int check_owned(struct device *device, uint32_t address, uint32_t length)
{
    const struct board *board = offline_board(device->line.offline);
    bool owned = false;

    for (size_t i = 0; i < 2; i++) {
        owned = owned || ck_ranges_overlap(address, length, board->journal[i].address,
                                           board->journal[i].size);
    }
    for (size_t i = 0; i < device->app_count; i++) {
        owned = owned || ck_ranges_overlap(address, length, device->app[i].app.address,
                                           device->app[i].extent);
    }
    return owned ? cli_fail(device->cli, EXIT_REFUSED,
                            "install, remove and attribute change it by the store's rules; --force "
                            "does not",
                            "%u bytes at 0x%x belong to the store: its journal or an app", length,
                            address)
                 : EXIT_DONE;
}

/* Nothing is written before all of it may be. */
static int check_parts(struct device *device, const struct flash_file *file)
{
    const struct board *board = offline_board(device->line.offline);
    int code = force != 0 ? EXIT_DONE : device_list(device);

    for (size_t i = 0; code == EXIT_DONE && i < file->count; i++) {
        const struct flash_part *part = &file->part[i];
        const uint32_t length = (uint32_t)part->bytes.size;

        code = flash_check_inside(device->cli, board, part->address, length);
        code = code == EXIT_DONE && force == 0 ? check_owned(device, part->address, length) : code;
    }
    return code;
}

static int write_parts(struct device *device, const struct flash_file *file)
{
    json_t *parts = json_array();
    int code = check_parts(device, file);

    json_object_set_new(device->cli->result, "parts", parts);
    for (size_t i = 0; code == EXIT_DONE && i < file->count; i++) {
        const struct flash_part *part = &file->part[i];
        const uint32_t length = (uint32_t)part->bytes.size;
        const int error =
            offline_poke(device->line.offline, part->address, part->bytes.data, length);

        if (error != 0) {
            return device_fail_offline(device, error, "write");
        }
        cli_say(device->cli, "%u bytes written at 0x%08x", length, part->address);
        json_array_append_new(parts, json_pack("{s:I, s:I}", "address", (json_int_t)part->address,
                                               "size", (json_int_t)length));
    }
    return code;
}

/* A file whose bytes go where the command line says, or where the file itself does. */
static int take_file(struct cli *cli, const char *path, bool placed, uint32_t address,
                     struct flash_file *file)
{
    struct bytes content = {NULL, 0};
    int code = file_read(cli, path, &content);

    if (code == EXIT_DONE && placed) {
        code = flash_file_add(file, address, content.data, content.size)
                   ? EXIT_DONE
                   : cli_fail(cli, EXIT_USAGE, NULL, "'%s' has no bytes, or too many for 0x%x",
                              path, address);
    } else if (code == EXIT_DONE && flash_file_kind(&content) == FLASH_BINARY) {
        code = cli_fail(cli, EXIT_USAGE, "loader-cli write ADDRESS FILE",
                        "'%s' is neither Intel HEX nor ELF: it needs an address", path);
    } else if (code == EXIT_DONE) {
        code = flash_file_read(cli, path, &content, file);
    }
    bytes_free(&content);
    return code;
}

static int take_fill(struct cli *cli, uint32_t address, struct flash_file *file)
{
    uint32_t value;
    uint32_t length;
    uint8_t *bytes;
    int code = EXIT_DONE;

    if (fill_length == NULL || !number_read(fill, &value) || value > UINT8_MAX ||
        !number_read(fill_length, &length) || length == 0 || length > PACKAGE_MAX) {
        return cli_fail(cli, EXIT_USAGE, "as in --fill 0xFF --length 4096",
                        "--fill takes a byte, and needs --length, up to %u", PACKAGE_MAX);
    }
    bytes = malloc(length);
    if (bytes == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    memset(bytes, (int)value, length);
    if (!flash_file_add(file, address, bytes, length)) {
        code = cli_fail(cli, EXIT_USAGE, NULL, "%u bytes are too many for 0x%x", length, address);
    }
    free(bytes);
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct flash_file file;
    const bool filling = fill != NULL || fill_length != NULL;
    const bool placed = filling || count == 2;
    struct device device;
    uint32_t address = 0;
    int code;

    if (count < 1 || count > 2 || (filling && (count != 1 || fill == NULL))) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli write --help",
                        "write takes an address and a file, a file that has addresses, or an "
                        "address, --fill and --length");
    }
    if (placed && !number_read(argument[0], &address)) {
        return cli_fail(cli, EXIT_USAGE, "as in 4096 or 0x21100000",
                        "'%s' is not a number of 32 bits", argument[0]);
    }
    code = filling ? take_fill(cli, address, &file)
                   : take_file(cli, argument[count - 1], placed, address, &file);
    code = code == EXIT_DONE ? device_open_offline(cli, &device) : code;
    if (code == EXIT_DONE) {
        code = write_parts(&device, &file);
        device_close(&device);
    }
    flash_file_free(&file);
    return code;
}

const struct command command_write = {
    .name = "write",
    .group = "Flash",
    .summary = "Write bytes into the flash, in an image or through a debug probe",
    .usage = "[ADDRESS] [FILE]",
    .help =
        "With an address the file is written as it is. Without one it has to be Intel HEX or "
        "ELF, and\nsays itself where its bytes belong. All of it is checked before any is "
        "written.\nPages are read, erased and written anew, so what is beside the bytes stays; "
        "a power cut in\nbetween loses the page. Journal and apps are left to the commands that "
        "know them.\n\n"
        "  loader-cli -d gdb:localhost:3333 --board raspberry_pi_pico write kernel.elf\n"
        "  loader-cli -d file:flash.img write 0x210B0000 --fill 0xFF --length 4096",
    .options = options,
    .run = run,
};
