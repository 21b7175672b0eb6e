// SPDX-License-Identifier: Apache-2.0
#include "move.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>
#include <store/transfer.h>
#include <tbf/format.h>
#include <trust/sha256.h>

#include "internal.h"
#include "protection.h"

enum { BLOCK = 4096 };

/* Whether an app's bytes are those that were signed; 0 or an error. */
static int is_as_signed(struct offline *o, const struct store_app *app, bool *signed_bytes)
{
    const struct store_app_record *r = &app->record;
    uint8_t digest[TRUST_DIGEST_SIZE];
    const uint8_t *object = NULL;

    *signed_bytes = false;
    if (r->hashed > r->size || r->size > r->space) {
        return 0;
    }
    object = offline_peek(o, r->address, r->size);
    if (object == NULL) {
        return o->flash.error != 0 ? o->flash.error : (int)HIL_E_IO;
    }
    trust_sha256(object, r->hashed, digest);
    *signed_bytes = bytes_equal(digest, r->digest, sizeof digest);
    return 0;
}

int offline_hold(struct offline *offline, uint32_t address, bool whole, enum plan_hold *hold)
{
    struct tbf_header header;
    struct store_app app = {.recorded = false};
    bool as_signed = true;
    int error;
    const struct store *store = offline_store(offline, false, &error);

    *hold = PLAN_UNKNOWN;
    if (store == NULL || store_app_find(store, address, &app) != 0) {
        return store == NULL ? error : (int)STORE_E_NOT_FOUND;
    }
    if (!app.recorded || app.state == STORE_DAMAGED ||
        offline_header(offline, address, app.record.space, &header) != 0) {
        return offline->flash.error;
    }
    if (header.fixed_flash != TBF_NO_FIXED_ADDRESS) {
        *hold = PLAN_FIXED;
        return 0;
    }
    error = whole ? is_as_signed(offline, &app, &as_signed) : 0;
    if (error == 0) {
        *hold = as_signed ? PLAN_MOVABLE : PLAN_WRITTEN;
    }
    return error;
}

/* Opens a transfer of the app to its new place. */
static int open_transfer(struct offline *o, const struct store_app_record *app, uint32_t to)
{
    struct store_transfer old;
    struct store_place place;
    int error = 0;

    if (store_transfer_find(&o->store, &old) == 0) {
        error = offline_finish(o, store_transfer_discard(&o->store));
    }
    error = error != 0
                ? error
                : store_place(&o->store, app->size, to, protection_rules(&o->board), &place, NULL);
    return error != 0 ? error
                      : offline_finish(o, store_transfer_begin(&o->store, &place, app->size,
                                                               app->hashed, app->digest));
}

/* Writes the object in the order of the stream: the page with the header is the last. */
static int copy(struct offline *o, const struct store_transfer *t, const uint8_t *object)
{
    uint32_t position = t->position;
    int error = 0;

    while (error == 0 && position < t->size) {
        uint32_t offset = position < t->size - t->rotate ? position + t->rotate
                                                         : position - (t->size - t->rotate);
        uint32_t end = offset >= t->rotate ? t->size : t->rotate;
        uint32_t length = ck_min(end - offset, BLOCK);

        error = offline_finish(o, store_transfer_write(&o->store, position, object + offset, length,
                                                       position + length));
        position += length;
    }
    return error;
}

/* Everything is written: compares it, and switches in one record. */
static int commit(struct offline *o, const struct store_app_record *app,
                  const struct store_transfer *t, const uint8_t *object)
{
    struct store_app_record record = *app;
    const uint8_t *written = offline_peek(o, t->address, t->size);

    if (written == NULL) {
        return o->flash.error != 0 ? o->flash.error : (int)HIL_E_IO;
    }
    if (!bytes_equal(written, object, t->size)) {
        return STORE_E_ORDER;
    }
    record.address = t->address;
    record.space = t->space;
    record.replaces = app->address;
    record.seen = 0;
    memset(record.boot_digest, 0, sizeof record.boot_digest); /* the kernel's, who adopts it */
    return offline_commit_candidate(o, &record);
}

/* With the app's bytes in the host's memory. */
static int move(struct offline *o, const struct store_app_record *app, uint32_t to,
                const uint8_t *object)
{
    struct store_transfer transfer;
    int error = open_transfer(o, app, to);

    if (error != 0) {
        return error;
    }
    error = store_transfer_find(&o->store, &transfer);
    error = error != 0 ? error : copy(o, &transfer, object);
    error = error != 0 ? error : commit(o, app, &transfer, object);
    if (error != 0 && o->flash.error == 0) {
        (void)offline_finish(o, store_transfer_discard(&o->store)); /* else before the next one */
    }
    return error;
}

int offline_move(struct offline *offline, uint32_t from, uint32_t to)
{
    enum plan_hold hold;
    struct store_app app;
    const uint8_t *object;
    uint8_t *bytes;
    int error;
    const struct store *store = offline_store(offline, true, &error);

    if (store == NULL) {
        return error;
    }
    error = offline_hold(offline, from, true, &hold);
    if (error != 0 || hold != PLAN_MOVABLE) {
        return error != 0 ? error : (int)STORE_E_ARGUMENT;
    }
    if (store_app_find(store, from, &app) != 0) {
        return STORE_E_NOT_FOUND;
    }
    object = offline_peek(offline, from, app.record.size);
    bytes = malloc(app.record.size);
    if (object == NULL || bytes == NULL) {
        free(bytes);
        return offline->flash.error != 0 ? offline->flash.error : (int)HIL_E_IO;
    }
    memcpy(bytes, object, app.record.size);
    error = move(offline, &app.record, to, bytes);
    free(bytes);
    return error;
}
