// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <gelf.h>
#include <string.h>

#include <base/checked.h>

void parts_free(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        bytes_free(&parts->part[i].data);
    }
    parts->count = 0;
}

const char *parts_add(struct parts *parts, uint32_t address, const uint8_t *data, uint32_t length)
{
    struct part *last = parts->count > 0 ? &parts->part[parts->count - 1] : NULL;
    uint32_t end;
    size_t used;

    if (length == 0) {
        return NULL;
    }
    if (!ck_add(address, length - 1, &end)) {
        return "it passes the end of the address space";
    }
    if (last == NULL || last->address + last->data.size != address) {
        if (parts->count == PARTS_MAX) {
            return "it has too many gaps";
        }
        last = &parts->part[parts->count++];
        *last = (struct part){address, {NULL, 0}};
    }
    used = last->data.size;
    if (used + length > PACKAGE_MAX) {
        return "it is too large";
    }
    if (!bytes_resize(&last->data, used + length)) {
        return "there is no memory for it";
    }
    memcpy(last->data.data + used, data, length);
    return NULL;
}

bool parts_are_apart(const struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (ck_ranges_overlap(parts->part[i].address, (uint32_t)parts->part[i].data.size,
                                  parts->part[j].address, (uint32_t)parts->part[j].data.size)) {
                return false;
            }
        }
    }
    return true;
}

static const char *read_segments(Elf *elf, const struct bytes *file, struct parts *parts)
{
    const char *wrong = NULL;
    size_t count;

    if (elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS32 ||
        elf_getphdrnum(elf, &count) != 0) {
        return "it is no 32-bit ELF executable";
    }
    for (size_t i = 0; wrong == NULL && i < count; i++) {
        GElf_Phdr segment;

        if (gelf_getphdr(elf, (int)i, &segment) == NULL) {
            return "its segments cannot be read";
        }
        if (segment.p_type != PT_LOAD || segment.p_filesz == 0) {
            continue;
        }
        if (segment.p_offset > file->size || segment.p_filesz > file->size - segment.p_offset ||
            segment.p_paddr > UINT32_MAX) {
            return "a segment is not inside the file";
        }
        wrong = parts_add(parts, (uint32_t)segment.p_paddr, file->data + segment.p_offset,
                          (uint32_t)segment.p_filesz);
    }
    if (wrong != NULL) {
        return wrong;
    }
    return parts->count == 0         ? "it has no bytes to load"
           : !parts_are_apart(parts) ? "its segments overlap"
                                     : NULL;
}

const char *elf_parts(const struct bytes *file, struct parts *parts)
{
    const char *wrong;
    Elf *elf;

    parts->count = 0;
    (void)elf_version(EV_CURRENT);
    elf = elf_memory((char *)file->data, file->size);
    if (elf == NULL) {
        return "it is no ELF file";
    }
    wrong = read_segments(elf, file, parts);
    elf_end(elf);
    return wrong;
}

int parts_read(struct cli *cli, const char *path, struct parts *parts)
{
    struct bytes file;
    const char *wrong = NULL;
    unsigned line = 0;
    int code = file_read(cli, path, &file);

    parts->count = 0;
    if (code != EXIT_DONE) {
        return code;
    }
    if (file.size >= SELFMAG && memcmp(file.data, ELFMAG, SELFMAG) == 0) {
        wrong = elf_parts(&file, parts);
    } else if (file.size > 0 && file.data[0] == ':') {
        wrong = hex_parse((const char *)file.data, file.size, parts, &line);
    } else {
        wrong = "it is neither Intel HEX nor ELF, and does not say where its bytes belong";
    }
    bytes_free(&file);
    if (wrong != NULL && line > 0) {
        return cli_fail(cli, EXIT_FAILED, "make the file anew", "%s:%u: %s", path, line, wrong);
    }
    return wrong == NULL
               ? EXIT_DONE
               : cli_fail(cli, EXIT_FAILED, "loader-cli write ADDRESS FILE takes any file",
                          "%s: %s", path, wrong);
}
