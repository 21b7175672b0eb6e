// SPDX-License-Identifier: Apache-2.0
/*
 * Room for a signature in TBF objects that have none: those that were made without footers, and
 * those of the time before the Program TLV, whose header cannot say where footers would begin.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/footer.h>
#include <tbf/write.h>

#include "package.h"

enum {
    SIZE_STEP = 16, /* as of new packages: what is left of a flash page can hold a header */
    MAIN_ENTRY = 0,
    MAIN_PROTECTED = 4,
    PROGRAM_END = 12,
    PROGRAM_VALUE = 20,
    PROGRAM_TLV = TBF_TLV_HEADER_SIZE + PROGRAM_VALUE
};

/* The first TLV of a type; NULL when there is none. The header has been parsed. */
static uint8_t *find_tlv(uint8_t *object, const struct tbf_header *header, uint16_t type)
{
    uint32_t at = TBF_BASE_SIZE;

    while (at < header->header_size) {
        if (bytes_get_u16(object + at) == type) {
            return object + at + TBF_TLV_HEADER_SIZE;
        }
        at += TBF_TLV_HEADER_SIZE + ((bytes_get_u16(object + at + 2) + 3u) & ~3u);
    }
    return NULL;
}

/* Offsets of writeable regions count from the start of the object. */
static void move_regions(uint8_t *object, uint32_t header_size, uint32_t by)
{
    uint32_t at = TBF_BASE_SIZE;

    while (at < header_size) {
        uint32_t length = bytes_get_u16(object + at + 2);

        if (bytes_get_u16(object + at) == TBF_TLV_WRITEABLE) {
            for (uint32_t i = 0; i + 8 <= length; i += 8) {
                uint8_t *offset = object + at + TBF_TLV_HEADER_SIZE + i;

                bytes_put_u32(offset, bytes_get_u32(offset) + by);
            }
        }
        at += TBF_TLV_HEADER_SIZE + ((length + 3u) & ~3u);
    }
}

/*
 * Appends a Program TLV that says what Main says, and that everything up to the object's end is
 * binary. It takes the place of protected bytes, if there are enough, so that the binary stays
 * where it is; else all that is behind the header moves.
 */
static bool add_program(struct bytes *tbf, const struct tbf_header *header)
{
    uint32_t protected_size = header->app_start - header->header_size;
    bool stays = protected_size >= PROGRAM_TLV;
    uint32_t moved = stays ? 0 : PROGRAM_TLV;
    uint32_t old = header->total_size;
    uint32_t end = header->header_size;
    uint8_t *main_value;
    uint8_t *program;

    if (end + PROGRAM_TLV > UINT16_MAX || !bytes_resize(tbf, (size_t)old + moved)) {
        return false;
    }
    memmove(tbf->data + end + moved, tbf->data + end, old - end);
    main_value = find_tlv(tbf->data, header, TBF_TLV_MAIN);
    if (stays) {
        bytes_put_u32(main_value + MAIN_ENTRY,
                      bytes_get_u32(main_value + MAIN_ENTRY) - PROGRAM_TLV);
        bytes_put_u32(main_value + MAIN_PROTECTED, protected_size - PROGRAM_TLV);
    }
    move_regions(tbf->data, end, moved);
    program = tbf->data + end;
    bytes_put_u16(program, TBF_TLV_PROGRAM);
    bytes_put_u16(program + 2, PROGRAM_VALUE);
    memcpy(program + TBF_TLV_HEADER_SIZE, main_value, PROGRAM_END);
    bytes_put_u32(program + TBF_TLV_HEADER_SIZE + PROGRAM_END, old + moved);
    bytes_put_u32(program + TBF_TLV_HEADER_SIZE + PROGRAM_END + 4, 0);
    bytes_put_u16(tbf->data + 2, (uint16_t)(end + PROGRAM_TLV));
    return true;
}

int image_make_room(struct cli *cli, struct bytes *tbf, const char *what, uint32_t room,
                    struct tbf_header *header)
{
    uint32_t size;

    if (header->total_size - header->binary_end >= room) {
        return EXIT_DONE;
    }
    tbf->size = header->total_size; /* what an archive's member has behind the object */
    if (find_tlv(tbf->data, header, TBF_TLV_PROGRAM) == NULL && !add_program(tbf, header)) {
        return cli_fail(cli, EXIT_FAILED, NULL, "there is no room for a signature in '%s'", what);
    }
    size = (uint32_t)(tbf->size - (header->total_size - header->binary_end));
    if (!ck_add(size, room, &size) || !ck_align_up(size, SIZE_STEP, &size) ||
        !bytes_resize(tbf, size)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    bytes_put_u32(tbf->data + 4, size);
    bytes_put_u32(tbf->data + 12, tbf_checksum(tbf->data, bytes_get_u16(tbf->data + 2)));
    return image_parse(cli, tbf, what, header);
}
