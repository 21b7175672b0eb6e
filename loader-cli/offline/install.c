// SPDX-License-Identifier: Apache-2.0
/*
 * Installing into flash without the device: as kernel/load/install.c does it, but that the record
 * is a candidate's, which the kernel verifies when it starts.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <store/transfer.h>
#include <tbf/format.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "internal.h"
#include "protection.h"

static uint8_t refuse(struct link_reply *reply, uint8_t status, uint32_t needed, uint32_t available)
{
    bytes_put_u32(reply->data, needed);
    bytes_put_u32(reply->data + 4, available);
    reply->length = 8;
    return status;
}

/* Whether a key of the kernel's made the signature; where there is no kernel, nobody can tell. */
static uint8_t check_signature(struct offline *o)
{
    offline_find_keys(o);
    if (o->key_count == 0) {
        return LINK_OK;
    }
    for (size_t i = 0; i < o->key_count; i++) {
        if (bytes_equal(o->key[i].fingerprint, o->wanted.fingerprint,
                        sizeof o->wanted.fingerprint)) {
            return trust_verify(o->key[i].public_key, o->wanted.digest, o->wanted.signature) ==
                           TRUST_VERIFIED
                       ? LINK_OK
                       : LINK_SIGNATURE;
        }
    }
    return LINK_KEY_UNKNOWN;
}

/* Whether these very bytes are there, and wait for the kernel. */
static bool is_waiting(const struct offline *o, uint32_t address)
{
    struct store_app app;

    return store_app_find(&o->store, address, &app) == 0 && app.state == STORE_VERIFY &&
           app.recorded && bytes_equal(app.record.digest, o->wanted.digest, STORE_DIGEST_SIZE);
}

/*
 * Whether this key may update an app that is there. The number of an owner is the kernel's to know:
 * only a key that has signed the app before is known to be its owner's.
 */
static bool is_owner(const struct offline *o, uint32_t replaces)
{
    struct store_app app;

    return replaces == STORE_NONE || store_app_find(&o->store, replaces, &app) != 0 ||
           app.record.status != STORE_ACCEPTED ||
           bytes_equal(app.record.key, o->wanted.fingerprint, sizeof app.record.key);
}

/*
 * The version of the app that is replaced, though no kernel has accepted it: a candidate's, or that
 * of another tool's object. What is damaged may be replaced by anything.
 */
static uint32_t waiting_version(struct offline *o, uint32_t replaces)
{
    struct tbf_header header;
    struct store_app app;

    if (replaces == STORE_NONE || store_app_find(&o->store, replaces, &app) != 0 ||
        app.state == STORE_DAMAGED ||
        offline_header(o, app.record.address, app.record.space, &header) != 0) {
        return 0;
    }
    return header.version;
}

static uint8_t decide(struct offline *o, struct link_reply *reply, uint32_t *replaces)
{
    const struct link_begin *w = &o->wanted;
    struct store_identity identity = {.short_id = w->short_id, .version = w->version};
    uint32_t floor;
    int decision;

    (void)store_identity_find(&o->store, w->short_id, &identity.owner, &floor);
    memcpy(identity.digest, w->digest, sizeof identity.digest);
    decision = store_decide(&o->store, &identity, replaces, &floor);
    if (decision == STORE_E_OLDER) {
        return refuse(reply, LINK_OLDER, floor, w->version);
    }
    if (decision == STORE_SAME || (decision == STORE_UPDATE && is_waiting(o, *replaces))) {
        return LINK_NOTHING;
    }
    if (decision < 0) {
        return offline_status(decision);
    }
    floor = waiting_version(o, *replaces);
    if (w->version < floor) {
        return refuse(reply, LINK_OLDER, floor, w->version);
    }
    return is_owner(o, *replaces) ? LINK_OK : LINK_OWNER;
}

static uint8_t check(struct offline *o, struct link_reply *reply, uint32_t *replaces)
{
    const struct link_begin *w = &o->wanted;
    uint8_t status;

    if (w->kind != LINK_KIND_APP) {
        return w->kind == LINK_KIND_KERNEL ? LINK_UNSUPPORTED : LINK_WRONG_KIND;
    }
    if (!ck_is_aligned(w->size, 4) || w->size < TBF_BASE_SIZE || w->binary_end > w->size ||
        w->binary_end < TBF_BASE_SIZE) {
        return LINK_MALFORMED;
    }
    if (w->min_ram > o->board.app_ram_size) {
        return refuse(reply, LINK_NO_RAM, w->min_ram, o->board.app_ram_size);
    }
    status = decide(o, reply, replaces);
    return status != LINK_OK ? status : check_signature(o);
}

