// SPDX-License-Identifier: Apache-2.0
/* The options of `pack`: its own names and, hidden, those of elf2tab. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <base/crc32.h>

#include "pack.h"

enum { NOT_GIVEN = INT_MIN, HEAP_DEFAULT = 1024, TEXT_MAX = 64 };

static char *output;
static char *name;
static char *key_path;
static char *rsa_path;
static char *password_file;
static char *board;
static char *layout;
static int stack = NOT_GIVEN;
static int app_heap = NOT_GIVEN;
static int kernel_heap = NOT_GIVEN;
static int minimum_ram = NOT_GIVEN;
static int version;
static long long short_id = NOT_GIVEN;
static int disabled;
static int sticky;
static char *kernel_version;
static int kernel_major = NOT_GIVEN;
static int kernel_minor = NOT_GIVEN;
static char *fault;
static char **permissions;
static char **permission_pairs;
static int write_items;
static long long write_id = NOT_GIVEN;
static char **read_ids;
static char **modify_ids;
static long long flash_address = TBF_NO_FIXED_ADDRESS;
static long long ram_address = TBF_NO_FIXED_ADDRESS;
static int app_start;
static int min_footer;
static int hashes[3];
static int tock_layout;
static int beside;
static char *build_date;
static int ignored;
static int kernel;
static long long slot;
static int image_offset = 0x200;

/* The hidden ones are elf2tab's names of those above them. */
const struct poptOption pack_options[] = {
    {"output", 'o', POPT_ARG_STRING, &output, 0, "package to write", "FILE.tab"},
    {"output-file", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &output, 0, NULL, NULL},
    {"name", 'n', POPT_ARG_STRING, &name, 0, "package name, at most 32 bytes", "NAME"},
    {"package-name", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &name, 0, NULL, NULL},
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "sign at once with this private key", "FILE.pem"},
    {"ecdsa-nist-p256-private", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &key_path, 0, NULL,
     NULL},
    {"rsa-key", 0, POPT_ARG_STRING, &rsa_path, 0,
     "sign with this RSA key of 4096 or 2048 bits, too: no Gantry device asks for it", "FILE.pem"},
    {"rsa4096-private", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &rsa_path, 0, NULL, NULL},
    {"password-file", 0, POPT_ARG_STRING, &password_file, 0,
     "the password of an encrypted key is its first line", "FILE"},
    {"sha256", 0, POPT_ARG_NONE, &hashes[0], 0, "add a SHA-256 hash as a credential", NULL},
    {"sha384", 0, POPT_ARG_NONE, &hashes[1], 0, "add a SHA-384 hash as a credential", NULL},
    {"sha512", 0, POPT_ARG_NONE, &hashes[2], 0, "add a SHA-512 hash as a credential", NULL},
    {"min-footer", 0, POPT_ARG_INT, &min_footer, 0, "room for credentials, those included",
     "BYTES"},
    {"minimum-footer-size", 0, POPT_ARG_INT | POPT_ARGFLAG_DOC_HIDDEN, &min_footer, 0, NULL, NULL},
    {"app-version", 0, POPT_ARG_INT, &version, 0, "version of the app (default 0)", "N"},
    {"short-id", 0, POPT_ARG_LONGLONG, &short_id, 0, "ShortID, instead of one from the name", "N"},
    {"disable", 0, POPT_ARG_NONE, &disabled, 0, "not started before it is enabled", NULL},
    {"sticky", 0, POPT_ARG_NONE, &sticky, 0, "Tock's tools do not erase it unless forced", NULL},
    {"stack", 0, POPT_ARG_INT, &stack, 0,
     "RAM for the stack (default: what the executable reserves)", "BYTES"},
    {"app-heap", 0, POPT_ARG_INT, &app_heap, 0, "RAM for malloc (default 1024)", "BYTES"},
    {"kernel-heap", 0, POPT_ARG_INT, &kernel_heap, 0, "RAM for grants (default 1024)", "BYTES"},
    {"minimum-ram-size", 0, POPT_ARG_INT, &minimum_ram, 0,
     "all of its RAM, instead of the sum of data, stack and heaps", "BYTES"},
    {"kernel-version", 0, POPT_ARG_STRING, &kernel_version, 0,
     "least version of the kernel (default 2.2); none: any", "MAJOR.MINOR"},
    {"kernel-major", 0, POPT_ARG_INT | POPT_ARGFLAG_DOC_HIDDEN, &kernel_major, 0, NULL, NULL},
    {"kernel-minor", 0, POPT_ARG_INT | POPT_ARGFLAG_DOC_HIDDEN, &kernel_minor, 0, NULL, NULL},
    {"fault", 0, POPT_ARG_STRING, &fault, 0,
     "what happens when it faults: stop, restart, restart:N (at most N times), panic", "POLICY"},
    {"permission", 0, POPT_ARG_ARGV, &permissions, 0,
     "let it use this driver and no others: these commands (to 65535), or 0 to 63; several times",
     "DRIVER[:N,N...]"},
    {"permissions", 0, POPT_ARG_ARGV | POPT_ARGFLAG_DOC_HIDDEN, &permission_pairs, 0, NULL, NULL},
    {"write-items", 0, POPT_ARG_NONE, &write_items, 0,
     "let it store items; with this or the next two it may do nothing else with stored items",
     NULL},
    {"write_id", 0, POPT_ARG_LONGLONG | POPT_ARGFLAG_DOC_HIDDEN, &write_id, 0, NULL, NULL},
    {"read-id", 0, POPT_ARG_ARGV, &read_ids, 0, "let it read items of this ShortID", "ID"},
    {"read_ids", 0, POPT_ARG_ARGV | POPT_ARGFLAG_DOC_HIDDEN, &read_ids, 0, NULL, NULL},
    {"modify-id", 0, POPT_ARG_ARGV, &modify_ids, 0, "let it change items of this ShortID", "ID"},
    {"access_ids", 0, POPT_ARG_ARGV | POPT_ARGFLAG_DOC_HIDDEN, &modify_ids, 0, NULL, NULL},
    {"flash-address", 0, POPT_ARG_LONGLONG, &flash_address, 0,
     "where its code must lie in flash: such an app goes there only", "ADDRESS"},
    {"ram-address", 0, POPT_ARG_LONGLONG, &ram_address, 0, "where its RAM must begin", "ADDRESS"},
    {"protected-region-size", 0, POPT_ARG_INT, &app_start, 0,
     "from the object's start to the code, header included", "BYTES"},
    {"layout", 0, POPT_ARG_STRING, &layout, 0,
     "exact: as small as can be; tock: a power of two; elf2tab: byte for byte what elf2tab makes",
     "LAYOUT"},
    {"tock-layout", 0, POPT_ARG_NONE, &tock_layout, 0, "the same as --layout tock", NULL},
    {"tbf", 0, POPT_ARG_NONE, &beside, 0, "write each object beside its executable, too (.tbf)",
     NULL},
    {"build-date", 0, POPT_ARG_STRING, &build_date, 0,
     "a date for the bundle; without one the same input gives the same file", "RFC3339"},
    {"deterministic", 0, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &ignored, 0, NULL, NULL},
    {"verbose", 'v', POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &ignored, 0, NULL, NULL},
    {"kernel", 0, POPT_ARG_NONE, &kernel, 0, "pack a kernel", NULL},
    {"board", 0, POPT_ARG_STRING, &board, 0,
     "the boards that the app is for, with commas between; kernel: its board", "NAME"},
    {"supported-boards", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &board, 0, NULL, NULL},
    {"slot", 0, POPT_ARG_LONGLONG, &slot, 0, "kernel: address of its slot", "ADDRESS"},
    {"image-offset", 0, POPT_ARG_INT, &image_offset, 0,
     "kernel: from the slot to the vector table (default 0x200)", "BYTES"},
    POPT_TABLEEND,
};

