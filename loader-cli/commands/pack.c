// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "../package/architecture.h"
#include "../package/credential.h"
#include "../package/member.h"
#include "../package/rsa.h"
#include "commands.h"
#include "pack.h"

enum { FOOTER_FRAME = 8, RSA4096_BITS = 4096, RSA2048_BITS = 2048 };

/* The kind of credential that an RSA key makes; NULL: none is asked for. */
static int rsa_kind(struct cli *cli, const struct pack *pack, const char **kind)
{
    size_t bits = 0;
    int code = pack->rsa_path != NULL ? rsa_bits(cli, pack->rsa_path, &bits) : EXIT_DONE;

    *kind = bits == RSA4096_BITS ? "rsa4096" : bits == RSA2048_BITS ? "rsa2048" : NULL;
    if (code == EXIT_DONE && pack->rsa_path != NULL && *kind == NULL) {
        code = cli_fail(cli, EXIT_FAILED, "openssl genrsa 4096 makes one",
                        "'%s' is no RSA key of 4096 or 2048 bits", pack->rsa_path);
    }
    return code;
}

/* The names of all credentials that are asked for, in elf2tab's order; answers how many. */
static int list_credentials(struct cli *cli, const struct pack *pack, const char *kinds[5],
                            size_t *count)
{
    const char *rsa;
    int code = rsa_kind(cli, pack, &rsa);

    *count = 0;
    for (size_t i = 0; i < pack->hash_count; i++) {
        kinds[(*count)++] = pack->hash[i];
    }
    if (rsa != NULL) {
        kinds[(*count)++] = rsa;
    }
    if (pack->key_path != NULL) {
        kinds[(*count)++] = "ecdsap256";
    }
    return code;
}

static int add_credentials(struct cli *cli, const struct pack *pack, const char *const *kinds,
                           size_t count, struct tab_member *member)
{
    for (size_t i = 0; i < count; i++) {
        const struct credential_kind *kind = credential_named(kinds[i]);
        const struct credential_secret secret = {
            .key_path =
                kind->format == TBF_CREDENTIAL_ECDSA_P256 ? pack->key_path : pack->rsa_path};
        uint8_t data[CREDENTIAL_DATA_MAX];
        struct tbf_header header;
        int code = image_parse(cli, &member->tbf, member->name, &header);

        code = code != EXIT_DONE ? code
                                 : credential_make(cli, kind, &member->tbf, &header, &secret, data);
        code =
            code != EXIT_DONE ? code : credential_add(cli, &member->tbf, member->name, kind, data);
        if (code != EXIT_DONE) {
            return code;
        }
    }
    return EXIT_DONE;
}

/* The object in PATH with .tbf instead of .elf. */
static int write_beside(struct cli *cli, const char *path, const struct bytes *tbf)
{
    char beside[4096];
    size_t stem = strlen(path);

    stem -= stem > 4 && strcmp(path + stem - 4, ".elf") == 0 ? 4 : 0;
    snprintf(beside, sizeof beside, "%.*s.tbf", (int)stem, path);
    return file_write(cli, beside, tbf->data, tbf->size, false);
}

static int build_member(struct cli *cli, const struct pack *pack, const char *argument,
                        const struct elf_app *app, const char *path, struct tab *tab)
{
    struct tab_member *member = &tab->member[tab->count];
    struct image_options image = pack->image;
    const struct member_options options = {.path = path, .board = pack->board};
    char architecture[ARCHITECTURE_MAX];
    const char *kinds[5];
    size_t count = 0;
    int code = EXIT_DONE;

    if (image.kernel) {
        image.slot_address = app->flash_address - image.image_offset;
    } else {
        code = architecture_read(cli, argument, app->machine, architecture);
        member_take_addresses(cli, &options, app, &image);
    }
    code = code != EXIT_DONE ? code : member_name(cli, architecture, app, &options, &image, tab);
    code = code != EXIT_DONE ? code : list_credentials(cli, pack, kinds, &count);
    for (size_t i = 0; i < count; i++) {
        image.credentials += FOOTER_FRAME + credential_named(kinds[i])->length;
    }
    code = code != EXIT_DONE ? code : image_build(cli, app, &image, &member->tbf);
    if (code == EXIT_DONE) {
        tab->count++; /* whoever frees the bundle frees it */
        code = add_credentials(cli, pack, kinds, count, member);
    }
    return code == EXIT_DONE && pack->beside ? write_beside(cli, path, &member->tbf) : code;
}

