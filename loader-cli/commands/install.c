// SPDX-License-Identifier: Apache-2.0
/*
 * install and update: the tool checks what it can before it sends anything; the device decides.
 * Hidden options turn the tool's checks off or make it lie, for the tests of the device.
 */
#include <stdio.h>
#include <string.h>

#include <base/checked.h>
#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "../device/rate.h"
#include "../device/transfer.h"
#include "../package/package.h"
#include "commands.h"
#include "install.h"
#include "outlook.h"
#include "room.h"

static int unchecked;
static int in_place;
static int dry_run;
static char *send_instead;

static const struct poptOption options[] = {
    {"in-place", 0, POPT_ARG_NONE, &in_place, 0,
     "without room for both versions, remove the old one first (not safe against power cuts)",
     NULL},
    {"dry-run", 0, POPT_ARG_NONE, &dry_run, 0, "say what would happen, change nothing", NULL},
    {"unchecked", 0, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &unchecked, 0,
     "skip the tool's own checks", NULL},
    {"send-instead", 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &send_instead, 0,
     "announce the package, send this one", "FILE"},
    POPT_TABLEEND,
};

/* One install. */
struct install {
    struct device *device;
    const char *path;
    const struct bytes *tbf;
    struct tbf_header header;
    struct link_begin begin;
    bool update_only;
};

static int read_key(struct device *device, uint8_t index, struct link_key *key)
{
    const uint8_t *result;
    size_t length;
    int code;

    if (index == 0 && device->has_key) {
        *key = device->key;
        return EXIT_DONE;
    }
    code = device_request(device, LINK_KEY, &index, 1, &result, &length, "install");
    if (code == EXIT_DONE && !link_get_key(result, length, key)) {
        code = device_fail(device, LINK_E_PROTOCOL, "install");
    }
    return code;
}

/* Takes the signature of the package that a key made; false when it made none of them. */
static bool take_signature(struct install *in, const struct link_key *key)
{
    const uint8_t *signature;

    for (uint32_t i = 0; (signature = tbf_ecdsa_signature(in->tbf->data, &in->header, i)) != NULL;
         i++) {
        if (trust_verify(key->public_key, in->begin.digest, signature) == TRUST_VERIFIED) {
            memcpy(in->begin.signature, signature, sizeof in->begin.signature);
            return true;
        }
    }
    return false;
}

/* Finds which of the device's keys made a signature; *found tells whether one did. */
static int find_signer(struct install *in, bool *found)
{
    struct link_key key;

    *found = false;
    for (uint8_t i = 0; i < in->device->info.key_count && !*found; i++) {
        int code = read_key(in->device, i, &key);

        if (code != EXIT_DONE) {
            return code;
        }
        *found = take_signature(in, &key);
        if (*found || i == 0) {
            /* Without a match the first one stands in: the device refuses the signature. */
            trust_sha256(key.public_key, sizeof key.public_key, in->begin.fingerprint);
        }
    }
    return EXIT_DONE;
}

/* Where the object of an app that is linked for one address must begin; 0xFFFFFFFF: anywhere. */
static uint32_t place_of(const struct tbf_header *header)
{
    return header->fixed_flash == TBF_NO_FIXED_ADDRESS ? TBF_NO_FIXED_ADDRESS
                                                       : header->fixed_flash - header->app_start;
}