static bool in_range(long long value, long long max)
{
    return value >= 0 && value <= max;
}

/* Whether every number is one that can be. */
static bool numbers_are_sound(void)
{
    const int sizes[] = {stack, app_heap, kernel_heap, minimum_ram, kernel_major, kernel_minor};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i] < 0 && sizes[i] != NOT_GIVEN) {
            return false;
        }
    }
    return version >= 0 && min_footer >= 0 && image_offset >= 0 && app_start >= 0 &&
           (short_id == NOT_GIVEN || (short_id > 0 && short_id <= UINT32_MAX)) &&
           in_range(flash_address, UINT32_MAX) && in_range(ram_address, UINT32_MAX) &&
           in_range(slot, UINT32_MAX);
}

/* Reads --permission and elf2tab's --permissions DRIVER,COMMAND. */
static int read_permissions(struct cli *cli, struct image_rights *rights)
{
    static const char hint[] = "--permission 0x1 or --permission 0x1:1,2";

    for (char **text = permissions; text != NULL && *text != NULL; text++) {
        rights->restricted = true;
        if (!rights_permit(rights, *text)) {
            return cli_fail(cli, EXIT_USAGE, hint, "'%s' is no permission, or one too many", *text);
        }
    }
    for (char **text = permission_pairs; text != NULL && *text != NULL; text++) {
        char pair[TEXT_MAX];
        char *comma;

        snprintf(pair, sizeof pair, "%s", *text);
        comma = strchr(pair, ',');
        rights->restricted = true;
        if (comma != NULL) {
            *comma = ':';
        }
        if (comma == NULL || strchr(comma, ',') != NULL || !rights_permit(rights, pair)) {
            return cli_fail(cli, EXIT_USAGE, hint, "'%s' is no DRIVER,COMMAND", *text);
        }
    }
    return EXIT_DONE;
}

