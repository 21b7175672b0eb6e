// SPDX-License-Identifier: Apache-2.0
/* What lies in an area: objects, values, room. Nothing here trusts a length. */
#include "area.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>

/* docs/storage.md */
enum {
    VERSION = 1,
    VALID = 0x80,
    LENGTH_HIGH = 0x0F,
    AT_FLAGS = 1,
    AT_HASH = 3,
    AT_VALUE = 11,
    CHECK = 4,
    VALUE_HEADER = 9 /* version, length u32, write id u32 */
};

static const uint8_t main_hash[SIPHASH_SIZE] = {0x7B, 0xC9, 0xF7, 0xFF, 0x4F, 0x76, 0xF2, 0x44};

/* The checksum is that of the object as it was when it was valid; a filler never was. */
static bool check_holds(const uint8_t *bytes, uint32_t length)
{
    const uint32_t said = bytes_get_u32(bytes + length - CHECK);
    const uint8_t flags = bytes[AT_FLAGS] | VALID;
    uint32_t crc = crc32_posix_update(CRC32_POSIX_START, bytes, AT_FLAGS);

    crc = crc32_posix_update(crc, &flags, 1);
    crc = crc32_posix_update(crc, bytes + AT_FLAGS + 1, length - CHECK - AT_FLAGS - 1);
    return said == crc ||
           ((bytes[AT_FLAGS] & VALID) == 0 && said == crc32_posix(bytes, length - CHECK));
}

/* The object at an offset of a region; false: the region's list ends there. */
static bool object_at(const struct tickv_area *area, uint32_t region, uint32_t offset,
                      struct tickv_object *object)
{
    const uint32_t left = area->place.region_size - offset;
    const uint8_t *bytes;
    uint32_t length;

    if (offset > area->place.region_size || left < KV_OVERHEAD) {
        return false;
    }
    bytes = area->flash->map(area->flash, area->start + region * area->place.region_size + offset,
                             left);
    if (bytes == NULL || bytes[0] != VERSION) {
        return false;
    }
    length = (uint32_t)(bytes[AT_FLAGS] & LENGTH_HIGH) << 8 | bytes[AT_FLAGS + 1];
    if (length < KV_OVERHEAD || length > left) {
        return false;
    }
    *object = (struct tickv_object){
        .region = region,
        .offset = offset,
        .length = length,
        .hash = bytes + AT_HASH,
        .value = bytes + AT_VALUE,
        .value_length = length - KV_OVERHEAD,
        .valid = (bytes[AT_FLAGS] & VALID) != 0,
        .sound = check_holds(bytes, length),
    };
    return true;
}

bool tickv_next(const struct tickv_area *area, uint32_t *region, uint32_t *offset,
                struct tickv_object *object)
{
    while (*region < area->place.regions) {
        if (object_at(area, *region, *offset, object)) {
            *offset += object->length;
            return true;
        }
        *region += 1;
        *offset = 0;
    }
    return false;
}

void tickv_room(const struct tickv_area *area, uint32_t region, struct tickv_room *room)
{
    const uint8_t erased = area->flash->geometry->erase_value;
    struct tickv_object object;
    uint32_t offset = 0;
    uint32_t left;
    const uint8_t *bytes;

    memset(room, 0, sizeof *room);
    while (object_at(area, region, offset, &object)) {
        *(object.valid && object.sound ? &room->used : &room->dead) += object.length;
        offset += object.length;
    }
    left = area->place.region_size - offset;
    bytes = left > 0
                ? area->flash->map(area->flash,
                                   area->start + region * area->place.region_size + offset, left)
                : NULL;
    *(bytes != NULL && bytes_all(bytes, left, erased) ? &room->free : &room->garbage) = left;
}

bool tickv_is_main(const struct tickv_object *object)
{
    return bytes_equal(object->hash, main_hash, sizeof main_hash);
}

void tickv_value_get(const uint8_t *value, uint32_t length, struct tickv_value *out)
{
    *out = (struct tickv_value){.data = value, .length = length, .plain = true};
    if (length >= VALUE_HEADER && value[0] == 0 &&
        bytes_get_u32(value + 1) <= length - VALUE_HEADER) {
        *out = (struct tickv_value){.data = value + VALUE_HEADER,
                                    .length = bytes_get_u32(value + 1),
                                    .write_id = bytes_get_u32(value + 5)};
    }
}
