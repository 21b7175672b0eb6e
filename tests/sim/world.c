// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <tbf/header.h>
#include <tbf/write.h>

#include <string.h>

#define BASE  0x21000000u
#define BLOCK 512u
#define OWNER 7u
#define KEY   3u /* key of the attribute */

static const struct hil_flash_run runs_4k[] = {{4096, 20}};
static const struct hil_flash_run runs_512[] = {{512, 160}};
static const struct hil_flash_run runs_2k[] = {{2048, 40}};
static const struct hil_flash_run runs_mixed[] = {{16384, 6}, {65536, 1}, {131072, 2}};

static const struct hil_flash_geometry geometry_4k = {BASE, runs_4k, 1, 4, 0xFF, 1, 0};
static const struct hil_flash_geometry geometry_512 = {BASE, runs_512, 1, 4, 0xFF, 1, 0};
static const struct hil_flash_geometry geometry_2k = {BASE, runs_2k, 1, 8, 0xFF, 1, 0};
static const struct hil_flash_geometry geometry_32 = {BASE, runs_4k, 1, 32, 0xFF, 1, 0};
static const struct hil_flash_geometry geometry_zero = {BASE, runs_4k, 1, 4, 0x00, 1, 0};
static const struct hil_flash_geometry geometry_1 = {BASE, runs_4k, 1, 1, 0xFF, 1, 0};
static const struct hil_flash_geometry geometry_mixed = {BASE, runs_mixed, 3, 4, 0xFF, 1, 0};

/* The first is that of the emulated board; halves are small so that compaction is often due. */
const struct layout world_layouts[] = {
    {"4k", &geometry_4k, {{BASE, 4096}, {BASE + 4096, 4096}}, {BASE + 0x4000, 0x10000}, 16},
    {"512", &geometry_512, {{BASE, 4096}, {BASE + 4096, 4096}}, {BASE + 0x4000, 0x10000}, 64},
    {"2k", &geometry_2k, {{BASE, 4096}, {BASE + 4096, 4096}}, {BASE + 0x4000, 0x10000}, 16},
    {"unit32", &geometry_32, {{BASE, 8192}, {BASE + 8192, 8192}}, {BASE + 0x4000, 0x10000}, 16},
    {"unit1", &geometry_1, {{BASE, 4096}, {BASE + 4096, 4096}}, {BASE + 0x4000, 0x10000}, 64},
    {"zero", &geometry_zero, {{BASE, 4096}, {BASE + 4096, 4096}}, {BASE + 0x4000, 0x10000}, 64},
    {"mixed",
     &geometry_mixed,
     {{BASE, 16384}, {BASE + 16384, 16384}},
     {BASE + 0x8000, 0x10000 + 0x10000 + 0x40000},
     64},
};
const unsigned world_layout_count = sizeof world_layouts / sizeof world_layouts[0];

void world_init(struct world *world, const struct layout *layout)
{
    memset(world, 0, sizeof *world);
    nor_init(&world->nor, layout->geometry);
    world->config = (struct store_config){.flash = &world->nor.hil,
                                          .journal = {layout->journal[0], layout->journal[1]},
                                          .apps = layout->apps,
                                          .identities_max = 16};
}

void world_free(struct world *world)
{
    nor_free(&world->nor);
}

int world_mount(struct world *world)
{
    int result = store_mount_begin(&world->store, &world->config);

    result = result < 0 ? result : store_wait(&world->store);
    if (result == 0) {
        store_look_behind(&world->store);
    }
    return result;
}

void world_object(uint8_t *object, uint32_t id, uint32_t version, uint32_t size, uint32_t seed)
{
    struct tbf_writer writer;
    uint8_t program[20] = {0};
    uint8_t short_id[4];
    uint32_t random = seed * 2654435761u + id * 40503u + version + 1u;

    for (uint32_t i = 0; i < size; i++) {
        random = random * 1664525u + 1013904223u;
        object[i] = (uint8_t)(random >> 24);
    }
    tbf_write_begin(&writer, object, size);
    bytes_put_u32(program + 12, size);
    bytes_put_u32(program + 16, version);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    bytes_put_u32(short_id, id);
    tbf_write_tlv(&writer, TBF_TLV_SHORT_ID, short_id, sizeof short_id);
    (void)tbf_write_end(&writer, size, TBF_FLAG_ENABLED);
}

void world_digest(const uint8_t *object, uint32_t size, uint8_t digest[STORE_DIGEST_SIZE])
{
    uint32_t crc = crc32_update(CRC32_START, object, size);

    /* Not a hash: enough to tell the objects of a test apart. */
    for (uint32_t i = 0; i < STORE_DIGEST_SIZE; i += 4) {
        bytes_put_u32(digest + i, crc ^ (i * 0x01010101u));
    }
}

/* Finds a recorded app by its ShortID. */
static bool find(const struct store *store, uint32_t id, struct store_app *app)
{
    for (uint32_t i = 0; store_app_at(store, i, app) == 0; i++) {
        if (app->recorded && app->record.short_id == id) {
            return true;
        }
    }
    return false;
}

