// SPDX-License-Identifier: Apache-2.0
/*
 * ELF to binary: what elf2tab does for Cortex-M. The flash image is the content of all loadable
 * segments in the order of their load addresses; behind it come the relocations of .data, in the
 * form that start-up code reads: a byte count, then the entries.
 */
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include <base/bytes.h>

#include "package.h"

/* Position-independent apps are linked for this flash address; RAM addresses are below it. */
#define PIC_FLASH 0x80000000u

static int bad(struct cli *cli, const char *path, const char *why)
{
    return cli_fail(cli, EXIT_FAILED,
                    "build the app with lib/app/app.cmake, or see docs/writing-an-app.md",
                    "'%s' cannot be packed: %s", path, why);
}

/* Finds the range of load addresses that the segments with content take. */
static bool flash_range(Elf *elf, size_t count, uint64_t *low, uint64_t *high)
{
    *low = UINT64_MAX;
    *high = 0;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;

        if (gelf_getphdr(elf, (int)i, &segment) == NULL) {
            return false;
        }
        if (segment.p_type == PT_LOAD && segment.p_filesz > 0) {
            uint64_t end = segment.p_paddr + segment.p_filesz;

            *low = segment.p_paddr < *low ? segment.p_paddr : *low;
            *high = end > *high ? end : *high;
        }
    }
    return *low < *high && *high - *low <= PACKAGE_MAX;
}

static bool copy_segments(Elf *elf, size_t count, const char *raw, size_t raw_size, uint64_t low,
                          struct elf_app *app)
{
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;

        if (gelf_getphdr(elf, (int)i, &segment) == NULL) {
            return false;
        }
        if (segment.p_type != PT_LOAD) {
            continue;
        }
        if (segment.p_filesz > 0) {
            if (segment.p_offset > raw_size || segment.p_filesz > raw_size - segment.p_offset) {
                return false;
            }
            memcpy(app->binary.data + (segment.p_paddr - low), raw + segment.p_offset,
                   segment.p_filesz);
        }
        if ((segment.p_flags & PF_W) != 0 && segment.p_memsz > 0 && segment.p_vaddr < PIC_FLASH &&
            segment.p_memsz < PIC_FLASH) {
            uint32_t end = (uint32_t)(segment.p_vaddr + segment.p_memsz);

            app->ram_size = end > app->ram_size ? end : app->ram_size;
        }
    }
    return true;
}

/* Appends the relocation section of .data. */
static bool append_relocations(Elf *elf, struct elf_app *app)
{
    Elf_Scn *section = NULL;
    size_t names;
    size_t at = app->binary.size;
    const Elf_Data *data = NULL;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return false;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        const char *name;

        if (gelf_getshdr(section, &header) == NULL) {
            return false;
        }
        name = elf_strptr(elf, names, header.sh_name);
        if (name != NULL && strcmp(name, ".rel.data") == 0) {
            data = elf_rawdata(section, NULL);
            if (data == NULL) {
                return false; /* outside the file: an app without them would run wild */
            }
        }
    }
    if (data != NULL && ((data->d_buf == NULL && data->d_size > 0) || data->d_size > PACKAGE_MAX ||
                         data->d_size % 8 != 0)) {
        return false;
    }
    if (!bytes_resize(&app->binary, at + 4 + (data != NULL ? data->d_size : 0))) {
        return false;
    }
    bytes_put_u32(app->binary.data + at, data != NULL ? (uint32_t)data->d_size : 0);
    if (data != NULL && data->d_size > 0) {
        memcpy(app->binary.data + at + 4, data->d_buf, data->d_size);
    }
    return true;
}

/* Notes the sections that the app may write in flash: those named .wfr*, as for elf2tab. */
static bool find_writeable(Elf *elf, uint64_t low, struct elf_app *app)
{
    Elf_Scn *section = NULL;
    size_t names;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return false;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        const char *name;

        if (gelf_getshdr(section, &header) == NULL) {
            return false;
        }
        name = elf_strptr(elf, names, header.sh_name);
        if (name == NULL || strncmp(name, ".wfr", 4) != 0 || (header.sh_flags & SHF_ALLOC) == 0 ||
            header.sh_size == 0) {
            continue;
        }
        if (app->writeable_count == WRITEABLE_MAX || header.sh_addr < low ||
            header.sh_addr - low > app->binary.size ||
            header.sh_size > app->binary.size - (header.sh_addr - low)) {
            return false;
        }
        app->writeable[app->writeable_count].offset = (uint32_t)(header.sh_addr - low);
        app->writeable[app->writeable_count].size = (uint32_t)header.sh_size;
        app->writeable_count++;
    }
    return true;
}

static int convert(struct cli *cli, Elf *elf, const char *path, bool kernel, struct elf_app *app)
{
    GElf_Ehdr header;
    size_t count;
    size_t raw_size;
    const char *raw = elf_rawfile(elf, &raw_size);
    uint64_t low;
    uint64_t high;

    if (elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, &header) == NULL || raw == NULL) {
        return bad(cli, path, "it is not an ELF file, or cut short");
    }
    /* libelf passes over a table of sections that is cut off, and with it the relocations. */
    if (header.e_shoff > raw_size ||
        (uint64_t)header.e_shnum * header.e_shentsize > raw_size - header.e_shoff) {
        return bad(cli, path, "it is cut short");
    }
    if (gelf_getclass(elf) != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != EM_ARM) {
        return bad(cli, path, "it is not for a 32-bit little-endian Arm processor");
    }
    if (header.e_type != ET_EXEC || elf_getphdrnum(elf, &count) != 0 ||
        !flash_range(elf, count, &low, &high)) {
        return bad(cli, path, "it has nothing that can be loaded");
    }
    if (!bytes_resize(&app->binary, (size_t)(high - low)) ||
        !copy_segments(elf, count, raw, raw_size, low, app)) {
        return bad(cli, path, "a segment runs past the end of the file");
    }
    app->flash_address = (uint32_t)low;
    app->position_independent = low == PIC_FLASH;
    if (!kernel && !app->position_independent) {
        return bad(cli, path, "it is not position-independent (linked for flash at 0x80000000)");
    }
    if (!kernel && !find_writeable(elf, low, app)) {
        return bad(cli, path,
                   "its writeable sections (.wfr) lie outside the code, or are too many");
    }
    if (!kernel && !append_relocations(elf, app)) {
        return bad(cli, path, "its relocations are malformed");
    }
    if (header.e_entry < low || header.e_entry >= high) {
        return bad(cli, path, "its entry point is outside the code");
    }
    app->entry = (uint32_t)(header.e_entry - low);
    return EXIT_DONE;
}

int elf_read(struct cli *cli, const char *path, bool kernel, struct elf_app *app)
{
    struct bytes content;
    int code = file_read(cli, path, &content);
    Elf *elf;

    memset(app, 0, sizeof *app);
    if (code != EXIT_DONE) {
        return code;
    }
    (void)elf_version(EV_CURRENT);
    elf = elf_memory((char *)content.data, content.size);
    code = elf != NULL ? convert(cli, elf, path, kernel, app)
                       : bad(cli, path, "it is not an ELF file, or cut short");
    (void)elf_end(elf);
    bytes_free(&content);
    if (code != EXIT_DONE) {
        bytes_free(&app->binary);
    }
    return code;
}
