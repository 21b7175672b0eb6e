// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/crc32.h>

#include "../package/package.h"
#include "commands.h"

/* Of the fault TLV (docs/packages.md). */
enum { FAULT_STOP = 1, FAULT_RESTART = 2, FAULT_PANIC = 3, FAULT_ENDLESS = 255 };

static char *output;
static char *name;
static char *key_path;
static char *board;
static int app_heap = 1024;
static int kernel_heap = 1024;
static int version;
static long long short_id;
static char *fault;
static char **permissions;
static int write_id;
static char **read_ids;
static char **modify_ids;
static struct image_rights rights;
static long long flash_address = TBF_NO_FIXED_ADDRESS;
static long long ram_address = TBF_NO_FIXED_ADDRESS;
static int min_footer;
static int tock_layout;
static int kernel;
static long long slot;
static int image_offset = 0x200;

static const struct poptOption options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0, "package to write", "FILE.tab"},
    {"name", 'n', POPT_ARG_STRING, &name, 0, "package name, at most 32 bytes", "NAME"},
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "sign at once with this private key", "FILE.pem"},
    {"app-version", 0, POPT_ARG_INT, &version, 0, "version of the app (default 0)", "N"},
    {"short-id", 0, POPT_ARG_LONGLONG, &short_id, 0, "ShortID, instead of one from the name", "N"},
    {"app-heap", 0, POPT_ARG_INT, &app_heap, 0, "RAM for malloc (default 1024)", "BYTES"},
    {"kernel-heap", 0, POPT_ARG_INT, &kernel_heap, 0, "RAM for grants (default 1024)", "BYTES"},
    {"fault", 0, POPT_ARG_STRING, &fault, 0,
     "what happens when it faults: stop, restart, restart:N (at most N times), panic", "POLICY"},
    {"permission", 0, POPT_ARG_ARGV, &permissions, 0,
     "let it use this driver and no others: its commands 0 to 63, or these; several times",
     "DRIVER[:N,N...]"},
    {"write-items", 0, POPT_ARG_NONE, &write_id, 0,
     "let it store items; with this or the next two it may do nothing else with stored items",
     NULL},
    {"read-id", 0, POPT_ARG_ARGV, &read_ids, 0, "let it read items of this ShortID", "ID"},
    {"modify-id", 0, POPT_ARG_ARGV, &modify_ids, 0, "let it change items of this ShortID", "ID"},
    {"flash-address", 0, POPT_ARG_LONGLONG, &flash_address, 0,
     "where its code must lie in flash: such an app goes there only", "ADDRESS"},
    {"ram-address", 0, POPT_ARG_LONGLONG, &ram_address, 0, "where its RAM must begin", "ADDRESS"},
    {"min-footer", 0, POPT_ARG_INT, &min_footer, 0, "room for credentials", "BYTES"},
    {"tock-layout", 0, POPT_ARG_NONE, &tock_layout, 0,
     "round the size up to a power of two, for Tock's own tools", NULL},
    {"kernel", 0, POPT_ARG_NONE, &kernel, 0, "pack a kernel", NULL},
    {"board", 0, POPT_ARG_STRING, &board, 0, "kernel: its board", "NAME"},
    {"slot", 0, POPT_ARG_LONGLONG, &slot, 0, "kernel: address of its slot", "ADDRESS"},
    {"image-offset", 0, POPT_ARG_INT, &image_offset, 0,
     "kernel: from the slot to the vector table (default 0x200)", "BYTES"},
    POPT_TABLEEND,
};

/* Reads --fault; false when it is none of the words. */
static bool read_fault(struct image_options *image)
{
    char *end = NULL;
    long restarts;

    if (fault == NULL) {
        return true;
    }
    image->fault_restarts = FAULT_ENDLESS;
    if (strcmp(fault, "stop") == 0) {
        image->fault_policy = FAULT_STOP;
    } else if (strcmp(fault, "panic") == 0) {
        image->fault_policy = FAULT_PANIC;
    } else if (strncmp(fault, "restart", 7) == 0) {
        image->fault_policy = FAULT_RESTART;
        if (fault[7] == ':') {
            restarts = strtol(fault + 8, &end, 10);
            image->fault_restarts = (uint8_t)restarts;
            return fault[8] >= '0' && fault[8] <= '9' && *end == '\0' && restarts < FAULT_ENDLESS;
        }
        return fault[7] == '\0';
    }
    return image->fault_policy != 0;
}

/* Reads --permission, --write-items, --read-id and --modify-id. */
static int read_rights(struct cli *cli)
{
    for (char **text = permissions; text != NULL && *text != NULL; text++) {
        rights.restricted = true;
        if (!rights_permit(&rights, *text)) {
            return cli_fail(cli, EXIT_USAGE, "--permission 0x1 or --permission 0x1:1,2",
                            "'%s' is no permission, or one too many", *text);
        }
    }
    if ((write_id != 0 || read_ids != NULL || modify_ids != NULL) &&
        !rights_store(&rights, write_id != 0, (const char *const *)read_ids,
                      (const char *const *)modify_ids)) {
        return cli_fail(cli, EXIT_USAGE, "at most 8 numbers each, such as 0x1d19e248",
                        "--read-id or --modify-id is not understood");
    }
    return EXIT_DONE;
}

/* Splits FILE[,ARCHITECTURE], the latter one that tab_find() knows; false when it is another. */
static bool split_architecture(const char *argument, char *path, size_t size,
                               const char **architecture)
{
    static const char *const known[] = {"cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7"};
    const char *comma = strrchr(argument, ',');

    *architecture = "cortex-m3";
    snprintf(path, size, "%s", argument);
    if (comma == NULL || strchr(comma, '/') != NULL) {
        return true;
    }
    snprintf(path, size, "%.*s", (int)(comma - argument), argument);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(comma + 1, known[i]) == 0) {
            *architecture = known[i];
            return true;
        }
    }
    return false;
}

