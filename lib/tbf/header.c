// SPDX-License-Identifier: Apache-2.0
#include <tbf/header.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <tbf/storage.h>
#include <tbf/write.h>

enum { MAIN_SIZE = 12, PROGRAM_SIZE = 20, FIXED_SIZE = 8, PERMISSION_SIZE = 16, REGION_SIZE = 8 };

/* The fields of Main and Program as they stand in the TLV, before they are checked. */
struct program {
    bool found;
    uint32_t entry;
    uint32_t protected_size;
    uint32_t min_ram;
    uint32_t binary_end;
    uint32_t version;
};

/* One TLV while walking a header. */
struct tlv {
    uint16_t type;
    struct tbf_span value;
};

/* Takes the TLV at *cursor and moves it behind; false at the end. Lengths were checked by the
 * parser. */
static bool next_tlv(const struct tbf_span *tlvs, uint32_t *cursor, struct tlv *tlv)
{
    const uint8_t *p = tlvs->data + *cursor;

    if (*cursor >= tlvs->length) {
        return false;
    }
    tlv->type = bytes_get_u16(p);
    tlv->value.length = bytes_get_u16(p + 2);
    tlv->value.data = p + TBF_TLV_HEADER_SIZE;
    *cursor += TBF_TLV_HEADER_SIZE + ((tlv->value.length + 3u) & ~3u);
    return true;
}

/* Checks that all TLVs, with their padding, lie inside the header, and that they are not too many.
 */
static bool tlvs_are_inside(const uint8_t *tlvs, uint32_t room)
{
    uint32_t cursor = 0;
    uint32_t count = 0;

    while (cursor < room) {
        uint32_t padded;

        if (room - cursor < TBF_TLV_HEADER_SIZE || ++count > TBF_TLVS_MAX) {
            return false;
        }
        padded = (bytes_get_u16(tlvs + cursor + 2) + 3u) & ~3u;
        cursor += TBF_TLV_HEADER_SIZE;
        if (padded > room - cursor) {
            return false;
        }
        cursor += padded;
    }
    return true;
}

/* UTF-8 of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
static bool is_utf8(const uint8_t *p, uint32_t length)
{
    uint32_t i = 0;

    while (i < length) {
        uint8_t lead = p[i];
        uint32_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        uint32_t code = lead < 0x80 ? lead : lead & (0x3Fu >> more);
        static const uint32_t smallest[4] = {0, 0x80, 0x800, 0x10000};

        if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || more > length - i - 1) {
            return false;
        }
        for (uint32_t k = 1; k <= more; k++) {
            if ((p[i + k] & 0xC0) != 0x80) {
                return false;
            }
            code = (code << 6) | (p[i + k] & 0x3Fu);
        }
        if (code < smallest[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
            return false;
        }
        i += 1 + more;
    }
    return true;
}

static int take_program(const struct tlv *tlv, struct program *main_tlv, struct program *program)
{
    struct program *target = tlv->type == TBF_TLV_PROGRAM ? program : main_tlv;
    const uint8_t *p = tlv->value.data;

    if (target->found) {
        return 0; /* the first one counts; Tock does not look at the others */
    }
    if (tlv->value.length != (tlv->type == TBF_TLV_PROGRAM ? PROGRAM_SIZE : MAIN_SIZE)) {
        return TBF_E_TLV;
    }
    target->found = true;
    target->entry = bytes_get_u32(p);
    target->protected_size = bytes_get_u32(p + 4);
    target->min_ram = bytes_get_u32(p + 8);
    if (tlv->type == TBF_TLV_PROGRAM) {
        target->binary_end = bytes_get_u32(p + 12);
        target->version = bytes_get_u32(p + 16);
    }
    return 0;
}

static int take_kernel(const struct tbf_span *value, struct tbf_header *header)
{
    if (value->length != TBF_KERNEL_VALUE_SIZE || header->is_kernel) {
        return TBF_E_TLV;
    }
    header->is_kernel = true;
    header->kernel.board_id = bytes_get_u32(value->data);
    header->kernel.slot_address = bytes_get_u32(value->data + 4);
    header->kernel.version = bytes_get_u32(value->data + 8);
    header->kernel.flags = bytes_get_u32(value->data + 12);
    return 0;
}