static int finish(struct world *world, int begun)
{
    return begun < 0 ? begun : store_wait(&world->store);
}

/*
 * Begins the transfer of world->object, or finds it half-finished; drops any other, also one to
 * another place than `fixed`. Without a digest it is unannounced, and never gone on with.
 */
static int start_transfer(struct world *world, uint32_t size, const uint8_t *digest, uint32_t fixed,
                          struct store_transfer *transfer)
{
    struct store *store = &world->store;
    struct store_place place;
    int result;

    if (store_transfer_find(store, transfer) == 0) {
        if (digest != NULL && memcmp(transfer->digest, digest, STORE_DIGEST_SIZE) == 0 &&
            (fixed == STORE_NONE || transfer->address == fixed)) {
            return 0;
        }
        result = finish(world, store_transfer_discard(store));
        if (result < 0) {
            return result;
        }
    }
    result = store_place(store, size, fixed, NULL, &place, NULL);
    if (result == 0) {
        result = finish(
            world, store_transfer_begin(store, &place, size, digest != NULL ? size : 0, digest));
    }
    return result < 0 ? result : store_transfer_find(store, transfer);
}

/* Sends the object's bytes from where the transfer stands up to `end`. */
static int send(struct world *world, const struct store_transfer *transfer, uint32_t end)
{
    uint8_t block[BLOCK];
    uint32_t position = transfer->position;

    while (position < end) {
        uint32_t length = ck_min(BLOCK, transfer->size - position);
        int result;

        for (uint32_t i = 0; i < length; i++) {
            block[i] = world->object[(position + i + transfer->rotate) % transfer->size];
        }
        result = finish(
            world, store_transfer_write(&world->store, position, block, length, position + length));
        if (result < 0) {
            return result;
        }
        position += length;
    }
    return 0;
}

/* Sends an unannounced object: every block in its place, the one with the header last. */
static int upload(struct world *world, const struct store_transfer *transfer, uint32_t end)
{
    uint32_t first = ck_min(BLOCK, end);
    int result = 0;

    for (uint32_t at = first; at < end && result == 0; at += BLOCK) {
        uint32_t length = ck_min(BLOCK, end - at);

        result =
            finish(world, store_transfer_write(&world->store, at, world->object + at, length, 0));
    }
    if (result < 0 || end < transfer->size) {
        return result;
    }
    return finish(world, store_transfer_write(&world->store, 0, world->object, first, end));
}

static int take_install(struct world *world, const struct step *step, uint32_t to)
{
    struct store *store = &world->store;
    struct store_identity identity = {step->id, OWNER, step->version, {0}};
    struct store_app_record record = {.short_id = step->id,
                                      .owner = OWNER,
                                      .version = step->version,
                                      .status = STORE_ACCEPTED,
                                      .flags = STORE_FLAG_ENABLED};
    struct store_transfer transfer;
    int result;

    world_object(world->object, step->id, step->version, step->size, step->value);
    world_digest(world->object, step->size, identity.digest);
    result = store_decide(store, &identity, &record.replaces, NULL);
    if (result < 0 || (result == STORE_SAME) != (step->kind == STEP_MOVE)) {
        return result < 0 ? result : 0;
    }
    if (step->kind == STEP_UPLOAD) {
        result = start_transfer(world, step->size, NULL, to, &transfer);
        result = result == 0 ? upload(world, &transfer, transfer.size) : result;
    } else {
        result = start_transfer(world, step->size, identity.digest, to, &transfer);
        result = result == 0 ? send(world, &transfer, transfer.size) : result;
    }
    if (result < 0) {
        return result;
    }
    record.address = transfer.address;
    record.size = transfer.size;
    record.space = transfer.space;
    record.hashed = step->size;
    record.header_flags = TBF_FLAG_ENABLED;
    record.header_checksum = bytes_get_u32(world->object + 12);
    memcpy(record.digest, identity.digest, STORE_DIGEST_SIZE);
    return finish(world, store_commit_begin(store, &record));
}

static int take_discard(struct world *world, const struct step *step)
{
    struct store_transfer transfer;
    uint8_t digest[STORE_DIGEST_SIZE];
    int result;

    world_object(world->object, step->id, step->version, step->size, step->value);
    world_digest(world->object, step->size, digest);
    result = start_transfer(world, step->size, digest, STORE_NONE, &transfer);
    if (result == 0) {
        result = send(world, &transfer, step->version != 0 ? transfer.size : transfer.size / 2);
    }
    return result < 0 ? result : finish(world, store_transfer_discard(&world->store));
}

static int take_give_up(struct world *world, const struct step *step)
{
    struct store_transfer transfer;
    int result;

    world_object(world->object, step->id, step->version, step->size, step->value);
    result = start_transfer(world, step->size, NULL, STORE_NONE, &transfer);
    if (result == 0) {
        result = upload(world, &transfer,
                        step->version != 0 ? transfer.size : transfer.size / 2 / BLOCK * BLOCK);
    }
    return result < 0 ? result : finish(world, store_transfer_discard(&world->store));
}