static int add_member(struct cli *cli, const char *argument, struct tab *tab)
{
    char path[4096];
    const char *architecture;
    struct image_options image = {
        .name = name,
        .app_heap = kernel != 0 ? 0 : (uint32_t)app_heap,
        .kernel_heap = kernel != 0 ? 0 : (uint32_t)kernel_heap,
        .version = (uint32_t)version,
        .short_id = (uint32_t)short_id,
        .rights = &rights,
        .fixed = flash_address != TBF_NO_FIXED_ADDRESS || ram_address != TBF_NO_FIXED_ADDRESS,
        .fixed_flash = (uint32_t)flash_address,
        .fixed_ram = (uint32_t)ram_address,
        .min_footer = (uint32_t)min_footer,
        .tock_layout = tock_layout != 0,
        .kernel = kernel != 0,
        .board_id = kernel != 0 && board != NULL ? crc32_posix(board, strlen(board)) : 0,
        .slot_address = (uint32_t)slot,
        .image_offset = (uint32_t)image_offset,
    };
    struct tab_member *member = &tab->member[tab->count];
    struct elf_app app;
    int code = EXIT_DONE;

    if (!split_architecture(argument, path, sizeof path, &architecture)) {
        return cli_fail(cli, EXIT_USAGE, "cortex-m0, cortex-m3, cortex-m4 or cortex-m7",
                        "'%s' names an unknown architecture", argument);
    }
    if (!read_fault(&image)) {
        return cli_fail(cli, EXIT_USAGE, "stop, restart, restart:0 to restart:254, or panic",
                        "'%s' is no fault policy", fault);
    }
    code = elf_read(cli, path, kernel != 0, &app);
    if (code != EXIT_DONE) {
        return code;
    }
    if (kernel != 0) {
        image.slot_address = app.flash_address - (uint32_t)image_offset;
        app.ram_size = 0;
        snprintf(member->name, sizeof member->name, "%.40s.0x%08x.tbf", board, image.slot_address);
    } else {
        snprintf(member->name, sizeof member->name, "%s.tbf", architecture);
    }
    for (size_t i = 0; i < tab->count; i++) {
        if (strcmp(tab->member[i].name, member->name) == 0) {
            bytes_free(&app.binary);
            return cli_fail(cli, EXIT_USAGE, "name the architecture of each: hello.elf,cortex-m0",
                            "two files are both %s", member->name);
        }
    }
    code = image_build(cli, &app, &image, &member->tbf);
    bytes_free(&app.binary);
    tab->count += code == EXIT_DONE ? 1 : 0;
    return code;
}

static int finish(struct cli *cli, struct tab *tab)
{
    struct key key;
    int code = EXIT_DONE;

    if (key_path != NULL) {
        code = key_read(cli, key_path, &key);
        code = code != EXIT_DONE ? code : package_sign(cli, tab, &key, NULL);
    }
    code = code != EXIT_DONE ? code : tab_write(cli, output, tab);
    if (code == EXIT_DONE) {
        size_t size = tab->member[0].tbf.size;

        json_object_set_new(cli->result, "size", json_integer((json_int_t)size));
        cli_say(cli, "%s: %s, %zu bytes of flash%s", output, tab->name, size,
                key_path != NULL ? ", signed" : ", unsigned: `loader-cli sign` is next");
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct tab tab = {.count = 0};
    int code = EXIT_DONE;

    if (count < 1 || count > TAB_MEMBERS_MAX || output == NULL || name == NULL ||
        (kernel != 0 && board == NULL)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli pack --help",
                        "pack needs an ELF file, --name and --output (kernels: --board too)");
    }
    if (app_heap < 0 || kernel_heap < 0 || version < 0 || min_footer < 0 || image_offset < 0 ||
        short_id < 0 || short_id > UINT32_MAX || flash_address < 0 || flash_address > UINT32_MAX ||
        ram_address < 0 || ram_address > UINT32_MAX) {
        return cli_fail(cli, EXIT_USAGE, NULL, "a number is negative or too large");
    }
    code = read_rights(cli);
    snprintf(tab.name, sizeof tab.name, "%s", name);
    snprintf(tab.boards, sizeof tab.boards, "%s", board != NULL ? board : "");
    for (int i = 0; i < count && code == EXIT_DONE; i++) {
        code = add_member(cli, argument[i], &tab);
    }
    code = code != EXIT_DONE ? code : finish(cli, &tab);
    tab_free(&tab);
    return code;
}

const struct command command_pack = {
    .name = "pack",
    .group = "Packages and keys",
    .summary = "Make a package (TAB) from an ELF file",
    .usage = "APP.elf[,ARCHITECTURE]... --name NAME -o APP.tab [--key KEY.pem]",
    .help =
        "Turns a position-independent Cortex-M executable into a Tock Binary Format object of\n"
        "exactly the size it needs, in a bundle that any Tock tool can read. RAM is what the\n"
        "executable's segments take, stack included, and the two heaps.\n\n"
        "  loader-cli pack build/hello.elf --name hello -o hello.tab --key app-key.pem\n\n"
        "Of an app that was compiled for several processors each file is named with its own, such "
        "as\n"
        "hello-m0.elf,cortex-m0; without one it is cortex-m3.\n\n"
        "With --tock-layout the size is rounded up to a power of two before signing, which Tock's\n"
        "own tools need. --fault is signed with the rest; the board has the last word about it. "
        "With\n"
        "--kernel the ELF files are one kernel, linked for each slot.",
    .options = options,
    .run = run,
};
