// SPDX-License-Identifier: Apache-2.0
/* What a host may ask of a device that does not run. */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>
#include <link/error.h>
#include <store/placement.h>

#include "../report/report.h"
#include "gdb_memory.h"
#include "internal.h"

enum { FINGERPRINT_SHOWN = 4 /* bytes: enough to tell a few keys apart */ };

static uint8_t info(struct offline *o, struct link_reply *reply)
{
    const struct store *store = offline_store(o, false, NULL);
    const struct store_extent *slot;
    struct store_space space = {.free = 0};
    struct tbf_header kernel;
    struct link_info m = {
        .flash_start = o->board.apps.address,
        .flash_size = o->board.apps.size,
        .ram_size = o->board.app_ram_size,
        .ram_largest = o->board.app_ram_size, /* no process holds any */
        .ram_free = o->board.app_ram_size,
    };

    link_name_set(&m.board, o->board.name, strlen(o->board.name));
    link_name_set(&m.architecture, o->board.architecture, strlen(o->board.architecture));
    slot = offline_kernel(o, &kernel);
    if (slot != NULL) {
        m.kernel_slot = slot->address;
        m.kernel_version = kernel.kernel.version;
    }
    m.flags = store == NULL || store_is_damaged(store) ? LINK_INFO_READ_ONLY : 0;
    if (store != NULL) {
        store_free_space(store, &space);
        m.app_count = (uint8_t)store_app_count(store);
    }
    m.flash_largest = space.largest;
    m.flash_free = space.free;
    offline_find_keys(o);
    m.key_count = (uint8_t)o->key_count;
    reply->length = link_put_info(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t key(struct offline *o, const uint8_t *arguments, size_t length,
                   struct link_reply *reply)
{
    struct link_key m = {.flags = 0};

    if (length != 1) {
        return LINK_MALFORMED;
    }
    offline_find_keys(o);
    if (arguments[0] >= o->key_count) {
        return LINK_NOT_FOUND;
    }
    memcpy(m.public_key, o->key[arguments[0]].public_key, sizeof m.public_key);
    link_name_set(&m.owner, o->key[arguments[0]].owner, strlen(o->key[arguments[0]].owner));
    reply->length = link_put_key(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint32_t flags_of(const struct store_app *app)
{
    uint32_t flags = app->state == STORE_DAMAGED ? LINK_APP_DAMAGED : 0;

    if (app->recorded) {
        flags |= (app->record.flags & STORE_FLAG_ENABLED) != 0 ? LINK_APP_ENABLED : 0;
        flags |= (app->record.flags & STORE_FLAG_STICKY) != 0 ? LINK_APP_STICKY : 0;
        flags |= app->record.status == STORE_ACCEPTED ? LINK_APP_ACCEPTED : 0;
    }
    return flags;
}

/* The owner of the key that signed an app: by name where the kernel's image has it. */
static void name_owner(struct offline *o, const struct store_app *app, struct link_name *owner)
{
    char hex[2 * FINGERPRINT_SHOWN + 1];
    char text[sizeof "key " + sizeof hex];

    if (!app->recorded) {
        return; /* nobody has looked at its signature yet */
    }
    if (gdb_memory_client(offline_memory(o)) == NULL) {
        offline_find_keys(o); /* through a probe it would take seconds to read the kernel */
    }
    for (size_t i = 0; i < o->key_count; i++) {
        const struct found_key *key = &o->key[i];

        if (key->owner[0] != '\0' &&
            bytes_equal(key->fingerprint, app->record.key, sizeof key->fingerprint)) {
            link_name_set(owner, key->owner, strlen(key->owner));
            return;
        }
    }
    snprintf(text, sizeof text, "key %s", cli_hex(app->record.key, FINGERPRINT_SHOWN, hex));
    link_name_set(owner, text, strlen(text));
}

static uint8_t list(struct offline *o, const uint8_t *arguments, size_t length,
                    struct link_reply *reply)
{
    struct link_entry m = {.process = UINT32_MAX};
    struct tbf_header header;
    struct store_app app;
    int error;
    const struct store *store = offline_store(o, false, &error);

    if (length != 1) {
        return LINK_MALFORMED;
    }
    if (store == NULL) {
        return offline_status(error);
    }
    if (store_app_at(store, arguments[0], &app) != 0) {
        return LINK_NOT_FOUND;
    }
    m.app.address = app.record.address;
    m.app.tag = bytes_get_u32(app.record.digest);
    m.size = app.recorded ? app.record.size : app.record.space;
    m.extent = app.record.space;
    m.short_id = app.record.short_id;
    m.version = app.record.version;
    m.flags = flags_of(&app);
    name_owner(o, &app, &m.owner);
    if (offline_header(o, app.record.address, app.record.space, &header) == 0) {
        m.min_ram = header.min_ram;
        link_name_set(&m.name, header.name.data, header.name.length);
        m.size = header.total_size;
        m.short_id = tbf_short_id(&header);
        m.version = header.version;
    }
    reply->length = link_put_entry(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

/* What the store says of the app that the arguments name; nothing is changed yet. */
static uint8_t find_app(struct offline *o, const uint8_t *arguments, size_t length,
                        struct store_app *app)
{
    const struct store *store;
    struct link_app m;
    int error;

    if (!link_get_app(arguments, length, &m)) {
        return LINK_MALFORMED;
    }
    store = offline_preview(o, &error);
    if (store == NULL) {
        return offline_status(error);
    }
    return store_app_find(store, m.address, app) != 0 || bytes_get_u32(app->record.digest) != m.tag
               ? LINK_NOT_FOUND
               : LINK_OK;
}

static uint8_t remove_app(struct offline *o, uint32_t address)
{
    int error;
    struct store *store = offline_store(o, true, &error);

    o->receiving = false;
    return offline_status(store != NULL ? offline_finish(o, store_remove_begin(store, address))
                                        : error);
}

static uint8_t change(struct offline *o, uint8_t command, const uint8_t *arguments, size_t length)
{
    struct store_app app = {.recorded = false};
    uint8_t status = find_app(o, arguments, length, &app);
    struct store *store;
    uint32_t flags;
    int error;

    if (status != LINK_OK) {
        return status;
    }
    if (command == LINK_REMOVE) {
        return remove_app(o, app.record.address);
    }
    if (!app.recorded) {
        return LINK_STATE; /* the kernel has to find out first what it is */
    }
    flags = (app.record.flags & ~STORE_FLAG_ENABLED) |
            (command == LINK_ENABLE ? STORE_FLAG_ENABLED : 0);
    if (flags == app.record.flags) {
        return LINK_NOTHING;
    }
    store = offline_store(o, true, &error);
    return offline_status(
        store != NULL ? offline_finish(o, store_flags_begin(store, app.record.address, flags))
                      : error);
}

uint8_t offline_request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                        struct link_reply *reply)
{
    struct offline *o = context;

    switch (command) {
    case LINK_INFO:
        return info(o, reply);
    case LINK_KEY:
        return key(o, arguments, length, reply);
    case LINK_LIST:
        return list(o, arguments, length, reply);
    case LINK_REMOVE:
    case LINK_ENABLE:
    case LINK_DISABLE:
        return change(o, command, arguments, length);
    case LINK_BEGIN:
        return offline_begin(o, arguments, length, reply);
    case LINK_COMMIT:
        return offline_commit(o);
    case LINK_ABORT:
        return offline_abort(o);
    default:
        return command > LINK_COMMAND_LAST ? LINK_UNKNOWN : LINK_UNSUPPORTED;
    }
}
