// SPDX-License-Identifier: Apache-2.0
/* TBF objects: header, binary, footers. */
#include <elf.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/footer.h>
#include <tbf/write.h>
#include <trust/sha256.h>

#include "package.h"

/* More RAM than any microcontroller has, bytes. */
#define RAM_MAX (1u << 28)
/* Code and data, and their relocations. */
#define BINARY_MAX ((size_t)2 * PACKAGE_MAX)

enum {
    HEADER_ALIGNMENT = 0x80, /* where app code begins, counted from the object's start */
    SIZE_STEP = 16,          /* what is left of a flash page behind the object can hold a header */
    SMALLEST_TOCK = 512,
    HEADER_MAX = 2048,
    HEADER_ALIGNMENT_FIXED = 256, /* where elf2tab has objects begin whose binary is fixed */
    RESERVED_MIN = 8,
    STACK_DEFAULT = 2048,
    X86_PAGE = 4096,
    CREDENTIAL_SIZE = 8 + TBF_ECDSA_SIZE,
};

/* Values that end up in Main and Program. */
struct layout {
    uint32_t header_size;
    uint32_t app_start; /* header and protected trailer */
    uint32_t binary_end;
    uint32_t total_size;
    uint32_t min_ram;
};

/* One TLV for all regions: Tock's kernel keeps the last one only. elf2tab writes one for each. */
static void write_writeable(struct tbf_writer *writer, const struct elf_app *app,
                            const struct image_options *options, uint32_t app_start)
{
    uint8_t value[8 * WRITEABLE_MAX];
    size_t step = options->layout == IMAGE_ELF2TAB ? 1 : app->writeable_count;

    for (size_t i = 0; i < app->writeable_count; i++) {
        bytes_put_u32(value + 8 * i, app_start + app->writeable[i].offset);
        bytes_put_u32(value + 8 * i + 4, app->writeable[i].size);
    }
    for (size_t i = 0; i < app->writeable_count; i += step) {
        tbf_write_tlv(writer, TBF_TLV_WRITEABLE, value + 8 * i, (uint16_t)(8 * step));
    }
}

static void write_main(struct tbf_writer *writer, const struct image_options *options,
                       const struct elf_app *app, const struct layout *layout)
{
    uint8_t value[20];
    uint32_t protected_size = layout->app_start - layout->header_size;

    bytes_put_u32(value, protected_size + app->entry);
    bytes_put_u32(value + 4, protected_size);
    bytes_put_u32(value + 8, layout->min_ram);
    bytes_put_u32(value + 12, layout->binary_end);
    bytes_put_u32(value + 16, options->version);
    tbf_write_tlv(writer, TBF_TLV_MAIN, value, 12);
    tbf_write_tlv(writer, TBF_TLV_PROGRAM, value, 20);
}

static void write_name(struct tbf_writer *writer, const struct image_options *options)
{
    /* elf2tab has none for an app without a name. */
    if (options->name[0] != '\0' || options->layout != IMAGE_ELF2TAB) {
        tbf_write_tlv(writer, TBF_TLV_NAME, options->name, (uint16_t)strlen(options->name));
    }
}

static void write_kernel_version(struct tbf_writer *writer, const struct image_options *options)
{
    bool usual = options->kernel_major == 0;
    uint8_t value[4];

    bytes_put_u16(value, usual ? IMAGE_KERNEL_MAJOR : options->kernel_major);
    bytes_put_u16(value + 2, usual ? IMAGE_KERNEL_MINOR : options->kernel_minor);
    if (!options->no_kernel_version) {
        tbf_write_tlv(writer, TBF_TLV_KERNEL_VERSION, value, sizeof value);
    }
}

static void write_kernel(struct tbf_writer *writer, const struct image_options *options)
{
    uint8_t value[TBF_KERNEL_VALUE_SIZE];

    bytes_put_u32(value, options->board_id);
    bytes_put_u32(value + 4, options->slot_address);
    bytes_put_u32(value + 8, options->version);
    bytes_put_u32(value + 12, 0);
    tbf_write_tlv(writer, TBF_TLV_KERNEL, value, sizeof value);
}

static void write_short_id(struct tbf_writer *writer, const struct image_options *options)
{
    uint8_t value[4];

    bytes_put_u32(value, options->short_id);
    if (options->short_id != 0) {
        tbf_write_tlv(writer, TBF_TLV_SHORT_ID, value, sizeof value);
    }
}

