// SPDX-License-Identifier: Apache-2.0
#include "apps.h"

#include <string.h>

#include <base/bytes.h>
#include <trust/sha256.h>

enum {
    FLASH = 0x21100000,
    SPACE = 0x10000, /* between apps */
    OBJECT_MAX = 0x10000,
    ROTATE = 512
};

/* Every kind of text that must not reach a terminal, in the 32 bytes of a name. */
#define EVIL "\033[31m\007\302\2332J\340\200\233\342\200\256\r\n\177x"

struct installed {
    struct link_entry entry;
    uint8_t digest[TRUST_DIGEST_SIZE];
};

static struct {
    const struct model_plan *plan;
    struct installed app[MODEL_APPS_MAX];
    size_t count;
    struct link_begin begin; /* of the transfer; size 0: none */
    uint32_t complete;
    uint8_t object[OBJECT_MAX];
} a;

static void set_name(struct link_name *name, const char *text)
{
    const char *shown = a.plan->evil ? EVIL : text;

    link_name_set(name, shown, strlen(shown));
}

static void add(const char *text)
{
    struct installed *app = &a.app[a.count];

    *app = (struct installed){.entry = {.app = {FLASH + (uint32_t)a.count * SPACE, 0x1234},
                                        .size = 2000,
                                        .extent = 4096,
                                        .short_id = 77 + (uint32_t)a.count,
                                        .version = 1,
                                        .flags = LINK_APP_ENABLED | LINK_APP_RUNNING,
                                        .min_ram = 4096,
                                        .process = 1 + (uint32_t)a.count}};
    link_name_set(&app->entry.name, text, strlen(text));
    a.count++;
}

void apps_init(const struct model_plan *plan)
{
    a.plan = plan;
    a.count = 0;
    add("alpha");
    add("beta");
}

