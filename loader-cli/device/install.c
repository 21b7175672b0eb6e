// SPDX-License-Identifier: Apache-2.0
/* What can be checked is checked before anything is sent; the device decides. */
#include "install.h"

#include <stdio.h>
#include <string.h>

#include <base/checked.h>
#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "rate.h"
#include "room.h"
#include "transfer.h"

/* One install. */
struct install {
    struct device *device;
    const char *path;
    const struct bytes *tbf;
    struct tbf_header header;
    struct link_begin begin;
    const struct install_options *options;
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
        .flags = (uint8_t)(in->options->flags | (in->options->in_place ? LINK_BEGIN_IN_PLACE : 0u)),
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
    } else if (!in->options->unchecked) {
        return cli_fail(cli, EXIT_REFUSED, "loader-cli sign PACKAGE --key KEY.pem",
                        "%s is not signed", in->path);
    }
    code = find_signer(in, &found);
    if (code == EXIT_DONE && !found && !keyless && !in->options->unchecked) {
        return cli_fail(cli, EXIT_REFUSED,
                        "sign it with a trusted key (loader-cli info shows them), or build it anew",
                        "%s: none of the keys that the device trusts made its signature: it is "
                        "signed by another key, or was changed after signing",
                        in->path);
    }
    return code;
}

int device_announce(struct device *device, const char *what, const struct bytes *tbf,
                    const struct tbf_header *header, struct link_begin *begin)
{
    static const struct install_options usual = {.in_place = false};
    struct install in = {
        .device = device, .path = what, .tbf = tbf, .header = *header, .options = &usual};
    int code = announce(&in);

    *begin = in.begin;
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

/* Where the app lies that this one updates; STORE_NONE: there is none. */
static uint32_t old_place(const struct install *in)
{
    uint32_t place = STORE_NONE;

    for (size_t i = 0; i < in->device->app_count; i++) {
        const struct link_entry *e = &in->device->app[i];

        place = e->short_id == in->begin.short_id && e->short_id != 0 ? e->app.address : place;
    }
    return place;
}

/* There is no place: says what there is, and what would help. */
static int fail_space(struct install *in)
{
    struct device_map map;
    struct device *device = in->device;
    uint32_t replaces = STORE_NONE;
    int code = device_refresh(device, in->path);

    code = code != EXIT_DONE ? code : device_list(device);
    code = code != EXIT_DONE ? code : device_map(device, false, &map);
    replaces = code == EXIT_DONE ? old_place(in) : replaces;
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

    if (!in->options->update_only && h->total_size <= info->flash_largest &&
        h->min_ram <= info->ram_largest) {
        return EXIT_DONE; /* whether it is new makes no difference */
    }
    code = device_list(in->device);
    for (size_t i = 0; code == EXIT_DONE && i < in->device->app_count; i++) {
        const struct link_entry *e = &in->device->app[i];

        known = known || (e->short_id == in->begin.short_id && e->short_id != 0);
    }
    if (code != EXIT_DONE || in->options->unchecked) {
        return code;
    }
    if (in->options->update_only && !known) {
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

/* A device that is to make room removes the old version first: not for one that fits not even then.
 */
static int check_in_place(struct install *in)
{
    struct device_map map = {.known = false};
    struct plan_map without;
    struct store_place place;
    const uint32_t fixed = place_of(&in->header);
    const uint32_t size = in->header.total_size;
    uint32_t replaces = STORE_NONE;
    int code = in->options->in_place ? device_list(in->device) : EXIT_DONE;
    int error;

    if (code == EXIT_DONE && in->options->in_place) {
        replaces = old_place(in);
        code = device_map(in->device, false, &map);
    }
    if (code != EXIT_DONE || replaces == STORE_NONE || !map.known) {
        return code;
    }
    error = plan_place(&map.map, size, fixed, &place, NULL);
    without = map.map;
    if ((error != STORE_E_SPACE && error != STORE_E_REGION) || !plan_remove(&without, replaces) ||
        plan_place(&without, size, fixed, &place, NULL) == 0) {
        return EXIT_DONE;
    }
    return fail_space(in);
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

/* A kernel looks at this when all has been sent. */
static int check_kernel_version(const struct install *in)
{
    const struct tbf_header *h = &in->header;

    return in->options->unchecked || tbf_kernel_suffices(h)
               ? EXIT_DONE
               : cli_fail(in->device->cli, EXIT_REFUSED,
                          "pack it for the kernel that is there: loader-cli pack --kernel-version",
                          "%s needs kernel %u.%u, this one has %d.%d", in->path, h->kernel_major,
                          h->kernel_minor, TBF_KERNEL_MAJOR, TBF_KERNEL_MINOR);
}

static int install_tbf(struct install *in)
{
    const struct bytes *bytes =
        in->options->send_instead != NULL ? in->options->send_instead : in->tbf;
    int code = announce(in);

    code = code != EXIT_DONE ? code : check_kernel_version(in);
    if (code == EXIT_DONE && in->options->outlook != NULL) {
        return in->options->outlook(in->device, in->path, &in->header, &in->begin,
                                    in->options->update_only);
    }
    code = code != EXIT_DONE ? code : check_locally(in);
    code = code != EXIT_DONE ? code : check_in_place(in);
    return code != EXIT_DONE || in->options->dry_run ? code : send(in, bytes);
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

/* The member for this device, with its header; refuses what is for another one. */
static int take_member(struct install *in, struct tab *tab)
{
    struct device *device = in->device;
    const struct tab_member *member = NULL;
    char board[160];
    char architecture[160];
    int code;

    device_name(&device->info.board, board, sizeof board);
    device_name(&device->info.architecture, architecture, sizeof architecture);
    code = choose_member(device, tab, architecture, &member);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!board_fits(tab, board) && !in->options->unchecked) {
        return cli_fail(device->cli, EXIT_FAILED, NULL, "%s is for the board %s, not for %s",
                        in->path, tab->boards, board);
    }
    if (member == NULL) {
        return cli_fail(device->cli, EXIT_FAILED, "loader-cli inspect shows what is in it",
                        "%s has no code for %s", in->path, architecture);
    }
    in->tbf = &member->tbf;
    code = image_parse(device->cli, in->tbf, in->path, &in->header);
    if (code == EXIT_DONE && in->header.is_kernel) {
        code = cli_fail(device->cli, EXIT_FAILED, "loader-cli kernel install", "%s is a kernel",
                        in->path);
    }
    return code;
}

int device_install(struct device *device, const char *what, struct tab *tab,
                   const struct install_options *options, struct install_done *done)
{
    struct install in = {.device = device, .path = what, .options = options};
    int code = take_member(&in, tab);

    code = code != EXIT_DONE || in.tbf == NULL ? code : install_tbf(&in);
    if (code == EXIT_DONE) {
        cli_clean(in.header.name.data, in.header.name.length, done->name, sizeof done->name);
        done->version = in.header.version;
        done->size = in.header.total_size;
        done->ram = in.header.min_ram;
    }
    return code;
}