/* Whether the journal's half-finished transfer is of this very object. */
static bool is_resumed(const struct offline *o, const struct store_transfer *t)
{
    return t->size == o->wanted.size && t->hashed == o->wanted.binary_end &&
           bytes_equal(t->digest, o->wanted.digest, sizeof o->wanted.digest);
}

/* Finds a place: LINK_OK, LINK_NO_FLASH, or why it cannot be told. */
static uint8_t find_place(const struct offline *o, struct link_reply *reply,
                          struct store_place *place)
{
    const struct link_begin *w = &o->wanted;
    struct store_space space;
    int error =
        store_place(&o->store, w->size, w->address, protection_rules(&o->board), place, &space);

    if (error == STORE_E_SPACE || error == STORE_E_REGION) {
        return refuse(reply, LINK_NO_FLASH, space.needed,
                      w->address == STORE_NONE ? space.largest : 0);
    }
    return offline_status(error);
}

/* Whether the old version may go first. */
static bool makes_room(const struct offline *o, uint32_t replaces)
{
    return replaces != STORE_NONE && (o->wanted.flags & LINK_BEGIN_IN_PLACE) != 0;
}

/* Finds a place, and opens a transfer for it. */
static uint8_t open_transfer(struct offline *o, struct link_reply *reply, uint32_t replaces)
{
    const struct link_begin *w = &o->wanted;
    struct store_place place;
    uint8_t status = find_place(o, reply, &place);

    if (status == LINK_NO_FLASH && makes_room(o, replaces)) {
        status = offline_status(offline_finish(o, store_remove_begin(&o->store, replaces)));
        status = status == LINK_OK ? find_place(o, reply, &place) : status;
    }
    if (status != LINK_OK) {
        return status;
    }
    reply->length = 0;
    return offline_status(offline_finish(
        o, store_transfer_begin(&o->store, &place, w->size, w->binary_end, w->digest)));
}

/*
 * Looks in the copy whether there is anything to refuse. One that is resumed has its place; what
 * another transfer takes that was cut off counts as free.
 */
static uint8_t foresee(struct offline *o, struct link_reply *reply)
{
    struct store_transfer transfer;
    struct store_place place;
    uint32_t replaces;
    uint8_t status;
    int error;

    if (offline_preview(o, &error) == NULL) {
        return offline_status(error);
    }
    status = check(o, reply, &replaces);
    if (status == LINK_OK && !makes_room(o, replaces) &&
        (store_transfer_find(&o->store, &transfer) != 0 || !is_resumed(o, &transfer))) {
        status = find_place(o, reply, &place);
    }
    return status;
}

uint8_t offline_begin(struct offline *o, const uint8_t *arguments, size_t length,
                      struct link_reply *reply)
{
    struct store_transfer transfer;
    struct link_begun begun;
    uint32_t replaces = STORE_NONE;
    uint8_t status;
    int error;

    if (!link_get_begin(arguments, length, &o->wanted)) {
        return LINK_MALFORMED;
    }
    o->receiving = false;
    o->verdict_known = false;
    link_device_transfer_close(&o->link);
    status = foresee(o, reply);
    if (status != LINK_OK) {
        return status;
    }
    if (offline_store(o, true, &error) == NULL) {
        return offline_status(error);
    }
    status = check(o, reply, &replaces);
    if (status != LINK_OK) {
        return status;
    }
    if (store_transfer_find(&o->store, &transfer) == 0 && !is_resumed(o, &transfer)) {
        status = offline_status(offline_finish(o, store_transfer_discard(&o->store)));
    }
    if (status == LINK_OK && store_transfer_find(&o->store, &transfer) != 0) {
        status = open_transfer(o, reply, replaces);
    }
    if (status != LINK_OK) {
        return status;
    }
    if (store_transfer_find(&o->store, &transfer) != 0) {
        return LINK_FLASH;
    }
    o->receiving = true;
    link_device_transfer(&o->link, transfer.size, transfer.position);
    begun = (struct link_begun){transfer.address, transfer.position, transfer.rotate};
    reply->length = link_put_begun(&begun, reply->data, sizeof reply->data);
    return LINK_OK;
}

uint8_t offline_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                     uint32_t complete)
{
    struct offline *o = context;
    int error;

    if (!o->receiving) {
        return LINK_STATE;
    }
    error = store_transfer_write(&o->store, offset, data, (uint32_t)length, complete);
    if (error == STORE_E_ORDER) {
        return LINK_BUSY; /* the header page waits for the rest */
    }
    return offline_status(error != 0 ? error : store_wait(&o->store));
}

