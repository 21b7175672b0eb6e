// SPDX-License-Identifier: Apache-2.0
/* Putting an edited header back: the binary follows, and what points into the object with it. */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/write.h>

#include "credential.h"
#include "tlv.h"

enum {
    MOVE_STEP = 0x80, /* the binary keeps the alignment that it was linked for */
    SIZE_STEP = 16,
    SMALLEST_TOCK = 512,
    FLAGS_AT = 8,
    CHECKSUM_AT = 12
};

/* Where things of the new object lie. */
struct move {
    uint32_t header_size;
    uint32_t by;    /* how far the binary moves */
    uint32_t grows; /* how much the object grows */
};

int header_edit_begin(struct cli *cli, const struct bytes *tbf, const char *what,
                      struct header_edit *edit)
{
    int code = image_parse(cli, tbf, what, &edit->header);

    edit->tlvs = (struct bytes){NULL, 0};
    if (code != EXIT_DONE) {
        return code;
    }
    edit->flags = edit->header.flags;
    if (!bytes_resize(&edit->tlvs, edit->header.header_size - TBF_BASE_SIZE)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    memcpy(edit->tlvs.data, tbf->data + TBF_BASE_SIZE, edit->tlvs.size);
    return EXIT_DONE;
}

void header_edit_free(struct header_edit *edit)
{
    bytes_free(&edit->tlvs);
}

/* Room at the end of an object that only Reserved credentials take, or nothing. */
static uint32_t spare_footer(const struct bytes *tbf, const struct tbf_header *header)
{
    struct tbf_credential credential;
    uint32_t cursor = 0;
    uint32_t used = header->binary_end;

    while (tbf_credential_next(tbf->data, header, &cursor, &credential) == 0) {
        if (credential.format != TBF_CREDENTIAL_RESERVED) {
            used = credential.offset + 8 + credential.length;
        }
    }
    return header->total_size - used;
}

static bool plan(const struct header_edit *edit, const struct bytes *tbf, struct move *move)
{
    const struct tbf_header *header = &edit->header;
    uint32_t spare = spare_footer(tbf, header);
    uint32_t size = header->total_size;
    uint32_t grown;

    *move = (struct move){.header_size = TBF_BASE_SIZE + (uint32_t)edit->tlvs.size};
    if (edit->tlvs.size > UINT16_MAX - TBF_BASE_SIZE) {
        return false;
    }
    if (move->header_size > header->app_start &&
        !ck_align_up(move->header_size - header->app_start, MOVE_STEP, &move->by)) {
        return false;
    }
    if (move->by <= spare) {
        return true;
    }
    if (!ck_add(size, move->by - spare, &grown)) {
        return false;
    }
    if (size >= SMALLEST_TOCK && (size & (size - 1)) == 0) {
        while (size < grown && size <= PACKAGE_MAX) {
            size *= 2;
        }
    } else if (!ck_align_up(grown, SIZE_STEP, &size)) {
        return false;
    }
    move->grows = size - header->total_size;
    return size <= PACKAGE_MAX;
}

/* Offsets in Main and Program count from the header's end, or from the object's start. */
static void adjust_program(uint8_t *value, const struct tbf_header *old, const struct move *move,
                           bool program)
{
    uint32_t from_start = bytes_get_u32(value) + old->header_size + move->by;

    bytes_put_u32(value, from_start - move->header_size);
    from_start = bytes_get_u32(value + 4) + old->header_size + move->by;
    bytes_put_u32(value + 4, from_start - move->header_size);
    if (program) {
        bytes_put_u32(value + 12, bytes_get_u32(value + 12) + move->by);
    }
}

static void adjust(struct bytes *tlvs, const struct tbf_header *old, const struct move *move)
{
    uint32_t cursor = 0;
    struct tlv tlv;

    while (tlv_next(tlvs, &cursor, &tlv)) {
        uint8_t *value = tlv_value(tlvs, &tlv);

        if (tlv.type == TBF_TLV_MAIN && tlv.length == 12) {
            adjust_program(value, old, move, false);
        } else if (tlv.type == TBF_TLV_PROGRAM && tlv.length == 20) {
            adjust_program(value, old, move, true);
        }
        for (uint32_t i = 0; tlv.type == TBF_TLV_WRITEABLE && i + 8 <= tlv.length; i += 8) {
            bytes_put_u32(value + i, bytes_get_u32(value + i) + move->by);
        }
    }
}

/* The whole new object, its footers as they were; the last of them may be cut off Reserved ones. */
static bool build(const struct header_edit *edit, const struct bytes *tbf, const struct move *move,
                  struct bytes *out)
{
    const struct tbf_header *old = &edit->header;
    uint32_t total = old->total_size + move->grows;
    uint32_t used = old->total_size - spare_footer(tbf, old);
    struct bytes tlvs = {NULL, 0};

