// SPDX-License-Identifier: Apache-2.0
#include "outlook.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <store/app.h>
#include <trust/sha256.h>

#include "room.h"

/* The device as it would be by now. */
static struct {
    struct device_map map;
    struct link_entry app[DEVICE_APPS_MAX];
    size_t count;
    uint32_t ram_free;
    uint32_t processes;
} now;

/* What becomes of one package. */
struct verdict {
    const struct link_entry *old; /* the app that it updates, or is; NULL: it is new */
    bool in_place;                /* the old one has to go first */
    struct store_place place;
    char name[160];
    json_t *json; /* borrowed */
};

int outlook_begin(struct device *device)
{
    int code = device_list(device);

    code = code != EXIT_DONE ? code : device_map(device, false, &now.map);
    if (code == EXIT_DONE && device->line.offline == NULL) {
        code = device_processes(device, false);
    }
    memcpy(now.app, device->app, sizeof now.app);
    now.count = device->app_count;
    now.ram_free = device->info.ram_free;
    now.processes = (uint32_t)device->process_count;
    json_object_set_new(device->cli->result, "plans", json_array());
    return code;
}

/* The app that has this digest, else this ShortID; as the store looks for it. */
static const struct link_entry *find_old(const struct link_begin *begin, bool *same)
{
    const struct link_entry *found = NULL;

    *same = false;
    for (size_t i = 0; i < now.count; i++) {
        const struct link_entry *e = &now.app[i];

        if (e->app.tag == bytes_get_u32(begin->digest) && e->size == begin->size &&
            e->version == begin->version && e->short_id == begin->short_id) {
            *same = (e->flags & LINK_APP_DAMAGED) == 0;
            return e;
        }
        if (found == NULL && e->short_id != 0 && e->short_id == begin->short_id) {
            found = e;
        }
    }
    return found;
}

static void set(const struct verdict *v, const char *key, uint32_t value)
{
    json_object_set_new(v->json, key, json_integer((json_int_t)value));
}

static void set_action(const struct verdict *v, const char *action)
{
    json_object_set_new(v->json, "action", json_string(action));
}

/* Whether another owner's app has the name; a device that does not run does not tell owners. */
static int check_owner(struct device *device, const struct outlook_wanted *w,
                       const struct verdict *v)
{
    for (uint8_t i = 0; v->old != NULL && v->old->owner.length != 0 && i < device->info.key_count;
         i++) {
        const uint8_t *result;
        struct link_key key;
        size_t length;
        uint8_t fingerprint[TRUST_DIGEST_SIZE];
        int code = device_request(device, LINK_KEY, &i, 1, &result, &length, w->path);

        if (code != EXIT_DONE) {
            return code;
        }
        if (!link_get_key(result, length, &key)) {
            return device_fail(device, LINK_E_PROTOCOL, w->path);
        }
        trust_sha256(key.public_key, sizeof key.public_key, fingerprint);
        if (bytes_equal(fingerprint, w->begin->fingerprint, sizeof fingerprint) &&
            (key.owner.length != v->old->owner.length ||
             memcmp(key.owner.text, v->old->owner.text, key.owner.length) != 0)) {
            return device_fail(device, LINK_OWNER, w->path);
        }
    }
    return EXIT_DONE;
}

/* Whether the version of what is replaced counts in flash alone: that of an app which waits for a
 * kernel, or is planned; not that of another tool's object, nor of what is damaged. */
static bool waits(const struct store *store, const struct link_entry *old)
{
    struct store_app app;

    return old != NULL && (old->flags & LINK_APP_DAMAGED) == 0 &&
           (store_app_find(store, old->app.address, &app) != 0 || app.recorded);
}

/* The lowest version that will be accepted, as far as it is known: of apps that are installed, and
 * of all others where the journal can be read. */
static uint32_t floor_of(const struct device *device, const struct outlook_wanted *w,
                         const struct verdict *v)
{
    const struct store *store =
        device->line.offline != NULL ? offline_store(device->line.offline, false, NULL) : NULL;
    uint32_t known =
        v->old != NULL && (v->old->flags & LINK_APP_ACCEPTED) != 0 ? v->old->version : 0;
    uint32_t owner;
    uint32_t floor = 0;

    if (store != NULL) {
        (void)store_identity_find(store, w->begin->short_id, &owner, &floor);
        known = waits(store, v->old) ? v->old->version : 0; /* the journal says it exactly */
    }
    return ck_max(known, floor);
}

