// SPDX-License-Identifier: Apache-2.0
/*
 * ELF to binary, as elf2tab does it. The flash image is the content of all loadable segments in the
 * order of their load addresses; behind it come the relocations of what is copied into RAM, in the
 * form that start-up code reads: a byte count, then the entries.
 */
#include <gelf.h>
#include <string.h>

#include <base/bytes.h>

#include "package.h"

/* Position-independent apps are linked for this flash address; RAM addresses are below it. */
#define PIC_FLASH 0x80000000u
/* More RAM than any microcontroller has, bytes. */
#define RAM_MAX (1u << 28)

/* More than linkers make: what is looked at several times stays short. */
enum { SEGMENTS_MAX = 32, SECTIONS_MAX = 512, SECTION_NAME_MAX = 256, SYMBOLS_MAX = 1 << 20 };

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

            if (end < segment.p_paddr) {
                return false;
            }
            *low = segment.p_paddr < *low ? segment.p_paddr : *low;
            *high = end > *high ? end : *high;
        }
    }
    return *low < *high && *high <= UINT32_MAX && *high - *low <= PACKAGE_MAX;
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
        if ((segment.p_flags & PF_W) != 0 && segment.p_vaddr != segment.p_paddr) {
            if (segment.p_memsz > RAM_MAX - app->moved_size) {
                return false;
            }
            app->moved_size += (uint32_t)segment.p_memsz;
        }
    }
    return true;
}

/* Whether a section is copied into memory with a segment that has content. */
static bool is_inside(const GElf_Shdr *section, const GElf_Phdr *segment)
{
    return segment->p_type == PT_LOAD && segment->p_filesz > 0 &&
           (section->sh_flags & SHF_ALLOC) != 0 && section->sh_size > 0 &&
           section->sh_addr >= segment->p_vaddr &&
           section->sh_addr - segment->p_vaddr < segment->p_memsz &&
           section->sh_size <= segment->p_memsz - (section->sh_addr - segment->p_vaddr);
}

/* Whether a section of names ends with '\0': libelf searches it for one at each name otherwise. */
static bool is_string_table(Elf *elf, size_t index)
{
    const Elf_Data *data = elf_rawdata(elf_getscn(elf, index), NULL);

    return data != NULL && data->d_buf != NULL && data->d_size > 0 &&
           ((const char *)data->d_buf)[data->d_size - 1] == '\0';
}

/* Whether the sections are few and named. */
static bool are_sections_sound(Elf *elf)
{
    size_t count;
    size_t names;

    return elf_getshdrnum(elf, &count) == 0 && count <= SECTIONS_MAX &&
           (count == 0 || (elf_getshdrstrndx(elf, &names) == 0 && is_string_table(elf, names)));
}

static bool is_writeable_flash(const char *name)
{
    return strstr(name, ".wfr") != NULL;
}

/* One section with its name; the next one, or the first. NULL: no more, or *sound is false. */
static Elf_Scn *next_section(Elf *elf, Elf_Scn *section, GElf_Shdr *header, const char **name,
                             bool *sound)
{
    size_t names;

    section = elf_nextscn(elf, section);
    if (section == NULL) {
        return NULL;
    }
    if (elf_getshdrstrndx(elf, &names) != 0 || gelf_getshdr(section, header) == NULL) {
        *sound = false;
        return NULL;
    }
    *name = elf_strptr(elf, names, header->sh_name);
    *name = *name != NULL ? *name : "";
    if (memchr(*name, '\0', SECTION_NAME_MAX) == NULL) {
        *sound = false;
        return NULL;
    }
    return section;
}

/* Appends the content of the section that relocates another, if there is one. */
static bool append_relocation(Elf *elf, const char *of, struct bytes *table)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    const char *name;
    bool sound = true;

    while ((section = next_section(elf, section, &header, &name, &sound)) != NULL) {
        const Elf_Data *data;
        size_t at = table->size;

        if (strncmp(name, ".rel", 4) != 0 || strcmp(name + 4, of) != 0) {
            continue;
        }
        data = elf_rawdata(section, NULL);
        /* Without them, or with some of them, an app would run wild. */
        if (data == NULL || (data->d_buf == NULL && data->d_size > 0) ||
            data->d_size > PACKAGE_MAX - at || data->d_size % 8 != 0 ||
            !bytes_resize(table, at + data->d_size)) {
            return false;
        }
        if (data->d_size > 0) {
            memcpy(table->data + at, data->d_buf, data->d_size);
        }
    }
    return sound;
}

/* Collects the relocations of all sections that are copied into RAM. */
static bool collect_relocations(Elf *elf, size_t count, struct bytes *table)
{
    for (size_t i = 0; i < count; i++) {
        Elf_Scn *section = NULL;
        GElf_Phdr segment;
        GElf_Shdr header;
        const char *name;
        bool sound = true;

        if (gelf_getphdr(elf, (int)i, &segment) == NULL) {
            return false;
        }
        while ((section = next_section(elf, section, &header, &name, &sound)) != NULL) {
            if ((header.sh_flags & SHF_WRITE) != 0 && is_inside(&header, &segment) &&
                !is_writeable_flash(name) && !append_relocation(elf, name, table)) {
                return false;
            }
        }
        if (!sound) {
            return false;
        }
    }
    return true;
}

