// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include <tbf/footer.h>

#include "../package/package.h"
#include "commands.h"

static void show_credentials(const struct cli *cli, const struct bytes *tbf,
                             const struct tbf_header *header, json_t *object)
{
    static const char *const names[] = {"reserved", "RSA-3072", "RSA-4096",   "SHA-256",
                                        "SHA-384",  "SHA-512",  "ECDSA P-256"};
    json_t *list = json_array();
    struct tbf_credential credential;
    uint32_t cursor = 0;
    int step;

    while ((step = tbf_credential_next(tbf->data, header, &cursor, &credential)) == 0) {
        const char *name = credential.format < sizeof names / sizeof names[0]
                               ? names[credential.format]
                               : "unknown";

        cli_say(cli, "  credential    %s, %u bytes at 0x%x", name, credential.length,
                credential.offset);
        json_array_append_new(list,
                              json_pack("{s:s, s:i, s:i}", "format", name, "length",
                                        (int)credential.length, "offset", (int)credential.offset));
    }
    if (step == TBF_E_FOOTER) {
        cli_say(cli, "  credential    malformed: %s", tbf_error_text(step));
    }
    json_object_set_new(object, "credentials", list);
}

static void show_member(struct cli *cli, const struct tab_member *member,
                        const struct tbf_header *header, json_t *object)
{
    char name[4 * TBF_NAME_MAX + 8];
    char hex[65];
    uint8_t digest[32];

    cli_clean(header->name.data, header->name.length, name, sizeof name);
    package_digest(&member->tbf, header, digest);
    cli_hex(digest, sizeof digest, hex);
    cli_say(cli, "%s", member->name);
    cli_say(cli, "  name          %s, version %u, ShortID 0x%08x", name, header->version,
            tbf_short_id(header));
    cli_say(cli, "  size          %u bytes: header %u, binary ends at %u, footers %u",
            header->total_size, header->header_size, header->binary_end,
            header->total_size - header->binary_end);
    cli_say(cli, "  RAM           %u bytes", header->min_ram);
    cli_say(cli, "  entry         0x%x", header->entry);
    if (header->is_kernel) {
        cli_say(cli, "  kernel        board 0x%08x, slot 0x%08x", header->kernel.board_id,
                header->kernel.slot_address);
    } else if (header->has_kernel_version) {
        cli_say(cli, "  needs kernel  %u.%u", header->kernel_major, header->kernel_minor);
    }
    cli_say(cli, "  digest        %s", hex);
    json_object_update_new(
        object,
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:b}", "member", member->name, "name",
                  name, "version", (json_int_t)header->version, "short_id",
                  (json_int_t)tbf_short_id(header), "size", (json_int_t)header->total_size,
                  "binary_end", (json_int_t)header->binary_end, "ram", (json_int_t)header->min_ram,
                  "digest", hex, "kernel", (int)header->is_kernel));
    show_credentials(cli, &member->tbf, header, object);
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct tab tab;
    json_t *list = json_array();
    int code;

    json_object_set_new(cli->result, "objects", list);
    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli inspect --help", "inspect takes one package");
    }
    code = tab_read(cli, argument[0], &tab);
    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < tab.count && code == EXIT_DONE; i++) {
        struct tbf_header header;

        code = image_parse(cli, &tab.member[i].tbf, tab.member[i].name, &header);
        if (code == EXIT_DONE) {
            json_t *object = json_object();

            show_member(cli, &tab.member[i], &header, object);
            json_array_append_new(list, object);
        }
    }
    tab_free(&tab);
    return code;
}

const struct command command_inspect = {
    .name = "inspect",
    .group = "Packages and keys",
    .summary = "Show what is in a package",
    .usage = "PACKAGE",
    .run = run,
};