    if (!bytes_resize(&tlvs, edit->tlvs.size) || !bytes_resize(out, total)) {
        bytes_free(&tlvs);
        return false;
    }
    if (tlvs.size > 0) {
        memcpy(tlvs.data, edit->tlvs.data, tlvs.size);
    }
    adjust(&tlvs, old, move);
    memcpy(out->data, tbf->data, TBF_BASE_SIZE);
    if (tlvs.size > 0) {
        memcpy(out->data + TBF_BASE_SIZE, tlvs.data, tlvs.size);
    }
    memcpy(out->data + old->app_start + move->by, tbf->data + old->app_start,
           used - old->app_start);
    if (old->binary_end < old->total_size) {
        tbf_write_reserved(out->data + used + move->by, total - used - move->by);
    }
    bytes_put_u16(out->data + 2, (uint16_t)move->header_size);
    bytes_put_u32(out->data + 4, total);
    bytes_put_u32(out->data + FLAGS_AT, edit->flags);
    bytes_put_u32(out->data + CHECKSUM_AT, tbf_checksum(out->data, move->header_size));
    bytes_free(&tlvs);
    return true;
}

/* What was edited may make an object that no kernel would take. */
static int check(struct cli *cli, const struct bytes *tbf, const char *what,
                 struct tbf_header *header)
{
    int error = tbf_header_parse(tbf->data, (uint32_t)tbf->size, header);

    if (error == 0 && !header->padding) {
        return EXIT_DONE;
    }
    return cli_fail(cli, EXIT_FAILED, "loader-cli inspect PACKAGE shows what is in it",
                    "no kernel would take '%s' any more: %s; nothing was written", what,
                    error != 0 ? tbf_error_text(error) : "it would be padding, not an app");
}

int header_edit_end(struct cli *cli, const struct header_edit *edit, const char *what,
                    struct bytes *tbf, size_t *dropped)
{
    struct bytes out = {NULL, 0};
    struct tbf_header header;
    struct move move;
    int code;

    *dropped = 0;
    if (!plan(edit, tbf, &move)) {
        return cli_fail(cli, EXIT_FAILED, NULL, "the header of '%s' would be too large", what);
    }
    if (move.by > 0 &&
        (edit->header.is_kernel || edit->header.fixed_flash != TBF_NO_FIXED_ADDRESS)) {
        return cli_fail(cli, EXIT_SPACE, "loader-cli pack --protected-region-size leaves more room",
                        "'%s' is linked for its place, and its header has %u bytes: %u are needed",
                        what, edit->header.app_start, move.header_size);
    }
    if (!build(edit, tbf, &move, &out)) {
        bytes_free(&out);
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    code = check(cli, &out, what, &header);
    code = code != EXIT_DONE ? code : credential_refresh(cli, &out, what, &header, dropped);
    if (code != EXIT_DONE) {
        bytes_free(&out);
        return code;
    }
    bytes_free(tbf);
    *tbf = out;
    return EXIT_DONE;
}
