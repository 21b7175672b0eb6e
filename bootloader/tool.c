// SPDX-License-Identifier: Apache-2.0
#include "tool.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>

#include "pages.h"
#include "state.h"

enum { START_KEY = LEGACY_ATTRIBUTES, START_BODY = 4 };

struct line boot_line;

static const struct boot_config *board;
static struct pages pages;

static const uint8_t *map(uint32_t address, uint32_t length)
{
    const struct boot_legacy *legacy = board->legacy;

    for (uint8_t i = 0; i < legacy->readable_count; i++) {
        const struct boot_readable *range = &legacy->readable[i];
        uint32_t end;

        if (ck_add(range->address, range->size, &end) &&
            ck_range_in(address, length, range->address, end)) {
            return range->bytes + (address - range->address);
        }
    }
    return NULL;
}

/* What a legacy tool is about to write has to be looked at anew by the kernel. */
static bool note_foreign(struct store *store)
{
    struct store_frame frame;

    return store_find(store, STORE_RECORD_FOREIGN, 0, &frame) == 0 ||
           (store_foreign_begin(store) == 0 && store_wait(store) == 0);
}

static uint8_t write(uint32_t address, const uint8_t *data)
{
    const struct store_extent *apps = &board->store->apps;
    struct store *store = state_store();

    if (!board->legacy->writes || store == NULL ||
        !ck_range_in(address, LEGACY_PAGE, apps->address, apps->address + apps->size)) {
        return LEGACY_BADADDR;
    }
    return note_foreign(store) && pages_write(&pages, address, data) == 0 ? LEGACY_OK
                                                                          : LEGACY_INTERROR;
}

static uint8_t settle(void)
{
    return pages_settle(&pages) == 0 ? LEGACY_OK : LEGACY_INTERROR;
}

/* Keeps a record of the attributes' type. */
static uint8_t keep(uint32_t key, const uint8_t *body, uint32_t length)
{
    struct store *store = state_store();

    return store != NULL &&
                   store_put_begin(store, STORE_RECORD_ATTRIBUTE, key, body, length) == 0 &&
                   store_wait(store) == 0
               ? LEGACY_OK
               : LEGACY_INTERROR;
}

static const uint8_t *find(uint32_t key, uint32_t length)
{
    const struct store *store = state_store();
    struct store_frame frame;

    return store != NULL && store_find(store, STORE_RECORD_ATTRIBUTE, key, &frame) == 0 &&
                   frame.length >= length
               ? frame.body
               : NULL;
}

static void get_attribute(uint8_t index, uint8_t *attribute)
{
    const uint8_t *kept = find(index, LEGACY_ATTRIBUTE_SIZE);

    memset(attribute, 0, LEGACY_ATTRIBUTE_SIZE);
    if (kept == NULL && index < board->legacy->factory_count) {
        kept = (const uint8_t *)&board->legacy->factory[index];
    }
    if (kept != NULL) {
        memcpy(attribute, kept, LEGACY_ATTRIBUTE_SIZE);
    }
}

static uint8_t set_attribute(uint8_t index, const uint8_t *attribute)
{
    return keep(index, attribute, LEGACY_ATTRIBUTE_SIZE);
}

static uint32_t get_start(void)
{
    const uint8_t *kept = find(START_KEY, START_BODY);

    return kept != NULL ? bytes_get_u32(kept) : board->slot[0] + board->vectors;
}

static uint8_t set_start(uint32_t address)
{
    uint8_t body[START_BODY];

    bytes_put_u32(body, address);
    return keep(START_KEY, body, sizeof body);
}

static void leave(void)
{
    board->reset(false);
}

const struct legacy_target boot_target = {
    .map = map,
    .write = write,
    .settle = settle,
    .get_attribute = get_attribute,
    .set_attribute = set_attribute,
    .get_start = get_start,
    .set_start = set_start,
    .leave = leave,
};

/* Where the lock cannot be read, the board is locked. */
bool boot_legacy_allowed(void)
{
    const struct store *store = state_store();

    return store != NULL && !store_is_locked(store);
}

void tool_init(const struct boot_config *config, uint8_t *payload)
{
    if (config->legacy != NULL) {
        board = config;
        pages_init(&pages, config->flash, config->legacy->scratch);
        line_init(&boot_line, &config->legacy->line, payload);
    }
}

bool tool_is_there(void)
{
    return boot_line.is_legacy;
}