/* Fills in what is announced. */
static int announce(struct install *in)
{
    const struct tbf_header *h = &in->header;
    const uint8_t *signature = tbf_ecdsa_signature(in->tbf->data, h, 0);
    struct cli *cli = in->device->cli;
    /* In a flash without a kernel nobody knows keys; the one that comes will decide. */
    const bool keyless = in->device->line.offline != NULL && in->device->info.key_count == 0;
    bool found;
    int code;

    in->begin = (struct link_begin){
        .kind = LINK_KIND_APP,
        .flags = in_place != 0 ? LINK_BEGIN_IN_PLACE : 0,
        .size = h->total_size,
        .binary_end = h->binary_end,
        .min_ram = h->min_ram,
        .short_id = tbf_short_id(h),
        .version = h->version,
    };
    if (h->fixed_flash != TBF_NO_FIXED_ADDRESS || h->fixed_ram != TBF_NO_FIXED_ADDRESS) {
        in->begin.flags |= LINK_BEGIN_FIXED;
        in->begin.address = place_of(h);
        in->begin.ram_address = h->fixed_ram;
    }
    link_name_set(&in->begin.name, h->name.data, h->name.length);
    package_digest(in->tbf, h, in->begin.digest);
    if (signature != NULL) {
        memcpy(in->begin.signature, signature, sizeof in->begin.signature);
    } else if (unchecked == 0) {
        return cli_fail(cli, EXIT_REFUSED, "loader-cli sign PACKAGE --key KEY.pem",
                        "%s is not signed", in->path);
    }
    code = find_signer(in, &found);
    if (code == EXIT_DONE && !found && !keyless && unchecked == 0) {
        return cli_fail(cli, EXIT_REFUSED,
                        "sign it with a trusted key (loader-cli info shows them), or build it anew",
                        "%s: none of the keys that the device trusts made its signature: it is "
                        "signed by another key, or was changed after signing",
                        in->path);
    }
    return code;
}

/* RAM where it is linked for is not to be had. */
static int fail_fixed(const struct install *in)
{
    return cli_fail(in->device->cli, EXIT_SPACE,
                    "loader-cli list and ps show what is there; an update needs --in-place",
                    "%s is linked for flash at 0x%x and RAM at 0x%x: the RAM there is taken or not "
                    "to be had",
                    in->path, (unsigned)in->header.fixed_flash, (unsigned)in->header.fixed_ram);
}

/* There is no place: says what there is, and what would help. */
static int fail_space(struct install *in)
{
    static struct device_map map;
    struct device *device = in->device;
    uint32_t replaces = STORE_NONE;
    int code = device_refresh(device, in->path);

    code = code != EXIT_DONE ? code : device_list(device);
    code = code != EXIT_DONE ? code : device_map(device, false, &map);
    for (size_t i = 0; code == EXIT_DONE && i < device->app_count; i++) {
        const struct link_entry *e = &device->app[i];

        replaces =
            e->short_id == in->begin.short_id && e->short_id != 0 ? e->app.address : replaces;
    }
    if (code == EXIT_DONE && map.known) {
        return room_fail(device, &map, in->path, in->header.total_size, place_of(&in->header),
                         replaces);
    }
    return code != EXIT_DONE
               ? code
               : cli_fail(device->cli, EXIT_SPACE,
                          "make room: loader-cli list, then loader-cli remove NAME",
                          "%s needs %u bytes of flash, the largest free gap has %u", in->path,
                          in->header.total_size, device->info.flash_largest);
}

/* What can be told without asking the device to decide. */
static int check_locally(struct install *in)
{
    const struct link_info *info = &in->device->info;
    const struct tbf_header *h = &in->header;
    struct cli *cli = in->device->cli;
    bool known = false;
    int code;

    if (!in->update_only && h->total_size <= info->flash_largest &&
        h->min_ram <= info->ram_largest) {
        return EXIT_DONE; /* whether it is new makes no difference */
    }
    code = device_list(in->device);
    for (size_t i = 0; code == EXIT_DONE && i < in->device->app_count; i++) {
        const struct link_entry *e = &in->device->app[i];

        known = known || (e->short_id == in->begin.short_id && e->short_id != 0);
    }
    if (code != EXIT_DONE || unchecked != 0) {
        return code;
    }
    if (in->update_only && !known) {
        return cli_fail(cli, EXIT_NOTHING, "loader-cli install installs it",
                        "%s is not installed: nothing to update", in->path);
    }
    if (!known && h->total_size > info->flash_largest) {
        return fail_space(in);
    }
    if (!known && h->min_ram > info->ram_largest) {
        return cli_fail(cli, EXIT_SPACE,
                        "disable or remove an app, or lower the app's heap and stack",
                        "%s needs %u bytes of RAM, the largest free block has %u", in->path,
                        h->min_ram, info->ram_largest);
    }
    return EXIT_DONE;
}

