// SPDX-License-Identifier: Apache-2.0
#include <tbf/storage.h>

#include <stddef.h>

#include <base/bytes.h>
#include <base/checked.h>

enum { WRITE_ID_SIZE = 4, COUNT_SIZE = 2, ID_SIZE = 4 };

/* Bytes of a list: its count and its ids. */
static uint32_t list_size(const uint8_t *list)
{
    return COUNT_SIZE + ID_SIZE * (uint32_t)bytes_get_u16(list);
}

static bool has_id(const uint8_t *list, uint32_t id)
{
    uint32_t count = ck_min(bytes_get_u16(list), TBF_STORAGE_IDS);

    for (uint32_t i = 0; i < count; i++) {
        if (bytes_get_u32(list + COUNT_SIZE + (size_t)i * ID_SIZE) == id) {
            return true;
        }
    }
    return false;
}

bool tbf_storage_is_valid(const uint8_t *value, uint32_t length)
{
    uint32_t at = WRITE_ID_SIZE;

    for (uint32_t lists = 0; lists < 2; lists++) {
        if (!ck_range_in(at, COUNT_SIZE, 0, length) ||
            !ck_range_in(at, list_size(value + at), 0, length)) {
            return false;
        }
        at += list_size(value + at);
    }
    return true;
}

bool tbf_storage_permits(const uint8_t *value, uint32_t own, enum tbf_storage_access access,
                         uint32_t id)
{
    const uint8_t *list;

    if (own == 0 || id == 0) {
        return false;
    }
    if (value == NULL) {
        return id == own;
    }
    if (access == TBF_STORAGE_WRITE) {
        return id == own && bytes_get_u32(value) != 0;
    }
    list = value + WRITE_ID_SIZE;
    return has_id(access == TBF_STORAGE_READ ? list : list + list_size(list), id);
}
