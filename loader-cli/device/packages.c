// SPDX-License-Identifier: Apache-2.0
#include "packages.h"

#include <string.h>

#include <base/bytes.h>

#include "../posix/folder.h"
#include "install.h"

struct search {
    struct device *device;
    struct device_packages *found;
};

/* Whether an announcement is of the very object that the list has; the device compares all of it.
 */
static bool is_of(const struct link_begin *begin, const struct link_entry *entry)
{
    return entry->app.tag == bytes_get_u32(begin->digest) && entry->size == begin->size &&
           entry->version == begin->version && entry->short_id == begin->short_id;
}

static bool is_installed(const struct device *device, const struct link_begin *begin)
{
    for (size_t i = 0; i < device->app_count; i++) {
        if (is_of(begin, &device->app[i])) {
            return true;
        }
    }
    return false;
}

const struct device_package *packages_of(const struct device_packages *packages,
                                         const struct link_entry *entry)
{
    for (size_t i = 0; i < packages->count; i++) {
        if (is_of(&packages->package[i].begin, entry)) {
            return &packages->package[i];
        }
    }
    return NULL;
}

/* A device takes an app for which there is room to run: what its old process has counts as free. */
static bool has_room(const struct device *device, const struct link_entry *entry)
{
    size_t processes = 0;

    for (size_t i = 0; i < device->app_count; i++) {
        processes += device->app[i].process != UINT32_MAX ? 1 : 0;
    }
    return entry->process != UINT32_MAX ||
           (entry->min_ram <= device->info.ram_largest && processes < device->info.process_slots);
}

enum plan_hold packages_hold(const struct device *device, const struct link_entry *entry,
                             const struct device_package *package)
{
    if ((entry->flags & LINK_APP_ACCEPTED) == 0 || (entry->flags & LINK_APP_DAMAGED) != 0) {
        return PLAN_UNKNOWN;
    }
    if (package == NULL) {
        return PLAN_MISSING;
    }
    if (package->header.fixed_flash != TBF_NO_FIXED_ADDRESS) {
        return PLAN_FIXED;
    }
    if (tbf_writeable_count(&package->header.tlvs) != 0) {
        return PLAN_WRITER;
    }
    if (entry->process == UINT32_MAX && package->header.fixed_ram != TBF_NO_FIXED_ADDRESS) {
        return PLAN_CROWDED; /* whether its RAM is to be had only the device knows */
    }
    return has_room(device, entry) ? PLAN_MOVABLE : PLAN_CROWDED;
}

/* Keeps an object that is installed, and takes its bytes over. */
static int keep(struct search *s, const char *path, struct tab_member *member,
                const struct tbf_header *header)
{
    struct cli *cli = s->device->cli;
    struct device_package *to = &s->found->package[s->found->count];
    const uint32_t held = cli_hold(cli, 1u << EXIT_REFUSED);
    int code = device_announce(s->device, path, &member->tbf, header, &to->begin);

    cli->held = held;
    if (code == EXIT_REFUSED) {
        cli_note(cli, "%s", cli->kept);
        return EXIT_DONE; /* as if there were no package */
    }
    if (code == EXIT_DONE) {
        to->tbf = member->tbf;
        to->header = *header;
        member->tbf = (struct bytes){NULL, 0};
        s->found->count++;
    }
    return code;
}

static int look_at(struct search *s, const char *path, struct tab_member *member)
{
    struct tbf_header header;
    struct link_begin known;

    if (tbf_header_parse(member->tbf.data, (uint32_t)member->tbf.size, &header) != 0 ||
        header.is_kernel || header.padding || header.total_size > member->tbf.size) {
        return EXIT_DONE;
    }
    known = (struct link_begin){
        .size = header.total_size, .version = header.version, .short_id = tbf_short_id(&header)};
    package_digest(&member->tbf, &header, known.digest);
    for (size_t i = 0; i < s->found->count; i++) {
        if (bytes_equal(s->found->package[i].begin.digest, known.digest, sizeof known.digest)) {
            return EXIT_DONE;
        }
    }
    return s->found->count < DEVICE_APPS_MAX && is_installed(s->device, &known)
               ? keep(s, path, member, &header)
               : EXIT_DONE;
}

/* Looks at all that a package has: the digest says which of it is installed. */
static int take(struct search *s, const char *path, struct tab *tab)
{
    int code = EXIT_DONE;

    for (size_t i = 0; i < tab->count && code == EXIT_DONE; i++) {
        code = look_at(s, path, &tab->member[i]);
    }
    return code;
}

static int read_file(struct search *s, const char *path)
{
    struct tab tab;
    int code = tab_read(s->device->cli, path, &tab);

    if (code == EXIT_DONE) {
        code = take(s, path, &tab);
        tab_free(&tab);
    }
    return code;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);

    return length >= strlen(ending) && strcmp(text + length - strlen(ending), ending) == 0;
}

/* One file of a folder: much else may lie there. */
static int visit(void *context, const char *path)
{
    struct search *s = context;
    struct cli *cli = s->device->cli;
    struct tab tab;
    uint32_t held;
    int code;

    if (!ends_with(path, ".tab") && !ends_with(path, ".tbf")) {
        return EXIT_DONE;
    }
    held = cli_hold(cli, UINT32_MAX);
    code = tab_read(cli, path, &tab);
    cli->held = held;
    if (code != EXIT_DONE) {
        cli_note(cli, "passed over: %s", cli->kept);
        return EXIT_DONE;
    }
    code = take(s, path, &tab);
    tab_free(&tab);
    return code;
}

int packages_find(struct device *device, char *const *from, struct device_packages *packages)
{
    struct search s = {.device = device, .found = packages};
    int code = EXIT_DONE;

    packages->count = 0;
    for (; *from != NULL && code == EXIT_DONE; from++) {
        if (!folder_each(*from, visit, &s, &code)) {
            code = read_file(&s, *from);
        }
    }
    return code;
}

void packages_free(struct device_packages *packages)
{
    for (size_t i = 0; i < packages->count; i++) {
        bytes_free(&packages->package[i].tbf);
    }
    packages->count = 0;
}