int world_move(struct world *world, const struct step *step, uint32_t to)
{
    return take_install(world, step, to);
}

int world_take(struct world *world, const struct step *step)
{
    struct store_app app;
    uint8_t value[4];

    switch (step->kind) {
    case STEP_INSTALL:
    case STEP_UPLOAD:
    case STEP_MOVE:
        return take_install(world, step, STORE_NONE);
    case STEP_REMOVE:
        return !find(&world->store, step->id, &app)
                   ? 0
                   : finish(world, store_remove_begin(&world->store, app.record.address));
    case STEP_FLAGS:
        return !find(&world->store, step->id, &app)
                   ? STORE_E_NOT_FOUND
                   : finish(world,
                            store_flags_begin(&world->store, app.record.address, step->value));
    case STEP_DISCARD:
        return take_discard(world, step);
    case STEP_GIVE_UP:
        return take_give_up(world, step);
    default:
        bytes_put_u32(value, step->value);
        return finish(world, store_put_begin(&world->store, STORE_RECORD_ATTRIBUTE, KEY, value,
                                             sizeof value));
    }
}

void truth_take(struct truth *truth, const struct step *step)
{
    struct truth_app *app = &truth->apps[step->id];

    switch (step->kind) {
    case STEP_INSTALL:
    case STEP_UPLOAD:
        if (!app->installed) {
            app->flags = STORE_FLAG_ENABLED;
        }
        app->installed = true;
        app->known = true;
        app->version = step->version;
        app->floor = ck_max(app->floor, step->version);
        app->size = step->size;
        app->seed = step->value;
        break;
    case STEP_REMOVE:
        app->installed = false;
        break;
    case STEP_FLAGS:
        app->flags = step->value;
        break;
    case STEP_DISCARD:
    case STEP_GIVE_UP:
    case STEP_MOVE:
        break;
    default:
        truth->attribute = step->value;
        break;
    }
}

/* One app is where the list says, whole and with the right fields. */
static const char *check_app(const struct world *world, uint32_t id, const struct truth_app *truth)
{
    static uint8_t expected[WORLD_OBJECT_MAX];
    struct store_app app;
    uint32_t owner;
    uint32_t floor;

    if (truth->known &&
        (store_identity_find(&world->store, id, &owner, &floor) != 0 || owner != OWNER)) {
        return "an identity was forgotten";
    }
    if (truth->known && floor != truth->floor) {
        return "a version floor is wrong";
    }
    if (!find(&world->store, id, &app)) {
        return truth->installed ? "an app is missing" : NULL;
    }
    if (!truth->installed) {
        return "an app is there that should not be";
    }
    if (app.state != STORE_WHOLE && app.state != STORE_UNCHECKED) {
        return "an app is not accepted";
    }
    if (app.record.version != truth->version || app.record.size != truth->size ||
        app.record.flags != truth->flags) {
        return "an app's record is wrong";
    }
    world_object(expected, id, truth->version, truth->size, truth->seed);
    if (memcmp(nor_at(&world->nor, app.record.address), expected, truth->size) != 0) {
        return "an app's bytes are wrong";
    }
    return NULL;
}

/* Walks the app region as Tock does: every recorded app is met, and nothing else but padding. */
static const char *check_walk(const struct world *world)
{
    const struct store_extent *region = &world->config.apps;
    struct store_transfer transfer = {.address = STORE_NONE};
    struct tbf_object object;
    struct store_app app;
    uint32_t met = 0;

    (void)store_transfer_find(&world->store, &transfer);
    for (uint32_t at = 0;
         tbf_walk(nor_at(&world->nor, region->address), region->size, at, &object) == 0;
         at = object.offset + object.header.total_size) {
        uint32_t address = region->address + object.offset;

        if (object.error == 0 && object.header.padding) {
            continue;
        }
        if (address == transfer.address) {
            continue; /* finished, not committed */
        }
        if (store_app_find(&world->store, address, &app) != 0 || !app.recorded) {
            return "the walk meets what is not in the list";
        }
        met++;
    }
    return met == store_app_count(&world->store) ? NULL : "the walk misses an app";
}

const char *world_check(const struct world *world, const struct truth *truth)
{
    struct store_frame frame;
    struct store_transfer transfer;
    const char *wrong;
    uint32_t attribute = 0;

    if (store_is_damaged(&world->store)) {
        return "the journal is damaged";
    }
    for (uint32_t id = 1; id < WORLD_IDS; id++) {
        wrong = check_app(world, id, &truth->apps[id]);
        if (wrong != NULL) {
            return wrong;
        }
    }
    if (store_find(&world->store, STORE_RECORD_ATTRIBUTE, KEY, &frame) == 0) {
        attribute = bytes_get_u32(frame.body);
    }
    if (attribute != truth->attribute) {
        return "an attribute is wrong";
    }
    /* While a transfer is under way its gap is nobody's list. */
    return store_transfer_find(&world->store, &transfer) == 0 ? NULL : check_walk(world);
}