static int check_version(struct device *device, const struct outlook_wanted *w,
                         const struct verdict *v)
{
    uint32_t floor = floor_of(device, w, v);

    if (w->begin->version >= floor) {
        return EXIT_DONE;
    }
    set(v, "needed", floor);
    set(v, "available", w->begin->version);
    device->host.numbers[0] = floor;
    device->host.numbers[1] = w->begin->version;
    return device_fail(device, LINK_OLDER, w->path);
}

/* RAM, and a place in the table of processes; what the old version holds counts as free. */
static int check_process(struct device *device, const struct outlook_wanted *w,
                         const struct verdict *v)
{
    const struct link_info *info = &device->info;
    const struct device_process *old =
        v->old != NULL ? device_process_of(device, v->old->app.address) : NULL;
    uint32_t total = now.ram_free + (old != NULL ? old->process.ram_size : 0);
    uint32_t largest = old != NULL ? total : ck_min(info->ram_largest, now.ram_free);

    if (w->begin->min_ram > largest) {
        set(v, "needed", w->begin->min_ram);
        set(v, "available", largest);
        device->host.numbers[0] = w->begin->min_ram;
        device->host.numbers[1] = largest;
        return device_fail(device, LINK_NO_RAM, w->path);
    }
    if (device->line.offline == NULL && old == NULL && now.processes >= info->process_slots) {
        set(v, "needed", now.processes + 1);
        set(v, "available", info->process_slots);
        return device_fail(device, LINK_NO_SLOT, w->path);
    }
    now.ram_free = total - w->begin->min_ram;
    now.processes += old == NULL ? 1 : 0;
    return EXIT_DONE;
}

static uint32_t fixed_of(const struct link_begin *begin)
{
    return (begin->flags & LINK_BEGIN_FIXED) != 0 ? begin->address : STORE_NONE;
}

/* Where it goes: beside everything, or, when that was asked for, into the old one's place. */
static int find_place(struct device *device, const struct outlook_wanted *w, struct verdict *v)
{
    struct plan_map without = now.map.map;
    struct store_space space = {.largest = 0};
    uint32_t fixed = fixed_of(w->begin);
    uint32_t replaces = v->old != NULL ? v->old->app.address : STORE_NONE;
    int error = plan_place(&now.map.map, w->begin->size, fixed, &v->place, &space);

    if (error == STORE_E_SPACE || error == STORE_E_REGION) {
        v->in_place = (w->begin->flags & LINK_BEGIN_IN_PLACE) != 0 &&
                      plan_remove(&without, replaces) &&
                      plan_place(&without, w->begin->size, fixed, &v->place, NULL) == 0;
        if (!v->in_place) {
            set(v, "needed", space.needed);
            set(v, "available", fixed == STORE_NONE ? space.largest : 0);
            return room_fail(device, &now.map, w->path, w->begin->size, fixed, replaces);
        }
    }
    return error == 0 || v->in_place ? EXIT_DONE : device_fail(device, LINK_NO_SLOT, w->path);
}

/* Takes the package as installed. */
static void carry_out(const struct outlook_wanted *w, const struct verdict *v)
{
    const struct link_begin *b = w->begin;
    struct link_entry *to = v->old != NULL ? &now.app[v->old - now.app] : &now.app[now.count];
    const struct plan_app app = {
        .address = v->place.address,
        .space = v->place.space,
        .size = b->size,
        .hold = fixed_of(b) != STORE_NONE ? PLAN_FIXED : PLAN_MOVABLE,
    };

    if (v->old != NULL) {
        (void)plan_remove(&now.map.map, v->old->app.address);
    } else if (now.count == DEVICE_APPS_MAX) {
        return; /* as a device does that has as many: nothing is remembered of it */
    } else {
        now.count++;
    }
    to->app.address = v->place.address;
    to->app.tag = bytes_get_u32(b->digest);
    to->size = b->size;
    to->extent = v->place.space;
    to->short_id = b->short_id;
    to->version = b->version;
    to->flags = LINK_APP_ACCEPTED | LINK_APP_ENABLED;
    now.map.known = now.map.known && plan_add(&now.map.map, &app);
}

