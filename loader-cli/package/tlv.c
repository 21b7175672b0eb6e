// SPDX-License-Identifier: Apache-2.0
#include "tlv.h"

#include <string.h>

#include <base/bytes.h>

static const struct field base_fields[] = {
    {"flags", FIELD_U32, 8},
    {"enabled", FIELD_FLAG, TBF_FLAG_ENABLED},
    {"sticky", FIELD_FLAG, TBF_FLAG_STICKY},
    {NULL, FIELD_U32, 0},
};

/* Program begins as Main does. */
static const struct field program_fields[] = {
    {"init_fn_offset", FIELD_U32, 0},   {"protected_size", FIELD_U32, 4},
    {"minimum_ram_size", FIELD_U32, 8}, {"binary_end_offset", FIELD_U32, 12},
    {"app_version", FIELD_U32, 16},     {NULL, FIELD_U32, 0},
};

static const struct field main_fields[] = {
    {"init_fn_offset", FIELD_U32, 0},
    {"protected_size", FIELD_U32, 4},
    {"minimum_ram_size", FIELD_U32, 8},
    {NULL, FIELD_U32, 0},
};

static const struct field region_fields[] = {
    {"offset", FIELD_U32, 0},
    {"length", FIELD_U32, 4},
    {NULL, FIELD_U32, 0},
};

static const struct field name_fields[] = {
    {"name", FIELD_TEXT, 0},
    {"package_name", FIELD_TEXT, 0},
    {NULL, FIELD_U32, 0},
};

static const struct field fixed_fields[] = {
    {"start_process_ram", FIELD_U32, 0},
    {"start_process_flash", FIELD_U32, 4},
    {NULL, FIELD_U32, 0},
};

static const struct field storage_fields[] = {
    {"write_id", FIELD_U32, 0},
    {NULL, FIELD_U32, 0},
};

static const struct field version_fields[] = {
    {"major", FIELD_U16, 0},
    {"minor", FIELD_U16, 2},
    {NULL, FIELD_U32, 0},
};

static const struct field short_id_fields[] = {
    {"short_id", FIELD_U32, 0},
    {NULL, FIELD_U32, 0},
};

static const struct field no_fields[] = {{NULL, FIELD_U32, 0}};

static const struct tlv_kind kinds[] = {
    {"base", NULL, 0, 0, base_fields},
    {"main", NULL, TBF_TLV_MAIN, 12, main_fields},
    {"program", NULL, TBF_TLV_PROGRAM, 20, program_fields},
    {"writeable_flash_regions", NULL, TBF_TLV_WRITEABLE, 0, region_fields},
    {"name", "package_name", TBF_TLV_NAME, 0, name_fields},
    {"fixed_addresses", NULL, TBF_TLV_FIXED, 8, fixed_fields},
    {"permissions", NULL, TBF_TLV_PERMISSIONS, 0, no_fields},
    {"persistent_storage", "persistent_acl", TBF_TLV_STORAGE, 0, storage_fields},
    {"kernel_version", NULL, TBF_TLV_KERNEL_VERSION, 4, version_fields},
    {"short_id", NULL, TBF_TLV_SHORT_ID, 4, short_id_fields},
    {"fault", NULL, TBF_TLV_FAULT, TBF_FAULT_VALUE_SIZE, no_fields},
    {"kernel", NULL, TBF_TLV_KERNEL, TBF_KERNEL_VALUE_SIZE, no_fields},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct tlv_kind *tlv_kind_named(const char *name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0 ||
            (kinds[i].alias != NULL && strcmp(kinds[i].alias, name) == 0)) {
            return &kinds[i];
        }
    }
    return NULL;
}

const char *tlv_type_name(uint16_t type)
{
    for (size_t i = 1; i < KINDS; i++) {
        if (kinds[i].type == type) {
            return kinds[i].name;
        }
    }
    return "unknown";
}

const struct field *tlv_field_named(const struct tlv_kind *kind, const char *name)
{
    for (const struct field *field = kind->fields; field->name != NULL; field++) {
        if (strcmp(field->name, name) == 0) {
            return field;
        }
    }
    return NULL;
}

static uint32_t padded(uint32_t length)
{
    return (length + 3u) & ~3u;
}

bool tlv_next(const struct bytes *tlvs, uint32_t *cursor, struct tlv *tlv)
{
    if (tlvs->size < TBF_TLV_HEADER_SIZE || *cursor > tlvs->size - TBF_TLV_HEADER_SIZE) {
        return false;
    }
    tlv->at = *cursor;
    tlv->type = bytes_get_u16(tlvs->data + tlv->at);
    tlv->length = bytes_get_u16(tlvs->data + tlv->at + 2);
    *cursor += TBF_TLV_HEADER_SIZE + padded(tlv->length);
    return *cursor <= tlvs->size;
}

bool tlv_find(const struct bytes *tlvs, uint16_t type, struct tlv *tlv)
{
    uint32_t cursor = 0;

    while (tlv_next(tlvs, &cursor, tlv)) {
        if (tlv->type == type) {
            return true;
        }
    }
    return false;
}

uint8_t *tlv_value(const struct bytes *tlvs, const struct tlv *tlv)
{
    return tlvs->data + tlv->at + TBF_TLV_HEADER_SIZE;
}

bool tlv_append(struct bytes *tlvs, uint16_t type, const void *value, uint16_t length)
{
    size_t at = tlvs->size;

    if (!bytes_resize(tlvs, at + TBF_TLV_HEADER_SIZE + padded(length))) {
        return false;
    }
    bytes_put_u16(tlvs->data + at, type);
    bytes_put_u16(tlvs->data + at + 2, length);
    if (length > 0) {
        memcpy(tlvs->data + at + TBF_TLV_HEADER_SIZE, value, length);
    }
    return true;
}

void tlv_remove(struct bytes *tlvs, const struct tlv *tlv)
{
    uint32_t size = TBF_TLV_HEADER_SIZE + padded(tlv->length);

    memmove(tlvs->data + tlv->at, tlvs->data + tlv->at + size, tlvs->size - tlv->at - size);
    tlvs->size -= size;
}

bool tlv_replace(struct bytes *tlvs, const struct tlv *tlv, const void *value, uint16_t length)
{
    uint32_t old = TBF_TLV_HEADER_SIZE + padded(tlv->length);
    uint32_t size = TBF_TLV_HEADER_SIZE + padded(length);
    size_t behind = tlvs->size - tlv->at - old;

    if (size > old && !bytes_resize(tlvs, tlvs->size + size - old)) {
        return false;
    }
    memmove(tlvs->data + tlv->at + size, tlvs->data + tlv->at + old, behind);
    tlvs->size = tlv->at + size + behind;
    memset(tlvs->data + tlv->at + TBF_TLV_HEADER_SIZE, 0, size - TBF_TLV_HEADER_SIZE);
    bytes_put_u16(tlvs->data + tlv->at + 2, length);
    if (length > 0) {
        memcpy(tlvs->data + tlv->at + TBF_TLV_HEADER_SIZE, value, length);
    }
    return true;
}