static uint8_t info(struct link_reply *reply)
{
    struct link_info message = {.flash_start = FLASH,
                                .flash_size = 0x100000,
                                .flash_largest = 0x80000,
                                .flash_free = 0x80000,
                                .ram_size = 0x40000,
                                .ram_largest = 0x20000,
                                .ram_free = 0x20000,
                                .app_count = (uint8_t)a.count,
                                .process_slots = MODEL_APPS_MAX,
                                .key_count = 1};

    set_name(&message.board, "model");
    set_name(&message.architecture, "cortex-m3");
    reply->length = link_put_info(&message, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t key(uint8_t index, struct link_reply *reply)
{
    struct link_key message = {.flags = 0};

    if (index > 0) {
        return LINK_NOT_FOUND;
    }
    set_name(&message.owner, "maker");
    memcpy(message.public_key, a.plan->public_key, sizeof message.public_key);
    reply->length = link_put_key(&message, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t list(uint8_t index, struct link_reply *reply)
{
    struct link_entry entry;

    if (index >= a.count) {
        return LINK_NOT_FOUND;
    }
    entry = a.app[index].entry;
    if (a.plan->evil) {
        set_name(&entry.name, EVIL);
    }
    set_name(&entry.owner, "maker");
    reply->length = link_put_entry(&entry, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t process(uint8_t slot, struct link_reply *reply)
{
    struct link_process message = {.process = 1u + slot};

    if (slot < a.count) {
        message.app = a.app[slot].entry.app.address;
        message.name = a.app[slot].entry.name;
        if (a.plan->evil) {
            set_name(&message.name, EVIL);
        }
        reply->length = link_put_process(&message, reply->data, sizeof reply->data);
    }
    return LINK_OK;
}

static uint8_t detail(uint8_t slot, struct link_reply *reply)
{
    const struct link_detail message = {
        .process = 1u + slot, .fault_policy = 1, .grants = 2, .drivers = 7};

    if (slot < a.count) {
        reply->length = link_put_detail(&message, reply->data, sizeof reply->data);
    }
    return LINK_OK;
}

static uint8_t system_state(struct link_reply *reply)
{
    const struct link_system message = {.uptime = 5000, .instances = 2, .verified = 3};

    reply->length = link_put_system(&message, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t begin(struct link_device *device, const uint8_t *arguments, size_t length,
                     struct link_reply *reply)
{
    struct link_begin wanted;
    struct link_begun begun = {.address = FLASH + (uint32_t)a.count * SPACE, .rotate = ROTATE};

    if (!link_get_begin(arguments, length, &wanted) || wanted.size > OBJECT_MAX ||
        wanted.size <= ROTATE || a.count == MODEL_APPS_MAX) {
        return LINK_MALFORMED;
    }
    for (size_t i = 0; i < a.count; i++) {
        if (memcmp(a.app[i].digest, wanted.digest, sizeof wanted.digest) == 0) {
            return LINK_NOTHING;
        }
    }
    if (a.begin.size == wanted.size && memcmp(a.begin.digest, wanted.digest, 32) == 0) {
        begun.offset = a.complete;
    }
    a.begin = wanted;
    a.complete = begun.offset;
    link_device_transfer(device, wanted.size, begun.offset);
    reply->length = link_put_begun(&begun, reply->data, sizeof reply->data);
    return LINK_OK;
}

uint8_t apps_data(uint32_t offset, const uint8_t *data, size_t length, uint32_t complete)
{
    for (size_t i = 0; i < length; i++) {
        a.object[(offset + i + ROTATE) % a.begin.size] = data[i];
    }
    a.complete = complete;
    return LINK_OK;
}

static uint8_t commit(struct link_device *device, bool pretend)
{
    uint8_t digest[TRUST_DIGEST_SIZE];
    struct installed *app = a.app;

    if (a.begin.size == 0) {
        return LINK_STATE;
    }
    if (!link_device_transfer_complete(device)) {
        return LINK_INCOMPLETE;
    }
    trust_sha256(a.object, a.begin.binary_end, digest);
    if (memcmp(digest, a.begin.digest, sizeof digest) != 0) {
        return LINK_DIGEST;
    }
    if (!pretend) {
        while (app != &a.app[a.count] && app->entry.short_id != a.begin.short_id) {
            app++;
        }
        if (app == &a.app[a.count]) {
            add("");
        }
        app->entry.short_id = a.begin.short_id;
        app->entry.version = a.begin.version;
        app->entry.name = a.begin.name;
        app->entry.size = a.begin.size;
        app->entry.extent = a.begin.size;
        memcpy(app->digest, digest, sizeof digest);
        a.begin.size = 0;
        link_device_transfer_close(device);
    }
    return LINK_OK;
}

static uint8_t change(uint8_t command, const uint8_t *arguments, size_t length, bool pretend)
{
    struct link_app wanted;
    size_t i = 0;

    if (!link_get_app(arguments, length, &wanted)) {
        return LINK_MALFORMED;
    }
    while (i < a.count &&
           (a.app[i].entry.app.address != wanted.address || a.app[i].entry.app.tag != wanted.tag)) {
        i++;
    }
    if (i == a.count) {
        return LINK_NOT_FOUND;
    }
    if (!pretend && command == LINK_REMOVE) {
        memmove(&a.app[i], &a.app[i + 1], (a.count - i - 1) * sizeof a.app[0]);
        a.count--;
    } else if (!pretend && command == LINK_STOP) {
        a.app[i].entry.flags &= ~LINK_APP_RUNNING;
    } else if (!pretend && command == LINK_START) {
        a.app[i].entry.flags |= LINK_APP_RUNNING;
    }
    return LINK_OK;
}

uint8_t apps_request(struct link_device *device, uint8_t command, const uint8_t *arguments,
                     size_t length, bool pretend, struct link_reply *reply)
{
    uint8_t index = length > 0 ? arguments[0] : 0;

    switch (command) {
    case LINK_INFO:
        return info(reply);
    case LINK_KEY:
        return key(index, reply);
    case LINK_LIST:
        return list(index, reply);
    case LINK_PROCESS:
        return process(index, reply);
    case LINK_DETAIL:
        return detail(index, reply);
    case LINK_SYSTEM:
        return system_state(reply);
    case LINK_CONTROL:
        return length == 0 ? (uint8_t)LINK_MALFORMED
                           : change(command, arguments, length - 1, pretend);
    case LINK_BEGIN:
        return begin(device, arguments, length, reply);
    case LINK_COMMIT:
        return commit(device, pretend);
    case LINK_REMOVE:
    case LINK_ENABLE:
    case LINK_DISABLE:
    case LINK_START:
    case LINK_STOP:
    case LINK_RESTART:
        return change(command, arguments, length, pretend);
    case LINK_REBOOT:
        return LINK_OK;
    default:
        return LINK_UNSUPPORTED;
    }
}

uint32_t apps_state(void)
{
    uint32_t state = (uint32_t)a.count;

    for (size_t i = 0; i < a.count; i++) {
        const struct link_entry *e = &a.app[i].entry;
        const uint32_t part[] = {e->app.address, e->short_id, e->version,
                                 e->size,        e->flags,    bytes_get_u32(a.app[i].digest)};

        for (size_t p = 0; p < sizeof part / sizeof part[0]; p++) {
            state = (state ^ part[p]) * 16777619u;
        }
    }
    return state;
}

size_t apps_fault(uint8_t *fields, size_t room)
{
    struct link_fault fault = {.process = 1, .app = FLASH, .cause = 1};

    set_name(&fault.name, "alpha");
    return link_put_fault(&fault, fields, room);
}
