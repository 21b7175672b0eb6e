// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>
#include <tbf/storage.h>

#include "../cli/session.h"
#include "../package/package.h"
#include "commands.h"
#include "inspect.h"

static int verbose;
static int start;
static int binary;
static char **keys;

static const struct poptOption options[] = {
    {"verbose", 'v', POPT_ARG_NONE, &verbose, 0, "every entry of the headers, with its bytes",
     NULL},
    {"start", 0, POPT_ARG_NONE, &start, 0, "the table that start-up code reads", NULL},
    {"binary", 0, POPT_ARG_NONE, &binary, 0, "the code, in hexadecimal", NULL},
    {"key", 'k', POPT_ARG_ARGV, &keys, 0,
     "check signatures with this key; several times (hmac_sha256: a file that is the key)", "FILE"},
    POPT_TABLEEND,
};

/* What the header says of where the app must lie. */
static void show_places(const struct cli *cli, const struct tbf_header *header, json_t *object)
{
    json_t *regions = json_array();
    uint32_t offset;
    uint32_t size;

    if (header->fixed_flash != TBF_NO_FIXED_ADDRESS) {
        cli_say(cli, "  flash         its code must lie at 0x%08x", header->fixed_flash);
        json_object_set_new(object, "fixed_flash", json_integer(header->fixed_flash));
    }
    if (header->fixed_ram != TBF_NO_FIXED_ADDRESS) {
        cli_say(cli, "  RAM           must begin at 0x%08x", header->fixed_ram);
        json_object_set_new(object, "fixed_ram", json_integer(header->fixed_ram));
    }
    for (uint32_t i = 0; i < tbf_writeable_count(&header->tlvs); i++) {
        if (tbf_writeable_region(&header->tlvs, header->total_size, i, &offset, &size)) {
            cli_say(cli, "  writeable     %u bytes at 0x%x", size, offset);
            json_array_append_new(regions, json_pack("{s:I, s:I}", "offset", (json_int_t)offset,
                                                     "size", (json_int_t)size));
        } else {
            cli_say(cli, "  writeable     region %u lies outside the object", i);
        }
    }
    json_object_set_new(object, "writeable", regions);
}

/* The records of the Permissions TLV, several per driver where its commands need it. */
static void show_permissions(const struct cli *cli, const struct tbf_header *header, json_t *object)
{
    json_t *list = json_array();
    uint32_t count;

    if (header->permissions.data == NULL) {
        json_decref(list);
        return;
    }
    count = bytes_get_u16(header->permissions.data);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *p = header->permissions.data + 2 + (size_t)i * 16;
        char mask[20];

        snprintf(mask, sizeof mask, "0x%08x%08x", bytes_get_u32(p + 12), bytes_get_u32(p + 8));
        cli_say(cli, "  permission    driver 0x%x, commands from %u on: %s", bytes_get_u32(p),
                bytes_get_u32(p + 4) * 64, mask);
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:s}", "driver", (json_int_t)bytes_get_u32(p), "first",
                            (json_int_t)bytes_get_u32(p + 4) * 64, "commands", mask));
    }
    json_object_set_new(object, "permissions", list);
}

/* One list of the StoragePermissions TLV; answers where the next one begins. */
static const uint8_t *show_ids(const struct cli *cli, const char *what, const uint8_t *list,
                               json_t *object)
{
    json_t *ids = json_array();
    uint32_t count = bytes_get_u16(list);

    list += 2;
    for (uint32_t i = 0; i < count; i++, list += 4) {
        cli_say(cli, "  storage       may %s items of 0x%08x%s", what, bytes_get_u32(list),
                i >= TBF_STORAGE_IDS ? ": one too many, does not count" : "");
        json_array_append_new(ids, json_integer(bytes_get_u32(list)));
    }
    json_object_set_new(object, what, ids);
    return list;
}

static void show_storage(const struct cli *cli, const struct tbf_header *header, json_t *object)
{
    const uint8_t *value = header->storage.data;
    json_t *storage = json_object();

    if (value == NULL) {
        json_decref(storage);
        return;
    }
    cli_say(cli, "  storage       may %swrite", bytes_get_u32(value) != 0 ? "" : "not ");
    json_object_set_new(storage, "write", json_boolean(bytes_get_u32(value) != 0));
    (void)show_ids(cli, "modify", show_ids(cli, "read", value + 4, storage), storage);
    json_object_set_new(object, "storage", storage);
}

static void show_fault(const struct cli *cli, const struct tbf_fault *fault, json_t *object)
{
    static const char *const policies[] = {"", "stop", "restart", "panic"};
    char text[32];

    if (fault->policy == 0 || fault->policy >= sizeof policies / sizeof policies[0]) {
        return;
    }
    snprintf(text, sizeof text, "%s", policies[fault->policy]);
    if (fault->policy == 2 && fault->restarts != 255) {
        snprintf(text, sizeof text, "restart:%u", fault->restarts);
    }
    cli_say(cli, "  fault         asks for: %s", text);
    json_object_set_new(object, "fault", json_string(text));
}

static void show_flags(const struct cli *cli, uint32_t flags, json_t *object)
{
    bool enabled = (flags & TBF_FLAG_ENABLED) != 0;
    bool sticky = (flags & TBF_FLAG_STICKY) != 0;

    if (!enabled || sticky) {
        cli_say(cli, "  flags         %s%s", enabled ? "enabled" : "disabled",
                sticky ? ", sticky" : "");
    }
    json_object_set_new(object, "enabled", json_boolean(enabled));
    json_object_set_new(object, "sticky", json_boolean(sticky));
}