/* Reads --write-items, --read-id and --modify-id. */
static int read_storage(struct cli *cli, struct image_rights *rights)
{
    uint32_t id = write_id != NOT_GIVEN ? (uint32_t)write_id : (uint32_t)(write_items != 0);

    if (write_id != NOT_GIVEN && !in_range(write_id, UINT32_MAX)) {
        return cli_fail(cli, EXIT_USAGE, "--write-items", "--write_id is not understood");
    }
    if ((write_items != 0 || write_id != NOT_GIVEN || read_ids != NULL || modify_ids != NULL) &&
        !rights_store(rights, id, (const char *const *)read_ids, (const char *const *)modify_ids)) {
        return cli_fail(cli, EXIT_USAGE, "at most 8 numbers each, such as 0x1d19e248",
                        "--read-id or --modify-id is not understood");
    }
    return EXIT_DONE;
}

/* Reads --kernel-version, or elf2tab's two options. */
static bool read_kernel_version(struct image_options *image)
{
    if (kernel_version != NULL && strcmp(kernel_version, "none") == 0) {
        image->no_kernel_version = true;
        return true;
    }
    if (kernel_version != NULL) {
        return version_read(kernel_version, &image->kernel_major, &image->kernel_minor) &&
               image->kernel_major > 0;
    }
    if (kernel_major == NOT_GIVEN) {
        image->no_kernel_version = image->layout == IMAGE_ELF2TAB;
        return kernel_minor == NOT_GIVEN;
    }
    image->kernel_major = (uint16_t)kernel_major;
    image->kernel_minor = (uint16_t)(kernel_minor != NOT_GIVEN ? kernel_minor : 0);
    return in_range(kernel_major, UINT16_MAX) && kernel_major > 0 && kernel_minor <= UINT16_MAX;
}

static bool read_layout(struct image_options *image)
{
    static const char *const names[] = {"exact", "tock", "elf2tab"};

    image->layout = tock_layout != 0 ? IMAGE_TOCK : IMAGE_EXACT;
    for (size_t i = 0; layout != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(layout, names[i]) == 0) {
            image->layout = (enum image_layout)i;
            return tock_layout == 0 || image->layout == IMAGE_TOCK;
        }
    }
    return layout == NULL;
}

