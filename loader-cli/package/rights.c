// SPDX-License-Identifier: Apache-2.0
/* What an app may use and store, as the header says it: Permissions and StoragePermissions. */
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <tbf/storage.h>

#include "package.h"

/* Of the fault TLV (docs/packages.md). */
enum { FAULT_STOP = 1, FAULT_RESTART = 2, FAULT_PANIC = 3, FAULT_ENDLESS = 255 };

enum { COUNT_SIZE = 2, RECORD_SIZE = 16, COMMANDS = 64, COMMAND_MAX = 65535, ID_SIZE = 4 };

/* Reads a number and moves behind it; false when there is none, or it is too large. */
static bool take_number(const char **at, unsigned long long max, uint32_t *value)
{
    char *end;
    unsigned long long number = strtoull(*at, &end, 0);

    if (**at < '0' || **at > '9' || number > max) {
        return false;
    }
    *value = (uint32_t)number;
    *at = end;
    return true;
}

/* The record of a driver for the commands around one; NULL when there is no room for another. */
static uint8_t *record_of(struct image_rights *rights, uint32_t driver, uint32_t command)
{
    uint32_t count = bytes_get_u16(rights->permissions);
    uint8_t *p = rights->permissions + COUNT_SIZE;

    for (uint32_t i = 0; i < count; i++, p += RECORD_SIZE) {
        if (bytes_get_u32(p) == driver && bytes_get_u32(p + 4) == command / COMMANDS) {
            return p;
        }
    }
    if (count == RIGHTS_RECORDS_MAX) {
        return NULL;
    }
    bytes_put_u16(rights->permissions, (uint16_t)(count + 1));
    bytes_put_u32(p, driver);
    bytes_put_u32(p + 4, command / COMMANDS);
    return p;
}

bool rights_permit(struct image_rights *rights, const char *text)
{
    uint32_t driver;
    uint32_t command;
    uint8_t *p;

    if (!take_number(&text, UINT32_MAX, &driver)) {
        return false;
    }
    if (*text == '\0') {
        p = record_of(rights, driver, 0);
        if (p != NULL) {
            memset(p + 8, 0xFF, COMMANDS / 8);
        }
        return p != NULL;
    }
    while (*text == ':' || *text == ',') {
        text++;
        p = take_number(&text, COMMAND_MAX, &command) ? record_of(rights, driver, command) : NULL;
        if (p == NULL) {
            return false;
        }
        p[8 + command % COMMANDS / 8] |= (uint8_t)(1u << command % 8);
    }
    return *text == '\0';
}

uint16_t rights_permissions_size(const struct image_rights *rights)
{
    return (uint16_t)(COUNT_SIZE + RECORD_SIZE * bytes_get_u16(rights->permissions));
}

/* Adds one list of ids; answers where it ends, NULL when an id is none or they are too many. */
static uint8_t *put_ids(uint8_t *at, const char *const *ids)
{
    uint8_t *p = at + COUNT_SIZE;
    uint16_t count = 0;

    for (; ids != NULL && *ids != NULL; ids++, count++, p += ID_SIZE) {
        const char *text = *ids;
        uint32_t id;

        if (count == TBF_STORAGE_IDS || !take_number(&text, UINT32_MAX, &id) || *text != '\0') {
            return NULL;
        }
        bytes_put_u32(p, id);
    }
    bytes_put_u16(at, count);
    return p;
}

bool rights_store(struct image_rights *rights, uint32_t write_id, const char *const *read,
                  const char *const *modify)
{
    uint8_t *p = rights->storage;

    bytes_put_u32(p, write_id);
    p = put_ids(p + ID_SIZE, read);
    p = p != NULL ? put_ids(p, modify) : NULL;
    if (p == NULL) {
        return false;
    }
    rights->storage_size = (uint16_t)(p - rights->storage);
    return true;
}

bool fault_read(const char *text, uint8_t *policy, uint8_t *restarts)
{
    char *end = NULL;
    long count;

    *policy = strcmp(text, "stop") == 0          ? FAULT_STOP
              : strcmp(text, "panic") == 0       ? FAULT_PANIC
              : strncmp(text, "restart", 7) == 0 ? FAULT_RESTART
                                                 : 0;
    *restarts = FAULT_ENDLESS;
    if (*policy != FAULT_RESTART) {
        return *policy != 0;
    }
    if (text[7] != ':') {
        return text[7] == '\0';
    }
    count = strtol(text + 8, &end, 10);
    *restarts = (uint8_t)count;
    return text[8] >= '0' && text[8] <= '9' && *end == '\0' && count < FAULT_ENDLESS;
}

bool version_read(const char *text, uint16_t *major, uint16_t *minor)
{
    uint32_t first;
    uint32_t second = 0;

    if (!take_number(&text, UINT16_MAX, &first)) {
        return false;
    }
    if (*text == '.') {
        text++;
        if (!take_number(&text, UINT16_MAX, &second)) {
            return false;
        }
    }
    *major = (uint16_t)first;
    *minor = (uint16_t)second;
    return *text == '\0';
}