static bool permissions_are_sound(const struct tbf_span *value)
{
    uint32_t count = value->length >= 2 ? bytes_get_u16(value->data) : UINT16_MAX;

    return count <= TBF_PERMISSIONS_MAX && count * PERMISSION_SIZE <= value->length - 2;
}

/* TLVs of a fixed length and those whose value is kept as a span. */
static int take_other(const struct tlv *tlv, struct tbf_header *header)
{
    const struct tbf_span *value = &tlv->value;

    switch (tlv->type) {
    case TBF_TLV_WRITEABLE:
        return value->length % REGION_SIZE == 0 ? 0 : TBF_E_TLV;
    case TBF_TLV_NAME:
        header->name = *value;
        return value->length <= TBF_NAME_MAX && is_utf8(value->data, value->length) ? 0
                                                                                    : TBF_E_NAME;
    case TBF_TLV_FIXED:
        if (value->length != FIXED_SIZE) {
            return TBF_E_TLV;
        }
        header->fixed_ram = bytes_get_u32(value->data);
        header->fixed_flash = bytes_get_u32(value->data + 4);
        return 0;
    case TBF_TLV_PERMISSIONS:
        header->permissions = *value;
        return permissions_are_sound(value) ? 0 : TBF_E_TLV;
    case TBF_TLV_STORAGE:
        header->storage = *value;
        return tbf_storage_is_valid(value->data, value->length) ? 0 : TBF_E_TLV;
    case TBF_TLV_KERNEL_VERSION:
        if (value->length != 4) {
            return TBF_E_TLV;
        }
        header->has_kernel_version = true;
        header->kernel_major = bytes_get_u16(value->data);
        header->kernel_minor = bytes_get_u16(value->data + 2);
        return 0;
    case TBF_TLV_SHORT_ID:
        if (value->length != 4) {
            return TBF_E_TLV;
        }
        header->short_id_tlv = bytes_get_u32(value->data);
        return 0;
    case TBF_TLV_KERNEL:
        return take_kernel(value, header);
    case TBF_TLV_FAULT:
        if (value->length != TBF_FAULT_VALUE_SIZE) {
            return TBF_E_TLV;
        }
        header->fault = (struct tbf_fault){value->data[0], value->data[1]};
        return 0;
    default:
        return 0;
    }
}

/* Turns the chosen Main or Program into checked offsets. */
static int resolve_program(const struct program *program, struct tbf_header *header)
{
    uint32_t entry;

    if (!ck_add(header->header_size, program->protected_size, &header->app_start) ||
        !ck_add(header->header_size, program->entry, &entry)) {
        return TBF_E_ENTRY;
    }
    header->entry = entry & ~1u; /* Arm tools leave the Thumb bit in */
    header->min_ram = program->min_ram;
    header->version = program->version;
    header->binary_end = program->binary_end;
    if (header->binary_end > header->total_size || header->app_start >= header->binary_end ||
        header->entry < header->app_start || header->entry >= header->binary_end) {
        return TBF_E_ENTRY;
    }
    return 0;
}

static int parse_tlvs(struct tbf_header *header)
{
    struct program main_tlv;
    struct program program;
    struct tlv tlv;
    uint32_t cursor = 0;

    program.found = false;
    main_tlv.found = false;
    main_tlv.binary_end = header->total_size; /* which Main does not say */
    main_tlv.version = 0;
    if (!tlvs_are_inside(header->tlvs.data, header->tlvs.length)) {
        return TBF_E_TLV;
    }
    while (next_tlv(&header->tlvs, &cursor, &tlv)) {
        int error = tlv.type == TBF_TLV_MAIN || tlv.type == TBF_TLV_PROGRAM
                        ? take_program(&tlv, &main_tlv, &program)
                        : take_other(&tlv, header);

        if (error != 0) {
            return error;
        }
    }
    if (!main_tlv.found && !program.found) {
        header->padding = true;
        return 0;
    }
    return resolve_program(program.found ? &program : &main_tlv, header);
}