static int add_member(struct cli *cli, const struct pack *pack, const char *argument,
                      struct tab *tab)
{
    char path[4096];
    struct elf_app app;
    int code;

    architecture_split(argument, path, sizeof path);
    code = elf_read(cli, path, pack->image.kernel, &app);
    if (code != EXIT_DONE) {
        return code;
    }
    if (pack->image.kernel) {
        app.ram_size = 0;
    }
    code = build_member(cli, pack, argument, &app, path, tab);
    bytes_free(&app.binary);
    return code;
}

static void write_metadata(const struct pack *pack, struct tab *tab)
{
    bool usual = pack->image.kernel_major == 0;

    snprintf(tab->name, sizeof tab->name, "%s", pack->name);
    snprintf(tab->boards, sizeof tab->boards, "%s", pack->board != NULL ? pack->board : "");
    snprintf(tab->built, sizeof tab->built, "%s", pack->build_date != NULL ? pack->build_date : "");
    if (!pack->image.no_kernel_version) {
        snprintf(tab->kernel, sizeof tab->kernel, "%u.%u",
                 usual ? (unsigned)IMAGE_KERNEL_MAJOR : pack->image.kernel_major,
                 usual ? (unsigned)IMAGE_KERNEL_MINOR : pack->image.kernel_minor);
    }
}

static int finish(struct cli *cli, const struct pack *pack, struct tab *tab)
{
    int code = tab_write(cli, pack->output, tab);

    if (code == EXIT_DONE) {
        size_t size = tab->member[0].tbf.size;

        json_object_set_new(cli->result, "size", json_integer((json_int_t)size));
        cli_say(cli, "%s: %s, %zu bytes of flash%s", pack->output, tab->name, size,
                pack->key_path != NULL ? ", signed" : ", unsigned: `loader-cli sign` is next");
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct pack pack;
    static struct tab tab;
    int code;

    if (count < 1 || count > TAB_MEMBERS_MAX) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli pack --help",
                        "pack takes 1 to %d ELF files, --name and --output", TAB_MEMBERS_MAX);
    }
    code = pack_read_options(cli, &pack);
    if (code != EXIT_DONE) {
        return code;
    }
    tab = (struct tab){.count = 0};
    write_metadata(&pack, &tab);
    for (int i = 0; i < count && code == EXIT_DONE; i++) {
        code = add_member(cli, &pack, argument[i], &tab);
    }
    code = code != EXIT_DONE ? code : finish(cli, &pack, &tab);
    tab_free(&tab);
    return code;
}

const struct command command_pack = {
    .name = "pack",
    .group = "Packages and keys",
    .summary = "Make a package (TAB) from an ELF file",
    .usage = "APP.elf[,ARCHITECTURE]... --name NAME -o APP.tab [--key KEY.pem]",
    .help =
        "Turns an executable into a Tock Binary Format object of exactly the size it needs, in a\n"
        "bundle that any Tock tool can read: position-independent ones for Cortex-M, and ones "
        "that\n"
        "were linked for fixed addresses, for Arm, RISC-V or x86, which go there only. RAM is "
        "what\n"
        "the executable's segments take, stack included, and the two heaps.\n\n"
        "  loader-cli pack build/hello.elf --name hello -o hello.tab --key app-key.pem\n\n"
        "Of an app that was compiled for several processors each file is named with its own, such "
        "as\n"
        "hello-m0.elf,cortex-m0, or is called cortex-m0.elf; without one it is cortex-m3.\n\n"
        "With --layout tock the size is rounded up to a power of two before signing, which Tock's\n"
        "own tools need. With --layout elf2tab all is as elf2tab makes it; its option names are\n"
        "understood, too. --fault is signed with the rest; the board has the last word about it. "
        "With\n"
        "--kernel the ELF files are one kernel, linked for each slot.",
    .options = pack_options,
    .run = run,
};
