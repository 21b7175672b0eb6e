// SPDX-License-Identifier: Apache-2.0
#include "flash_file.h"

#include <string.h>

#include <gelf.h>

enum flash_kind flash_file_kind(const struct bytes *content)
{
    if (content->size >= SELFMAG && memcmp(content->data, ELFMAG, SELFMAG) == 0) {
        return FLASH_ELF;
    }
    /* A binary may begin with ':', but not as a record does. */
    return content->size >= 11 && content->data[0] == ':' &&
                   memchr("0123456789abcdefABCDEF", content->data[1], 22) != NULL &&
                   memchr("0123456789abcdefABCDEF", content->data[2], 22) != NULL
               ? FLASH_HEX
               : FLASH_BINARY;
}

void flash_file_free(struct flash_file *file)
{
    for (size_t i = 0; i < file->count; i++) {
        bytes_free(&file->part[i].bytes);
    }
    file->count = 0;
}

bool flash_file_add(struct flash_file *file, uint32_t address, const uint8_t *data, size_t size)
{
    struct flash_part *part = file->count > 0 ? &file->part[file->count - 1] : NULL;
    size_t old;

    if (size == 0 || size > PACKAGE_MAX || address > UINT32_MAX - size) {
        return false;
    }
    if (part == NULL || part->address + part->bytes.size != address) {
        if (file->count == FLASH_PARTS_MAX) {
            return false;
        }
        part = &file->part[file->count++];
        *part = (struct flash_part){.address = address};
    }
    old = part->bytes.size;
    if (old + size > PACKAGE_MAX || !bytes_resize(&part->bytes, old + size)) {
        return false;
    }
    memcpy(part->bytes.data + old, data, size);
    return true;
}

/* The loadable segments of an ELF file in memory; false: it is broken, or for larger addresses. */
static bool read_segments(Elf *elf, const struct bytes *content, struct flash_file *file)
{
    size_t count = 0;

    if (elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS32 ||
        elf_getphdrnum(elf, &count) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr h;

        if (gelf_getphdr(elf, (int)i, &h) == NULL) {
            return false;
        }
        if (h.p_type != PT_LOAD || h.p_filesz == 0) {
            continue;
        }
        if (h.p_offset > content->size || h.p_filesz > content->size - h.p_offset ||
            h.p_paddr > UINT32_MAX ||
            !flash_file_add(file, (uint32_t)h.p_paddr, content->data + h.p_offset,
                            (size_t)h.p_filesz)) {
            return false;
        }
    }
    return true;
}

static int read_elf(struct cli *cli, const char *path, const struct bytes *content,
                    struct flash_file *file)
{
    Elf *elf = NULL;
    bool ok;

    if (elf_version(EV_CURRENT) != EV_NONE) {
        elf = elf_memory((char *)content->data, content->size);
    }
    ok = elf != NULL && read_segments(elf, content, file);
    (void)elf_end(elf);
    return ok ? EXIT_DONE
              : cli_fail(cli, EXIT_FAILED, "readelf -l shows its segments",
                         "'%s' is no ELF file for 32 bits whose segments can be loaded", path);
}

int flash_file_read(struct cli *cli, const char *path, const struct bytes *content,
                    struct flash_file *file)
{
    int code = EXIT_DONE;

    file->count = 0;
    if (flash_file_kind(content) == FLASH_ELF) {
        code = read_elf(cli, path, content, file);
    } else {
        const size_t line = hex_read((const char *)content->data, content->size, file);

        code = line == 0 ? EXIT_DONE
                         : cli_fail(cli, EXIT_FAILED, "was it cut off? make it anew",
                                    "'%s' is not Intel HEX: line %zu", path, line);
    }
    return code == EXIT_DONE && file->count == 0
               ? cli_fail(cli, EXIT_FAILED, NULL, "'%s' has no bytes for a flash", path)
               : code;
}