int tbf_header_parse(const uint8_t *data, uint32_t available, struct tbf_header *header)
{
    if (available < TBF_BASE_SIZE || bytes_get_u16(data) != TBF_VERSION) {
        return TBF_E_END;
    }
    memset(header, 0, sizeof *header);
    header->fixed_ram = TBF_NO_FIXED_ADDRESS;
    header->fixed_flash = TBF_NO_FIXED_ADDRESS;
    header->header_size = bytes_get_u16(data + 2);
    header->total_size = bytes_get_u32(data + 4);
    header->flags = bytes_get_u32(data + 8);
    header->checksum = bytes_get_u32(data + 12);
    if (header->total_size < TBF_BASE_SIZE || header->total_size > available ||
        !ck_is_aligned(header->total_size, 4)) {
        return TBF_E_SIZE;
    }
    if (header->header_size < TBF_BASE_SIZE || header->header_size > header->total_size) {
        return TBF_E_TRUNCATED;
    }
    if (tbf_checksum(data, header->header_size) != header->checksum) {
        return TBF_E_CHECKSUM;
    }
    header->tlvs.data = data + TBF_BASE_SIZE;
    header->tlvs.length = header->header_size - TBF_BASE_SIZE;
    return parse_tlvs(header);
}

uint32_t tbf_short_id(const struct tbf_header *header)
{
    if (header->short_id_tlv != 0) {
        return header->short_id_tlv;
    }
    return header->name.length > 0 ? crc32_posix(header->name.data, header->name.length) : 0;
}

uint32_t tbf_writeable_count(const struct tbf_span *tlvs)
{
    uint32_t cursor = 0;
    uint32_t count = 0;
    struct tlv tlv;

    while (next_tlv(tlvs, &cursor, &tlv)) {
        if (tlv.type == TBF_TLV_WRITEABLE) {
            count += tlv.value.length / REGION_SIZE;
        }
    }
    return count;
}

bool tbf_writeable_region(const struct tbf_span *tlvs, uint32_t total_size, uint32_t index,
                          uint32_t *offset, uint32_t *size)
{
    uint32_t cursor = 0;
    struct tlv tlv;

    while (next_tlv(tlvs, &cursor, &tlv)) {
        uint32_t count = tlv.value.length / REGION_SIZE;

        if (tlv.type != TBF_TLV_WRITEABLE) {
            continue;
        }
        if (index < count) {
            const uint8_t *p = tlv.value.data + (size_t)index * REGION_SIZE;

            *offset = bytes_get_u32(p);
            *size = bytes_get_u32(p + 4);
            return ck_range_in(*offset, *size, 0, total_size);
        }
        index -= count;
    }
    return false;
}

/* Tells whether a permission record names driver and, unless any is true, holds the command's bit.
 */
static bool permitted(const uint8_t *permissions, uint32_t driver, uint32_t command, bool any)
{
    const uint8_t *p = permissions;
    uint32_t count;

    if (p == NULL) {
        return true;
    }
    count = bytes_get_u16(p);
    p += 2;
    for (uint32_t i = 0; i < count; i++, p += PERMISSION_SIZE) {
        const uint8_t *word = p + 8 + (command % 64 < 32 ? 0 : 4);

        if (bytes_get_u32(p) != driver) {
            continue;
        }
        if (any || (bytes_get_u32(p + 4) == command / 64 &&
                    (bytes_get_u32(word) >> (command % 32) & 1u) != 0)) {
            return true;
        }
    }
    return false;
}

bool tbf_permits_command(const uint8_t *permissions, uint32_t driver, uint32_t command)
{
    return permitted(permissions, driver, command, false);
}

bool tbf_permits_driver(const uint8_t *permissions, uint32_t driver)
{
    return permitted(permissions, driver, 0, true);
}

int tbf_walk(const uint8_t *region, uint32_t length, uint32_t offset, struct tbf_object *object)
{
    if (offset >= length || length - offset < TBF_BASE_SIZE) {
        return TBF_E_END;
    }
    object->offset = offset;
    object->error = tbf_header_parse(region + offset, length - offset, &object->header);
    /* Without a believable size nothing behind it can be found. */
    return object->error == TBF_E_END || object->error == TBF_E_SIZE ? TBF_E_END : 0;
}