static int send(struct install *in, const struct bytes *bytes)
{
    struct device *device = in->device;
    struct link_begun begun;
    int error = device_raise_rate(device, in->begin.size);

    if (error != EXIT_DONE) {
        return error;
    }
    error = device_begin(device, &in->begin, &begun);
    if (error == LINK_NOTHING) {
        return cli_fail(device->cli, EXIT_NOTHING, "loader-cli list shows what is installed",
                        "%s: the same package is installed already", in->path);
    }
    if (error == LINK_NO_FLASH) {
        return fail_space(in);
    }
    if (error == LINK_NO_RAM && (in->begin.flags & LINK_BEGIN_FIXED) != 0) {
        return fail_fixed(in);
    }
    if (error != 0) {
        return device_fail(device, error, in->path);
    }
    return device_transfer(device, in->path, bytes->data, in->header.total_size, &begun);
}

static int install_tbf(struct install *in)
{
    struct cli *cli = in->device->cli;
    struct bytes bytes = {in->tbf->data, in->tbf->size};
    struct tab other = {.count = 0};
    char name[160];
    int code = announce(in);

    if (code == EXIT_DONE && dry_run != 0) {
        return outlook_install(in->device, &(struct outlook_wanted){in->path, &in->header,
                                                                    &in->begin, in->update_only});
    }
    code = code != EXIT_DONE ? code : check_locally(in);
    if (code == EXIT_DONE && send_instead != NULL) {
        code = tab_read(cli, send_instead, &other);
        if (code == EXIT_DONE && bytes_resize(&other.member[0].tbf, in->tbf->size)) {
            bytes = other.member[0].tbf;
        }
    }
    code = code != EXIT_DONE ? code : send(in, &bytes);
    tab_free(&other);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: installed %s, version %u, %u bytes", in->path,
                cli_clean(in->header.name.data, in->header.name.length, name, sizeof name),
                in->header.version, in->header.total_size);
    }
    return code;
}

static bool board_fits(const struct tab *tab, const char *board)
{
    size_t length = strlen(board);

    for (const char *at = tab->boards; *at != '\0'; at += strspn(at, ", ")) {
        size_t word = strcspn(at, ", ");

        if (word == length && strncmp(at, board, length) == 0) {
            return true;
        }
        at += word;
    }
    return tab->boards[0] == '\0';
}

/*
 * Whether an app linked for one place has it here: in the app region, beside all apps, or beside
 * all but the one that it updates.
 */
static bool has_place(const struct device *device, const struct tbf_header *header, bool beside)
{
    uint32_t start = place_of(header);
    const struct link_info *info = &device->info;

    if (start == TBF_NO_FIXED_ADDRESS) {
        return true;
    }
    for (size_t i = 0; i < device->app_count; i++) {
        const struct link_entry *e = &device->app[i];

        if ((beside || e->short_id != tbf_short_id(header)) &&
            ck_ranges_overlap(start, header->total_size, e->app.address, e->extent)) {
            return false;
        }
    }
    return start >= info->flash_start && header->total_size <= info->flash_size &&
           start - info->flash_start <= info->flash_size - header->total_size;
}

/* The first of the members named like this one that has its place here; NULL: none has. */
static const struct tab_member *find_member(const struct device *device, const struct tab *tab,
                                            const struct tab_member *like, bool beside)
{
    size_t length = strcspn(like->name, ".") + 1;
    struct tbf_header header;

    for (size_t i = 0; i < tab->count; i++) {
        const struct tab_member *other = &tab->member[i];

        if (strncmp(other->name, like->name, length) == 0 &&
            tbf_header_parse(other->tbf.data, (uint32_t)other->tbf.size, &header) == 0 &&
            has_place(device, &header, beside)) {
            return other;
        }
    }
    return NULL;
}