/* What all members have in common. */
static int read_image(struct cli *cli, struct image_options *image)
{
    *image = (struct image_options){
        .name = name,
        .app_heap = kernel != 0 ? 0 : (uint32_t)(app_heap < 0 ? HEAP_DEFAULT : app_heap),
        .kernel_heap = kernel != 0 ? 0 : (uint32_t)(kernel_heap < 0 ? HEAP_DEFAULT : kernel_heap),
        .has_stack = stack != NOT_GIVEN,
        .stack = stack != NOT_GIVEN ? (uint32_t)stack : 0,
        .minimum_ram = minimum_ram != NOT_GIVEN ? (uint32_t)minimum_ram : 0,
        .version = (uint32_t)version,
        .short_id = short_id != NOT_GIVEN ? (uint32_t)short_id : 0,
        .disabled = disabled != 0,
        .sticky = sticky != 0,
        .fixed = flash_address != TBF_NO_FIXED_ADDRESS || ram_address != TBF_NO_FIXED_ADDRESS,
        .fixed_flash = (uint32_t)flash_address,
        .fixed_ram = (uint32_t)ram_address,
        .app_start = (uint32_t)app_start,
        .min_footer = (uint32_t)min_footer,
        .kernel = kernel != 0,
        .board_id = kernel != 0 && board != NULL ? crc32_posix(board, strlen(board)) : 0,
        .slot_address = (uint32_t)slot,
        .image_offset = (uint32_t)image_offset,
    };
    if (!read_layout(image)) {
        return cli_fail(cli, EXIT_USAGE, "exact, tock or elf2tab", "'%s' is no layout",
                        layout != NULL ? layout : "--tock-layout");
    }
    if (!read_kernel_version(image)) {
        return cli_fail(cli, EXIT_USAGE, "--kernel-version 2.2, or none",
                        "the kernel version is not understood");
    }
    if (fault != NULL && !fault_read(fault, &image->fault_policy, &image->fault_restarts)) {
        return cli_fail(cli, EXIT_USAGE, "stop, restart, restart:0 to restart:254, or panic",
                        "'%s' is no fault policy", fault);
    }
    return EXIT_DONE;
}

/* Credentials, in elf2tab's order. */
static void read_credentials(struct pack *pack)
{
    static const char *const names[] = {"sha256", "sha384", "sha512"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (hashes[i] != 0) {
            pack->hash[pack->hash_count++] = names[i];
        }
    }
}

/* A date and time as RFC 3339 has them, with nothing in it that a bundle's text cannot hold. */
static bool is_date(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    size_t i;

    for (i = 0; form[i] != '\0'; i++) {
        bool fits = form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];

        if (!fits) {
            return false;
        }
    }
    return strspn(text + i, "0123456789.:+-Z") == strlen(text + i) && strlen(text) < TEXT_MAX / 2;
}

/* Whether a text can stand between quotes in the bundle's metadata. */
static bool is_quotable(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ' || *text == 0x7F) {
            return false;
        }
    }
    return true;
}

int pack_read_options(struct cli *cli, struct pack *pack)
{
    int code;

    *pack = (struct pack){.output = output,
                          .name = name,
                          .key_path = key_path,
                          .rsa_path = rsa_path,
                          .board = board,
                          .build_date = build_date,
                          .beside = beside != 0};
    if (output == NULL || name == NULL || (kernel != 0 && board == NULL)) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli pack --help",
                        "pack needs an ELF file, --name and --output (kernels: --board too)");
    }
    if (name[0] == '\0') {
        return cli_fail(cli, EXIT_USAGE, "--name takes 1 to 32 bytes",
                        "an app without a name could not be named to any command");
    }
    if (!is_quotable(name) || !is_quotable(board)) {
        return cli_fail(cli, EXIT_USAGE, "letters, digits, dashes and the like",
                        "a name has quotes, backslashes or control characters in it");
    }
    if (!numbers_are_sound()) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "a number is negative or too large, or a ShortID is 0");
    }
    if (minimum_ram != NOT_GIVEN &&
        (stack != NOT_GIVEN || app_heap != NOT_GIVEN || kernel_heap != NOT_GIVEN)) {
        return cli_fail(cli, EXIT_USAGE, "one or the other",
                        "--minimum-ram-size is all of the RAM: stack and heaps are in it");
    }
    if (build_date != NULL && !is_date(build_date)) {
        return cli_fail(cli, EXIT_USAGE, "--build-date 2026-01-31T12:00:00Z", "'%s' is no date",
                        build_date);
    }
    cli->password_file = password_file;
    read_credentials(pack);
    code = read_image(cli, &pack->image);
    code = code != EXIT_DONE ? code : read_permissions(cli, &pack->rights);
    code = code != EXIT_DONE ? code : read_storage(cli, &pack->rights);
    pack->image.rights = &pack->rights;
    return code;
}