static void write_fixed(struct tbf_writer *writer, const struct image_options *options)
{
    uint8_t value[8];

    bytes_put_u32(value, options->fixed_ram);
    bytes_put_u32(value + 4, options->fixed_flash);
    if (options->fixed) {
        tbf_write_tlv(writer, TBF_TLV_FIXED, value, sizeof value);
    }
}

static void write_rights(struct tbf_writer *writer, const struct image_rights *rights)
{
    if (rights != NULL && rights->restricted) {
        tbf_write_tlv(writer, TBF_TLV_PERMISSIONS, rights->permissions,
                      rights_permissions_size(rights));
    }
    if (rights != NULL && rights->storage_size != 0) {
        tbf_write_tlv(writer, TBF_TLV_STORAGE, rights->storage, rights->storage_size);
    }
}

static void write_fault(struct tbf_writer *writer, const struct image_options *options)
{
    const uint8_t value[TBF_FAULT_VALUE_SIZE] = {options->fault_policy, options->fault_restarts};

    if (options->fault_policy != 0) {
        tbf_write_tlv(writer, TBF_TLV_FAULT, value, sizeof value);
    }
}

static int write_header(const struct image_options *options, const struct elf_app *app,
                        const struct layout *layout, uint8_t *out, uint32_t room)
{
    struct tbf_writer writer;
    uint32_t flags =
        (options->disabled ? 0 : TBF_FLAG_ENABLED) | (options->sticky ? TBF_FLAG_STICKY : 0);

    tbf_write_begin(&writer, out, room);
    write_main(&writer, options, app, layout);
    if (options->layout == IMAGE_ELF2TAB) {
        write_name(&writer, options);
        write_writeable(&writer, app, options, layout->app_start);
        write_fixed(&writer, options);
        write_rights(&writer, options->rights);
        write_kernel_version(&writer, options);
        write_short_id(&writer, options);
    } else {
        write_writeable(&writer, app, options, layout->app_start);
        write_name(&writer, options);
        if (options->kernel) {
            write_kernel(&writer, options);
        } else {
            write_kernel_version(&writer, options);
        }
        write_short_id(&writer, options);
        write_fixed(&writer, options);
        write_rights(&writer, options->rights);
    }
    write_fault(&writer, options);
    return tbf_write_end(&writer, layout->total_size, flags);
}

static uint32_t round_up(uint32_t value, uint32_t step)
{
    uint32_t rounded = value;

    (void)ck_align_up(value, step, &rounded); /* values are far below 2^32: numbers_fit() */
    return rounded;
}

/* Whether every number is so small that no sum of them is large. */
static bool numbers_fit(const struct elf_app *app, const struct image_options *options)
{
    return app->binary.size <= BINARY_MAX && options->min_footer < PACKAGE_MAX &&
           options->credentials < PACKAGE_MAX && options->image_offset < PACKAGE_MAX &&
           options->app_start < PACKAGE_MAX && app->app_start < PACKAGE_MAX &&
           app->ram_size < RAM_MAX && app->moved_size < RAM_MAX && app->stack_size < RAM_MAX &&
           options->stack < RAM_MAX && options->minimum_ram < RAM_MAX &&
           options->app_heap < RAM_MAX && options->kernel_heap < RAM_MAX;
}

static uint32_t next_power(uint32_t value)
{
    uint32_t power = SMALLEST_TOCK;

    while (power < value) {
        power *= 2;
    }
    return power;
}

/* Where the binary begins, counted from the object's start. */
static uint32_t plan_start(const struct elf_app *app, const struct image_options *options,
                           uint32_t header_size)
{
    uint32_t start;

    if (options->kernel) {
        return options->image_offset;
    }
    if (app->app_start != 0 || options->app_start != 0) {
        return app->app_start != 0 ? app->app_start : options->app_start;
    }
    if (app->position_independent) {
        return options->layout == IMAGE_ELF2TAB ? header_size
                                                : round_up(header_size, HEADER_ALIGNMENT);
    }
    /* So that the object begins at a round address when the binary is where it must be. */
    start = app->flash_address % HEADER_ALIGNMENT_FIXED;
    return start + round_up(header_size > start ? header_size - start : 0, HEADER_ALIGNMENT_FIXED);
}