static void say_flash(struct device *device, const struct outlook_wanted *w,
                      const struct verdict *v)
{
    struct plan_room room;

    if (!now.map.known) {
        cli_say(device->cli, "  flash    where it goes is the device's choice: its pages are not "
                             "known here (--board FILE.json)");
        return;
    }
    plan_measure(&now.map.map, &room);
    cli_say(device->cli,
            "  flash    0x%08x, %u bytes, %u of them padding; then %u bytes are free, the largest "
            "gap has %u",
            v->place.address, v->place.space, v->place.space - w->begin->size, room.free,
            room.largest);
    set(v, "address", v->place.address);
    set(v, "space", v->place.space);
    set(v, "flash_free", room.free);
    set(v, "flash_largest", room.largest);
}

static void say(struct device *device, const struct outlook_wanted *w, const struct verdict *v)
{
    struct cli *cli = device->cli;
    const struct link_begin *b = w->begin;

    if (v->old != NULL) {
        cli_say(cli, "%s: would update %s from version %u to %u%s", w->path, v->name,
                v->old->version, b->version,
                v->in_place ? "; the old one is removed first: not safe against power cuts" : "");
        set(v, "replaces", v->old->app.address);
        set(v, "replaces_version", v->old->version);
        json_object_set_new(v->json, "in_place", json_boolean(v->in_place));
    } else {
        cli_say(cli, "%s: would install %s, version %u", w->path, v->name, b->version);
    }
    set_action(v, v->old != NULL ? "update" : "install");
    cli_say(cli, "  sent     %u bytes; no other app is moved", b->size);
    set(v, "bytes", b->size);
}

static int check(struct device *device, const struct outlook_wanted *w, struct verdict *v)
{
    bool same;
    int code;

    v->old = find_old(w->begin, &same);
    if (w->update_only && v->old == NULL) {
        set_action(v, "nothing");
        return cli_fail(device->cli, EXIT_NOTHING, "loader-cli install installs it",
                        "%s is not installed: nothing to update", w->path);
    }
    code = check_owner(device, w, v);
    code = code != EXIT_DONE ? code : check_version(device, w, v);
    if (code == EXIT_DONE && same) {
        set_action(v, "nothing");
        return cli_fail(device->cli, EXIT_NOTHING, "loader-cli list shows what is installed",
                        "%s: the same package is installed already", w->path);
    }
    if (code == EXIT_DONE && v->old == NULL && now.map.map.count == PLAN_APPS_MAX) {
        code = device_fail(device, LINK_NO_SLOT, w->path);
    }
    if (code == EXIT_DONE && now.map.known) {
        code = find_place(device, w, v);
    }
    return code != EXIT_DONE ? code : check_process(device, w, v);
}

int outlook_install(struct device *device, const struct outlook_wanted *wanted)
{
    const struct tbf_header *h = wanted->header;
    struct verdict v = {.json = json_object()};
    int code;

    cli_clean(h->name.data, h->name.length, v.name, sizeof v.name);
    json_object_set_new(v.json, "package", json_string(wanted->path));
    json_object_set_new(v.json, "name", json_string(v.name));
    set(&v, "version", wanted->begin->version);
    set_action(&v, "refused");
    json_array_append_new(json_object_get(device->cli->result, "plans"), v.json);
    code = check(device, wanted, &v);
    set(&v, "exit", (uint32_t)code);
    if (code != EXIT_DONE) {
        return code;
    }
    say(device, wanted, &v);
    carry_out(wanted, &v);
    say_flash(device, wanted, &v);
    cli_say(device->cli, "  RAM      asks for %u bytes; then at most %u are free",
            wanted->begin->min_ram, now.ram_free);
    set(&v, "ram", wanted->begin->min_ram);
    set(&v, "ram_free_at_most", now.ram_free);
    return code;
}