static void show_entries(const struct cli *cli, const struct tbf_header *header, json_t *object)
{
    show_places(cli, header, object);
    show_permissions(cli, header, object);
    show_storage(cli, header, object);
    show_fault(cli, &header->fault, object);
}

/* What the library says of an object, in JSON. */
static json_t *describe(const struct gantry_object *object, uint32_t size, const char *digest)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:b}", "member", object->member,
                     "name", object->name, "version", (json_int_t)object->version, "short_id",
                     (json_int_t)object->short_id, "size", (json_int_t)size, "binary_end",
                     (json_int_t)object->binary_end, "ram", (json_int_t)object->ram, "digest",
                     digest, "kernel", (int)object->kernel);
}

static void show_summary(const struct cli *cli, const struct gantry_object *object,
                         const struct tbf_header *header)
{
    cli_say(cli, "%s", object->member);
    cli_say(cli, "  name          %s, version %u, ShortID 0x%08x", object->name, object->version,
            object->short_id);
    cli_say(cli, "  size          %u bytes: header %u, binary ends at %u, footers %u",
            header->total_size, object->header_size, object->binary_end,
            header->total_size - object->binary_end);
    cli_say(cli, "  RAM           %u bytes", object->ram);
    cli_say(cli, "  entry         0x%x", header->entry);
    if (object->kernel) {
        cli_say(cli, "  kernel        board 0x%08x, slot 0x%08x", header->kernel.board_id,
                header->kernel.slot_address);
    } else if (header->has_kernel_version) {
        cli_say(cli, "  needs kernel  %u.%u", header->kernel_major, header->kernel_minor);
    }
}

/* What the library describes, and beyond that what the header says: its bytes are the object's. */
static int show_object(struct cli *cli, const char *what, const struct gantry_object *object,
                       json_t *list)
{
    /* Nothing below changes them. */
    const struct bytes tbf = {(uint8_t *)(uintptr_t)object->data, object->size};
    json_t *shown = json_object();
    struct tbf_header header;
    char hex[65];
    int code = image_parse(cli, &tbf, what, &header);

    if (code != EXIT_DONE) {
        json_decref(shown);
        return code;
    }
    json_array_append_new(list, shown);
    cli_hex(object->digest, sizeof object->digest, hex);
    show_summary(cli, object, &header);
    show_flags(cli, header.flags, shown);
    show_entries(cli, &header, shown);
    if (verbose != 0) {
        inspect_entries(cli, &tbf, &header, shown);
    }
    if (start != 0) {
        inspect_start(cli, &tbf, &header, shown);
    }
    cli_say(cli, "  digest        %s", hex);
    json_object_update_new(shown, describe(object, header.total_size, hex));
    code = inspect_credentials(cli, &tbf, &header, keys, shown);
    if (code == EXIT_DONE && binary != 0) {
        inspect_binary(cli, &tbf, &header);
    }
    return code;
}

static void show_bundle(struct cli *cli, const struct gantry_package *package)
{
    const char *name = gantry_package_name(package);
    const char *boards = gantry_package_boards(package);
    const char *kernel = gantry_package_kernel(package);
    const char *built = gantry_package_built(package);

    if (gantry_package_is_bundle(package)) {
        cli_say(cli, "bundle          %s%s%s%s%s%s%s", name, boards[0] != '\0' ? ", for " : "",
                boards, kernel[0] != '\0' ? ", kernel " : "", kernel,
                built[0] != '\0' ? ", built " : "", built);
        json_object_set_new(cli->result, "bundle",
                            json_pack("{s:s, s:s, s:s, s:s}", "name", name, "boards", boards,
                                      "kernel", kernel, "built", built));
    }
}

/* A file that is the .bin of a Tock kernel; EXIT_NOTHING when it is something else. */
static int try_tock_kernel(struct cli *cli, const char *path)
{
    struct bytes file;
    int code = file_read(cli, path, &file);

    if (code != EXIT_DONE) {
        return code;
    }
    code = inspect_is_tock_kernel(&file) ? inspect_tock_kernel(cli, &file) : EXIT_NOTHING;
    bytes_free(&file);
    return code;
}

static int show_package(struct session *session, const char *path, json_t *list)
{
    struct gantry_package *package;
    int code = session_result(session, gantry_package_open(session->gantry, path, &package));

    if (code != EXIT_DONE) {
        return code;
    }
    show_bundle(session->cli, package);
    for (size_t i = 0; i < gantry_package_count(package) && code == EXIT_DONE; i++) {
        const struct gantry_object *object = gantry_package_object(package, i);

        /* A lone object has no name in an archive that would say what is meant. */
        code = show_object(session->cli, gantry_package_is_bundle(package) ? object->member : path,
                           object, list);
    }
    gantry_package_free(package);
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    json_t *list = json_array();
    struct session session;
    int code;

    json_object_set_new(cli->result, "objects", list);
    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli inspect --help", "inspect takes one package");
    }
    code = try_tock_kernel(cli, argument[0]);
    if (code != EXIT_NOTHING) {
        return code;
    }
    code = session_begin(cli, &session);
    if (code == EXIT_DONE) {
        code = show_package(&session, argument[0], list);
        session_end(&session);
    }
    return code;
}

const struct command command_inspect = {
    .name = "inspect",
    .group = "Packages and keys",
    .summary = "Show what is in a package, or in a kernel",
    .usage = "PACKAGE|KERNEL",
    .help =
        "A bundle (TAB), a lone object (TBF), a kernel of Gantry (kernel.img), or the .bin of a\n"
        "Tock kernel, of which the attributes at its end are shown. Whether hashes fit is\n"
        "checked; signatures are with --key.",
    .options = options,
    .run = run,
};