static bool append_relocations(Elf *elf, size_t count, struct elf_app *app)
{
    struct bytes table = {NULL, 0};
    size_t at = app->binary.size;
    bool ok =
        collect_relocations(elf, count, &table) && bytes_resize(&app->binary, at + 4 + table.size);

    if (ok) {
        bytes_put_u32(app->binary.data + at, (uint32_t)table.size);
        if (table.size > 0) {
            memcpy(app->binary.data + at + 4, table.data, table.size);
        }
    }
    bytes_free(&table);
    return ok;
}

static bool note_writeable(const GElf_Shdr *header, uint64_t low, struct elf_app *app)
{
    if (app->writeable_count == WRITEABLE_MAX || header->sh_addr < low ||
        header->sh_addr - low > app->binary.size ||
        header->sh_size > app->binary.size - (header->sh_addr - low)) {
        return false;
    }
    app->writeable[app->writeable_count].offset = (uint32_t)(header->sh_addr - low);
    app->writeable[app->writeable_count].size = (uint32_t)header->sh_size;
    app->writeable_count++;
    return true;
}

/* Notes the sections that the app may write in flash, and how large its stack is. */
static bool read_sections(Elf *elf, uint64_t low, struct elf_app *app)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    const char *name;
    bool sound = true;

    while ((section = next_section(elf, section, &header, &name, &sound)) != NULL) {
        if (strcmp(name, ".stack") == 0) {
            app->stack_size = header.sh_size < RAM_MAX ? (uint32_t)header.sh_size : RAM_MAX;
        }
        if (is_writeable_flash(name) && (header.sh_flags & SHF_ALLOC) != 0 && header.sh_size > 0 &&
            !note_writeable(&header, low, app)) {
            return false;
        }
    }
    return sound;
}

/* Notes the symbols that say where RAM begins, and how much lies before the binary. */
static bool read_symbols(Elf *elf, struct elf_app *app)
{
    Elf_Scn *section = NULL;
    int left = SYMBOLS_MAX;

    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        GElf_Sym symbol;
        Elf_Data *data;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_SYMTAB ||
            (data = elf_getdata(section, NULL)) == NULL) {
            continue;
        }
        if (!is_string_table(elf, header.sh_link)) {
            return false;
        }
        for (int i = 0; gelf_getsym(data, i, &symbol) != NULL; i++) {
            const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

            if (left-- == 0) {
                return false;
            }
            if (name == NULL || symbol.st_value > UINT32_MAX) {
                continue;
            }
            if (strcmp(name, "_sram_origin") == 0) {
                app->ram_address = (uint32_t)symbol.st_value;
            } else if (strcmp(name, "tbf_protected_region_size") == 0) {
                app->app_start = (uint32_t)symbol.st_value;
            }
        }
    }
    return true;
}

static bool is_known_machine(Elf *elf, const GElf_Ehdr *header)
{
    bool wide = gelf_getclass(elf) == ELFCLASS64;

    return header->e_ident[EI_DATA] == ELFDATA2LSB &&
           (header->e_machine == EM_RISCV ||
            (!wide && (header->e_machine == EM_ARM || header->e_machine == EM_386)));
}

/* What only an app has. */
static int convert_app(struct cli *cli, Elf *elf, const char *path, size_t count, uint64_t low,
                       struct elf_app *app)
{
    if (!are_sections_sound(elf)) {
        return bad(cli, path, "its sections are malformed, or too many");
    }
    if (!read_sections(elf, low, app)) {
        return bad(cli, path,
                   "its writeable sections (.wfr) lie outside the code, or are too many");
    }
    if (!append_relocations(elf, count, app)) {
        return bad(cli, path, "its relocations are malformed");
    }
    return read_symbols(elf, app) ? EXIT_DONE
                                  : bad(cli, path, "its symbols are malformed, or too many");
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
    if (!is_known_machine(elf, &header)) {
        return bad(cli, path, "it is not for a little-endian Arm, RISC-V or x86 processor");
    }
    if (header.e_type != ET_EXEC || elf_getphdrnum(elf, &count) != 0 || count > SEGMENTS_MAX ||
        !flash_range(elf, count, &low, &high)) {
        return bad(cli, path, "it has nothing that can be loaded");
    }
    if (!bytes_resize(&app->binary, (size_t)(high - low)) ||
        !copy_segments(elf, count, raw, raw_size, low, app)) {
        return bad(cli, path, "a segment runs past the end of the file");
    }
    app->flash_address = (uint32_t)low;
    app->position_independent = low == PIC_FLASH;
    app->machine = header.e_machine;
    app->ram_size = app->position_independent ? app->ram_size : 0;
    if (!kernel && convert_app(cli, elf, path, count, low, app) != EXIT_DONE) {
        return EXIT_FAILED;
    }
    /* Without the bit that says Thumb, as kernels take it. */
    if ((header.e_entry & ~(uint64_t)1) < low || header.e_entry >= high) {
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