/*
 * The member for this device: of several that are linked for places of their own, the first that
 * has its place here beside the old version, else the first that has it without; the first of all
 * when none has, for the device to say why not.
 */
static int choose_member(struct device *device, struct tab *tab, const char *architecture,
                         const struct tab_member **member)
{
    const struct tab_member *found = NULL;
    int code;

    *member = tab_find(tab, architecture);
    if (*member == NULL || tab->count == 1) {
        return EXIT_DONE;
    }
    code = device_list(device);
    if (code == EXIT_DONE) {
        found = find_member(device, tab, *member, true);
        found = found != NULL ? found : find_member(device, tab, *member, false);
    }
    *member = found != NULL ? found : *member;
    return code;
}

int install_app(struct device *device, const char *path, bool update_only)
{
    struct install in = {.device = device, .path = path, .update_only = update_only};
    struct cli *cli = device->cli;
    const struct tab_member *member;
    struct tab tab;
    char board[160];
    char architecture[160];
    int code = tab_read(cli, path, &tab);

    if (code != EXIT_DONE) {
        return code;
    }
    device_name(&device->info.board, board, sizeof board);
    device_name(&device->info.architecture, architecture, sizeof architecture);
    code = choose_member(device, &tab, architecture, &member);
    if (code != EXIT_DONE) {
        member = NULL;
    } else if (!board_fits(&tab, board) && unchecked == 0) {
        code = cli_fail(cli, EXIT_FAILED, NULL, "%s is for the board %s, not for %s", path,
                        tab.boards, board);
    } else if (member == NULL) {
        code = cli_fail(cli, EXIT_FAILED, "loader-cli inspect shows what is in it",
                        "%s has no code for %s", path, architecture);
    } else {
        in.tbf = &member->tbf;
        code = image_parse(cli, in.tbf, path, &in.header);
    }
    if (code == EXIT_DONE && in.header.is_kernel) {
        code = cli_fail(cli, EXIT_FAILED, "loader-cli kernel install", "%s is a kernel", path);
    }
    code = code != EXIT_DONE || in.tbf == NULL ? code : install_tbf(&in);
    tab_free(&tab);
    return code;
}

static int install_all(struct cli *cli, int count, const char **argument, bool update_only)
{
    struct device device;
    int result = EXIT_DONE;
    int code;

    if (count < 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli install --help", "install takes packages");
    }
    code = unchecked != 0 ? device_open_installer(cli, &device, &device_transfer_listener)
                          : device_open_kernel_installer(cli, &device, &device_transfer_listener);
    if (code != EXIT_DONE) {
        return code;
    }
    if (dry_run != 0) {
        code = outlook_begin(&device);
        result = code;
    }
    for (int i = 0;
         i < count && (code == EXIT_DONE || i > 0) && code != EXIT_LOST && code != EXIT_INTERRUPTED;
         i++) {
        code = install_app(&device, argument[i], update_only);
        result = code == EXIT_DONE || (code == EXIT_NOTHING && result != EXIT_DONE) ? result : code;
    }
    device_close(&device);
    return result;
}

static int run_install(struct cli *cli, int count, const char **argument)
{
    return install_all(cli, count, argument, false);
}

static int run_update(struct cli *cli, int count, const char **argument)
{
    return install_all(cli, count, argument, true);
}

const struct command command_install = {
    .name = "install",
    .group = "Device",
    .summary = "Install or update apps, while the others run",
    .usage = "PACKAGE...",
    .help = "The device verifies the signature before it erases anything, and the whole package\n"
            "before it commits. A transfer that was cut off goes on where it stopped. The same\n"
            "package again: nothing to do (exit code 3). The same version with other bytes, or a "
            "newer\n"
            "one: an update. An older one: refused (exit code 5).\n\n"
            "  loader-cli install build/apps/hello.tab",
    .options = options,
    .several = true,
    .run = run_install,
};

const struct command command_update = {
    .name = "update",
    .group = "Device",
    .summary = "Update apps that are installed",
    .usage = "PACKAGE...",
    .options = options,
    .several = true,
    .run = run_update,
};