/* Whether the header in flash says what was announced. */
static bool header_matches(const struct tbf_header *h, const struct link_begin *w)
{
    return h->total_size == w->size && h->binary_end == w->binary_end && h->min_ram == w->min_ram &&
           h->version == w->version && tbf_short_id(h) == w->short_id &&
           h->name.length == w->name.length &&
           bytes_equal(h->name.data, w->name.text, w->name.length);
}

/* What was received is what was announced. */
static uint8_t verify(struct offline *o, const struct store_transfer *t, struct tbf_header *header)
{
    const uint8_t *object = offline_peek(o, t->address, t->size);
    uint8_t digest[TRUST_DIGEST_SIZE];
    int error;

    if (object == NULL) {
        return LINK_FLASH;
    }
    trust_sha256(object, t->hashed, digest);
    if (!bytes_equal(digest, o->wanted.digest, sizeof digest)) {
        return LINK_DIGEST;
    }
    error = tbf_header_parse(object, t->size, header);
    if (error != 0 || header->padding || header->is_kernel || !header_matches(header, &o->wanted)) {
        return error != 0 || !(header->padding || header->is_kernel) ? LINK_HEADER
                                                                     : LINK_WRONG_KIND;
    }
    return tbf_kernel_suffices(header) && (header->fixed_flash == TBF_NO_FIXED_ADDRESS ||
                                           header->fixed_flash == t->address + header->app_start)
               ? LINK_OK
               : LINK_HEADER;
}

/* Owner and lowest version outlive the accepted app that a candidate takes the place of. */
static int remember(struct offline *o, uint32_t short_id, uint32_t owner, uint32_t floor)
{
    uint32_t known_owner;
    uint32_t known_floor;

    if (store_identity_find(&o->store, short_id, &known_owner, &known_floor) == 0 &&
        known_owner == owner && known_floor >= floor) {
        return 0;
    }
    return offline_finish(o, store_remember_begin(&o->store, short_id, owner, floor));
}

int offline_commit_candidate(struct offline *o, struct store_app_record *record)
{
    uint32_t owner = 0;
    uint32_t floor = 0;
    bool known = store_identity_find(&o->store, record->short_id, &owner, &floor) == 0 &&
                 record->replaces != STORE_NONE;
    int error = 0;

    record->status = STORE_CANDIDATE;
    record->owner = owner;
    record->floor = floor;
    if (known) {
        error = offline_finish(o, store_remember_begin(&o->store, record->short_id, owner, floor));
    }
    error = error != 0 ? error : offline_finish(o, store_commit_begin(&o->store, record));
    /* Compaction may have come between, when an accepted app still said it. */
    return error != 0 || !known ? error : remember(o, record->short_id, owner, floor);
}

static int commit_record(struct offline *o, const struct store_transfer *t,
                         const struct tbf_header *header, uint32_t replaces)
{
    struct store_app_record record = {
        .flags = STORE_FLAG_ENABLED,
        .address = t->address,
        .size = t->size,
        .space = t->space,
        .hashed = t->hashed,
        .short_id = tbf_short_id(header),
        .version = header->version,
        .header_flags = header->flags,
        .header_checksum = header->checksum,
        .replaces = replaces,
    };

    memcpy(record.digest, o->wanted.digest, sizeof record.digest);
    memcpy(record.key, o->wanted.fingerprint, sizeof record.key);
    return offline_commit_candidate(o, &record);
}

static uint8_t discard(struct offline *o, uint8_t status)
{
    o->receiving = false;
    link_device_transfer_close(&o->link);
    (void)offline_finish(o, store_transfer_discard(&o->store)); /* else before the next one */
    return status;
}

uint8_t offline_commit(struct offline *o)
{
    struct store_transfer transfer;
    struct link_reply reply = {.length = 0};
    struct tbf_header header;
    uint32_t replaces = STORE_NONE;
    uint8_t status;

    if (o->verdict_known) {
        return o->verdict;
    }
    if (!o->receiving || store_transfer_find(&o->store, &transfer) != 0) {
        return LINK_STATE;
    }
    if (transfer.position != transfer.size) {
        return LINK_INCOMPLETE;
    }
    status = verify(o, &transfer, &header);
    status = status != LINK_OK ? status : decide(o, &reply, &replaces);
    if (status == LINK_OK) {
        status = offline_status(commit_record(o, &transfer, &header, replaces));
    }
    o->verdict_known = true;
    o->verdict = status;
    o->receiving = false;
    return status == LINK_OK || status == LINK_FLASH ? status : discard(o, status);
}

uint8_t offline_abort(struct offline *o)
{
    return o->receiving ? discard(o, LINK_OK) : LINK_STATE;
}
