// SPDX-License-Identifier: Apache-2.0
/*
 * Tock Application Bundles: a tar archive with metadata.toml and one TBF per architecture.
 *
 * metadata.toml is flat: `key = value` lines, values in quotes or bare. There is no small, packaged
 * C library for TOML in Debian, so these lines are read here, and nothing else of TOML.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>

#include "package.h"

enum { METADATA_MAX = 4096 };

/* All members together, unfolded: what an archive of PACKAGE_MAX can hold, and as much of the space
 * that bundles leave out. */
#define UNFOLDED_MAX ((size_t)2 * PACKAGE_MAX)

/* Finds `key = "value"`, or `key = value` of a bare one; leaves out unchanged when there is none.
 */
static void metadata_get(const char *text, const char *key, bool bare, char *out, size_t size)
{
    size_t length = strlen(key);

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        const char *value;

        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, key, length) != 0) {
            continue;
        }
        value = line + length + strspn(line + length, " \t");
        if (*value != '=') {
            continue;
        }
        value += 1 + strspn(value + 1, " \t");
        if (*value == '"') {
            size_t end = strcspn(value + 1, "\"\n");

            cli_clean(value + 1, end, out, size);
        } else if (bare) {
            cli_clean(value, strcspn(value, " \t\r\n#"), out, size);
        }
        return;
    }
}