/* Bytes of footers, before the size is rounded. */
static uint32_t plan_footer(const struct image_options *options)
{
    uint32_t footer = options->credentials;

    if (options->layout == IMAGE_ELF2TAB) {
        uint32_t missing = options->min_footer > footer ? options->min_footer - footer : 0;

        missing = missing > 0 && missing < RESERVED_MIN ? RESERVED_MIN : missing;
        return footer + round_up(missing, 4);
    }
    footer = footer > CREDENTIAL_SIZE ? footer : CREDENTIAL_SIZE;
    return footer > options->min_footer ? footer : options->min_footer;
}

static uint32_t plan_size(const struct elf_app *app, const struct image_options *options,
                          uint32_t size)
{
    switch (options->layout) {
    case IMAGE_TOCK:
        return next_power(round_up(size, SIZE_STEP));
    case IMAGE_ELF2TAB:
        if (app->machine == EM_ARM) {
            return (size & (size - 1)) == 0 ? size : next_power(size);
        }
        return round_up(size, app->machine == EM_386 ? X86_PAGE : 4);
    case IMAGE_EXACT:
    default:
        return round_up(size, SIZE_STEP);
    }
}

static uint32_t plan_ram(const struct elf_app *app, const struct image_options *options)
{
    uint32_t own = round_up(app->ram_size, 8);
    uint32_t stack = app->stack_size != 0 ? app->stack_size : STACK_DEFAULT;

    if (options->minimum_ram != 0) {
        return options->minimum_ram;
    }
    /* Where RAM does not begin at 0, or nothing says that the stack is in it, it is counted. */
    if (!options->kernel &&
        (options->has_stack || options->layout == IMAGE_ELF2TAB || !app->position_independent)) {
        own = app->moved_size + round_up(options->has_stack ? options->stack : stack, 8);
    }
    return own + round_up(options->app_heap, 4) + round_up(options->kernel_heap, 4);
}

static void plan(const struct elf_app *app, const struct image_options *options,
                 struct layout *layout)
{
    uint32_t size = (uint32_t)app->binary.size;

    layout->app_start = plan_start(app, options, layout->header_size);
    layout->binary_end =
        layout->app_start + (options->layout == IMAGE_ELF2TAB ? size : round_up(size, 4));
    layout->total_size = plan_size(app, options, layout->binary_end + plan_footer(options));
    layout->min_ram = plan_ram(app, options);
}

int image_build(struct cli *cli, const struct elf_app *app, const struct image_options *options,
                struct bytes *tbf)
{
    uint8_t scratch[HEADER_MAX];
    struct layout layout = {0};
    int size;

    if (strlen(options->name) > TBF_NAME_MAX) {
        return cli_fail(cli, EXIT_USAGE, NULL, "the name '%s' is longer than %u bytes",
                        options->name, TBF_NAME_MAX);
    }
    if (!numbers_fit(app, options)) {
        return cli_fail(cli, EXIT_USAGE, NULL, "a size is too large");
    }
    /* The header's size does not depend on the values in it: write it once to learn the size. */
    size = write_header(options, app, &layout, scratch, sizeof scratch);
    if (size < 0) {
        return cli_fail(cli, EXIT_FAILED, NULL, "the header does not fit: %s",
                        tbf_error_text(size));
    }
    layout.header_size = (uint32_t)size;
    plan(app, options, &layout);
    if (layout.app_start < layout.header_size) {
        return cli_fail(cli, EXIT_USAGE, NULL, "the header (%u bytes) does not fit into %u bytes",
                        layout.header_size, layout.app_start);
    }
    *tbf = (struct bytes){NULL, 0};
    if (!bytes_resize(tbf, layout.total_size)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    (void)write_header(options, app, &layout, tbf->data, layout.app_start);
    memcpy(tbf->data + layout.app_start, app->binary.data, app->binary.size);
    tbf_write_reserved(tbf->data + layout.binary_end, layout.total_size - layout.binary_end);
    return EXIT_DONE;
}

int image_parse(struct cli *cli, const struct bytes *tbf, const char *what,
                struct tbf_header *header)
{
    int error = tbf_header_parse(tbf->data, (uint32_t)tbf->size, header);

    if (error != 0) {
        return cli_fail(cli, EXIT_FAILED, "get or build the package anew",
                        "'%s' is not a usable TBF object: %s", what, tbf_error_text(error));
    }
    if (header->padding) {
        return cli_fail(cli, EXIT_FAILED, NULL, "'%s' holds padding, not an app", what);
    }
    return EXIT_DONE;
}

void package_digest(const struct bytes *tbf, const struct tbf_header *header, uint8_t digest[32])
{
    trust_sha256(tbf->data, header->binary_end, digest);
}
