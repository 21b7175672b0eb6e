// SPDX-License-Identifier: Apache-2.0
/* TBF objects: header, binary, footers. */
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
    CREDENTIAL_SIZE = 8 + TBF_ECDSA_SIZE,
    KERNEL_MAJOR = 2,
    KERNEL_MINOR = 2,
};

/* Values that end up in Main and Program. */
struct layout {
    uint32_t header_size;
    uint32_t app_start; /* header and protected trailer */
    uint32_t binary_end;
    uint32_t total_size;
    uint32_t min_ram;
};

/* One TLV for all regions: Tock's kernel keeps the last one only. */
static void write_writeable(struct tbf_writer *writer, const struct elf_app *app,
                            uint32_t app_start)
{
    uint8_t value[8 * WRITEABLE_MAX];

    for (size_t i = 0; i < app->writeable_count; i++) {
        bytes_put_u32(value + 8 * i, app_start + app->writeable[i].offset);
        bytes_put_u32(value + 8 * i + 4, app->writeable[i].size);
    }
    if (app->writeable_count > 0) {
        tbf_write_tlv(writer, TBF_TLV_WRITEABLE, value, (uint16_t)(8 * app->writeable_count));
    }
}

static int write_header(const struct image_options *options, const struct elf_app *app,
                        const struct layout *layout, uint8_t *out, uint32_t room)
{
    struct tbf_writer writer;
    uint8_t value[20];
    uint32_t protected_size = layout->app_start - layout->header_size;

    tbf_write_begin(&writer, out, room);
    bytes_put_u32(value, protected_size + app->entry);
    bytes_put_u32(value + 4, protected_size);
    bytes_put_u32(value + 8, layout->min_ram);
    bytes_put_u32(value + 12, layout->binary_end);
    bytes_put_u32(value + 16, options->version);
    tbf_write_tlv(&writer, TBF_TLV_MAIN, value, 12);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, value, 20);
    write_writeable(&writer, app, layout->app_start);
    tbf_write_tlv(&writer, TBF_TLV_NAME, options->name, (uint16_t)strlen(options->name));
    if (options->kernel) {
        bytes_put_u32(value, options->board_id);
        bytes_put_u32(value + 4, options->slot_address);
        bytes_put_u32(value + 8, options->version);
        bytes_put_u32(value + 12, 0);
        tbf_write_tlv(&writer, TBF_TLV_KERNEL, value, TBF_KERNEL_VALUE_SIZE);
    } else {
        bytes_put_u16(value, KERNEL_MAJOR);
        bytes_put_u16(value + 2, KERNEL_MINOR);
        tbf_write_tlv(&writer, TBF_TLV_KERNEL_VERSION, value, 4);
    }
    if (options->short_id != 0) {
        bytes_put_u32(value, options->short_id);
        tbf_write_tlv(&writer, TBF_TLV_SHORT_ID, value, 4);
    }
    if (options->fixed) {
        bytes_put_u32(value, options->fixed_ram);
        bytes_put_u32(value + 4, options->fixed_flash);
        tbf_write_tlv(&writer, TBF_TLV_FIXED, value, 8);
    }
    if (options->rights != NULL && options->rights->restricted) {
        tbf_write_tlv(&writer, TBF_TLV_PERMISSIONS, options->rights->permissions,
                      rights_permissions_size(options->rights));
    }
    if (options->rights != NULL && options->rights->storage_size != 0) {
        tbf_write_tlv(&writer, TBF_TLV_STORAGE, options->rights->storage,
                      options->rights->storage_size);
    }
    if (options->fault_policy != 0) {
        const uint8_t fault[TBF_FAULT_VALUE_SIZE] = {options->fault_policy,
                                                     options->fault_restarts};

        tbf_write_tlv(&writer, TBF_TLV_FAULT, fault, sizeof fault);
    }
    return tbf_write_end(&writer, layout->total_size, TBF_FLAG_ENABLED);
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
           options->image_offset < PACKAGE_MAX && app->ram_size < RAM_MAX &&
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

static void plan(const struct elf_app *app, const struct image_options *options,
                 struct layout *layout)
{
    uint32_t footer = options->min_footer > CREDENTIAL_SIZE ? options->min_footer : CREDENTIAL_SIZE;

    layout->app_start =
        options->kernel ? options->image_offset : round_up(layout->header_size, HEADER_ALIGNMENT);
    layout->binary_end = layout->app_start + round_up((uint32_t)app->binary.size, 4);
    layout->total_size = round_up(layout->binary_end + footer, SIZE_STEP);
    if (options->tock_layout) {
        layout->total_size = next_power(layout->total_size);
    }
    layout->min_ram = round_up(app->ram_size, 8) + round_up(options->app_heap, 4) +
                      round_up(options->kernel_heap, 4);
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
        return cli_fail(cli, EXIT_FAILED, NULL, "out of memory");
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
        return cli_fail(cli, EXIT_FAILED, NULL, "'%s' is not a usable TBF object: %s", what,
                        tbf_error_text(error));
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