static int bad(struct cli *cli, const char *path, const char *why)
{
    return cli_fail(cli, EXIT_FAILED, "get or build the package anew",
                    "'%s' is not a usable package: %s", path, why);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Bytes that one more member may have. */
static size_t room_in(const struct tab *tab)
{
    size_t room = UNFOLDED_MAX;

    for (size_t i = 0; i < tab->count; i++) {
        room -= tab->member[i].tbf.size;
    }
    return room < PACKAGE_MAX ? room : PACKAGE_MAX;
}

/* A name alone: no folder, drive or character that is not shown as it is. */
static bool is_plain_name(const char *name, size_t size)
{
    char shown[128];
    size_t length = name != NULL ? strlen(name) : size;

    return length < size && strpbrk(name, "/\\:") == NULL &&
           strcmp(cli_clean(name, length, shown, sizeof shown), name) == 0;
}

/* Reads one member whole, if it has no more bytes than room; its announced size is not believed. */
static bool read_member(struct archive *archive, size_t room, struct bytes *content)
{
    size_t used = 0;
    la_ssize_t got;

    *content = (struct bytes){NULL, 0};
    do {
        if (used == content->size && !bytes_resize(content, content->size * 2 + 65536)) {
            return false;
        }
        got = archive_read_data(archive, content->data + used, content->size - used);
        used += got > 0 ? (size_t)got : 0;
    } while (got > 0 && used <= room);
    return got == 0 && used <= room && bytes_resize(content, used);
}

static const struct tab_member *find_member(const struct tab *tab, const char *name)
{
    for (size_t i = 0; i < tab->count; i++) {
        if (strcmp(tab->member[i].name, name) == 0) {
            return &tab->member[i];
        }
    }
    return NULL;
}

/* What a bundle leaves out of an object is space behind its last byte. One that claims more than
 * there is room for stays as it is, and is malformed to whoever wants it. */
static bool fill_up(struct bytes *tbf, size_t room)
{
    uint32_t total = tbf->size >= TBF_BASE_SIZE && bytes_get_u16(tbf->data) == TBF_VERSION
                         ? bytes_get_u32(tbf->data + 4)
                         : 0;

    return total <= tbf->size || total > room || bytes_resize(tbf, total);
}

static int take_member(struct cli *cli, const char *path, struct archive *archive,
                       struct archive_entry *entry, struct tab *tab)
{
    const char *name = archive_entry_pathname(entry);
    const size_t room = room_in(tab);
    struct bytes content;

    if (!is_plain_name(name, sizeof tab->member[0].name)) {
        return bad(cli, path, "a member's name is a path, no plain text or too long");
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL) {
        return bad(cli, path, "a member is not a regular file");
    }
    if (!ends_with(name, ".tbf") && strcmp(name, "metadata.toml") != 0) {
        return EXIT_DONE; /* .bin of old bundles, and what later versions may add */
    }
    if (find_member(tab, name) != NULL) {
        return bad(cli, path, "it has two members of one name");
    }
    if (!read_member(archive, room, &content)) {
        bytes_free(&content);
        return bad(cli, path, "a member is cut short or too large");
    }
    if (ends_with(name, ".tbf")) {
        if (tab->count == TAB_MEMBERS_MAX) {
            bytes_free(&content);
            return bad(cli, path, "it has too many members");
        }
        if (!fill_up(&content, room)) {
            bytes_free(&content);
            return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
        }
        snprintf(tab->member[tab->count].name, sizeof tab->member[0].name, "%s", name);
        tab->member[tab->count++].tbf = content;
        return EXIT_DONE;
    }
    if (bytes_resize(&content, content.size + 1) && content.size < METADATA_MAX) {
        const char *text = (const char *)content.data;

        metadata_get(text, "name", false, tab->name, sizeof tab->name);
        metadata_get(text, "only-for-boards", false, tab->boards, sizeof tab->boards);
        metadata_get(text, "minimum-tock-kernel-version", false, tab->kernel, sizeof tab->kernel);
        metadata_get(text, "build-date", true, tab->built, sizeof tab->built);
    }
    bytes_free(&content);
    return EXIT_DONE;
}

static int read_archive(struct cli *cli, const char *path, const struct bytes *file,
                        struct tab *tab)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int code = EXIT_DONE;
    int step;

    if (archive == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    archive_read_support_format_tar(archive);
    step = archive_read_open_memory(archive, file->data, file->size);
    while (step == ARCHIVE_OK && code == EXIT_DONE &&
           (step = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        code = take_member(cli, path, archive, entry, tab);
    }
    archive_read_free(archive);
    if (code == EXIT_DONE && step != ARCHIVE_EOF) {
        code = bad(cli, path, "it is neither a TAB (tar archive) nor a TBF, or cut short");
    }
    if (code == EXIT_DONE && tab->count == 0) {
        code = bad(cli, path, "it holds no TBF");
    }
    return code;
}

int tab_read(struct cli *cli, const char *path, struct tab *tab)
{
    struct bytes file;
    int code = file_read(cli, path, &file);

    memset(tab, 0, sizeof *tab);
    if (code != EXIT_DONE) {
        return code;
    }
    /* A TBF has no magic number; its version word is what a tar archive cannot begin with. */
    if (file.size >= 2 && file.data[0] == TBF_VERSION && file.data[1] == 0) {
        tab->bare = true;
        tab->count = 1;
        snprintf(tab->member[0].name, sizeof tab->member[0].name, "cortex-m4.tbf");
        tab->member[0].tbf = file;
        return EXIT_DONE;
    }
    code = read_archive(cli, path, &file, tab);
    bytes_free(&file);
    if (code != EXIT_DONE) {
        tab_free(tab);
    }
    return code;
}

static bool add_member(struct archive *archive, const char *name, const void *data, size_t size)
{
    struct archive_entry *entry = archive_entry_new();
    bool ok;

    if (entry == NULL) {
        return false;
    }
    /* No times, owners or modes of this machine: the same input gives the same archive. */
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ok = archive_write_header(archive, entry) == ARCHIVE_OK &&
         archive_write_data(archive, data, size) == (la_ssize_t)size;
    archive_entry_free(entry);
    return ok;
}

static bool fill_archive(struct archive *archive, const struct tab *tab)
{
    char metadata[512];
    int length =
        snprintf(metadata, sizeof metadata,
                 "tab-version = 1\nname = \"%s\"\nonly-for-boards = \"%s\"\n"
                 "%s%s%s%s%s%s",
                 tab->name, tab->boards,
                 tab->kernel[0] != '\0' ? "minimum-tock-kernel-version = \"" : "", tab->kernel,
                 tab->kernel[0] != '\0' ? "\"\n" : "", tab->built[0] != '\0' ? "build-date = " : "",
                 tab->built, tab->built[0] != '\0' ? "\n" : "");
    bool ok = length > 0 && (size_t)length < sizeof metadata &&
              add_member(archive, "metadata.toml", metadata, (size_t)length);

    for (size_t i = 0; ok && i < tab->count; i++) {
        ok = add_member(archive, tab->member[i].name, tab->member[i].tbf.data,
                        tab->member[i].tbf.size);
    }
    return ok;
}

int tab_write(struct cli *cli, const char *path, const struct tab *tab)
{
    struct archive *archive;
    struct bytes out = {NULL, 0};
    size_t used = 0;
    size_t room = 65536;
    bool ok;
    int code;

    if (tab->bare) {
        return file_write(cli, path, tab->member[0].tbf.data, tab->member[0].tbf.size, false);
    }
    for (size_t i = 0; i < tab->count; i++) {
        room += tab->member[i].tbf.size + 2048;
    }
    archive = archive_write_new();
    ok = archive != NULL && bytes_resize(&out, room) &&
         archive_write_set_format_ustar(archive) == ARCHIVE_OK &&
         archive_write_open_memory(archive, out.data, out.size, &used) == ARCHIVE_OK &&
         fill_archive(archive, tab) && archive_write_close(archive) == ARCHIVE_OK;
    archive_write_free(archive);
    code = ok ? file_write(cli, path, out.data, used, false)
              : cli_fail(cli, EXIT_FAILED, NULL, "'%s' cannot be put together", path);
    bytes_free(&out);
    return code;
}

void tab_free(struct tab *tab)
{
    for (size_t i = 0; i < tab->count; i++) {
        bytes_free(&tab->member[i].tbf);
    }
    tab->count = 0;
}

struct tab_member *tab_find(struct tab *tab, const char *architecture)
{
    /* Code for an older Cortex-M runs on a newer one. */
    static const char *const older[] = {"cortex-m7", "cortex-m4", "cortex-m3", "cortex-m0"};
    bool reached = false;

    for (size_t k = 0; k < sizeof older / sizeof older[0]; k++) {
        size_t length = strlen(older[k]);

        reached = reached || strcmp(older[k], architecture) == 0;
        for (size_t i = 0; reached && i < tab->count; i++) {
            if (strncmp(tab->member[i].name, older[k], length) == 0 &&
                tab->member[i].name[length] == '.') {
                return &tab->member[i];
            }
        }
    }
    /* Other processors: their own name, and nothing else. */
    for (size_t i = 0; !reached && i < tab->count; i++) {
        size_t length = strlen(architecture);

        if (strncmp(tab->member[i].name, architecture, length) == 0 && length > 0 &&
            tab->member[i].name[length] == '.') {
            return &tab->member[i];
        }
    }
    return NULL;
}

struct tab_member *tab_next(struct tab *tab, const struct tab_member *member)
{
    size_t length =
        strcspn(member->name, ".") + 1; /* dot included: "cortex-m3" is not "cortex-m33" */

    for (size_t i = (size_t)(member - tab->member) + 1; i < tab->count; i++) {
        if (strncmp(tab->member[i].name, member->name, length) == 0) {
            return &tab->member[i];
        }
    }
    return NULL;
}
