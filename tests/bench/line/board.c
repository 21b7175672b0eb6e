// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <string.h>

#include <base/bytes.h>
#include <link/device.h>
#include <link/rate.h>
#include <trust/sha256.h>

#include "wire.h"

/* A board of the size of the emulated one. */
enum {
    FLASH = 0x21100000,
    FLASH_SIZE = 0x100000,
    RAM_SIZE = 0x40000,
    SLOTS = 16,
    ROTATE = 4096,
    OBJECT_MAX = 0x10000,
    TICK_US = 100
};

static struct {
    struct board_plan plan;
    struct board_account account;
    struct wire down;
    struct wire up;
    struct link_device device;
    struct link_rate line;
    uint32_t host_rate;
    bool was_cut;
    uint8_t replay[64];
    uint64_t due;    /* the job is done then; 0: none */
    uint64_t job_us; /* that it takes */
    bool committing;
    uint64_t first_data; /* when the first block began; 0: not yet */
    bool is_complete;    /* all blocks have arrived */
    bool is_open;        /* the transfer, on the device */
    bool is_known;       /* ... and its host has heard of it */
    struct link_begin begin;
    uint8_t object[OBJECT_MAX];
} b;

static bool is_unlucky(void)
{
    b.plan.seed = b.plan.seed * 1664525u + 1013904223u;
    return (b.plan.seed >> 8) % 100 < b.plan.loss_percent;
}

static size_t device_read(void *context, uint8_t *data, size_t capacity)
{
    (void)context;
    return wire_take(&b.down, b.account.now_us, b.account.rate, data, capacity);
}

static size_t device_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    wire_put(&b.up, b.account.now_us, data, length, is_unlucky());
    return length;
}

static uint32_t device_ms(void *context)
{
    (void)context;
    return board_ms();
}

static void set_name(struct link_name *name, const char *text)
{
    link_name_set(name, text, strlen(text));
}

static size_t put_info(struct link_reply *reply)
{
    struct link_info m = {.flash_start = FLASH,
                          .flash_size = FLASH_SIZE,
                          .flash_largest = FLASH_SIZE / 2,
                          .flash_free = FLASH_SIZE / 2,
                          .ram_size = RAM_SIZE,
                          .ram_largest = RAM_SIZE / 2,
                          .ram_free = RAM_SIZE / 2,
                          .app_count = (uint8_t)b.plan.count,
                          .process_slots = SLOTS,
                          .key_count = 1};

    set_name(&m.board, "mps2_an386");
    set_name(&m.architecture, "cortex-m4");
    return link_put_info(&m, reply->data, sizeof reply->data);
}

static size_t put_key(struct link_reply *reply)
{
    struct link_key m = {.flags = 1};

    set_name(&m.owner, "development");
    memcpy(m.public_key, b.plan.public_key, sizeof m.public_key);
    return link_put_key(&m, reply->data, sizeof reply->data);
}

static struct link_app app_at(size_t index)
{
    struct link_app app = {FLASH, 0x1234};

    for (size_t i = 0; i < index; i++) {
        app.address += b.plan.size[i];
    }
    return app;
}

static size_t put_entry(size_t index, struct link_reply *reply)
{
    struct link_entry m = {.app = app_at(index),
                           .size = b.plan.size[index],
                           .extent = b.plan.size[index],
                           .short_id = 77 + (uint32_t)index,
                           .version = 1,
                           .flags = LINK_APP_ENABLED | LINK_APP_ACCEPTED | LINK_APP_RUNNING,
                           .min_ram = 4096,
                           .process = 1 + (uint32_t)index};

    set_name(&m.name, "neighbour");
    set_name(&m.owner, "development");
    return link_put_entry(&m, reply->data, sizeof reply->data);
}

static size_t put_process(size_t slot, struct link_reply *reply)
{
    struct link_process m = {.process = 1 + (uint32_t)slot, .app = app_at(slot).address};

    set_name(&m.name, "neighbour");
    return link_put_process(&m, reply->data, sizeof reply->data);
}

static size_t put_detail(size_t slot, struct link_reply *reply)
{
    const struct link_detail m = {.process = 1 + (uint32_t)slot, .fault_policy = 1};

    return link_put_detail(&m, reply->data, sizeof reply->data);
}

static uint8_t work(uint64_t us)
{
    b.job_us = us;
    b.due = b.account.now_us + us;
    return LINK_PENDING;
}

static void put_begun(struct link_reply *reply)
{
    bool moved = b.due != 0 && b.plan.begin == BOARD_BEGIN_BROKEN;
    const struct link_begun begun = {FLASH, 0, moved ? 2 * ROTATE : ROTATE};

    reply->length = link_put_begun(&begun, reply->data, sizeof reply->data);
}

static uint8_t take_begin(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    if (!link_get_begin(arguments, length, &b.begin) || b.begin.size > OBJECT_MAX ||
        b.begin.size <= ROTATE) {
        return LINK_MALFORMED;
    }
    b.committing = false;
    link_device_transfer_close(&b.device);
    if (b.plan.begin != BOARD_BEGIN_SILENT) {
        put_begun(reply);
    }
    return work(b.plan.verify_us != 0 ? b.plan.verify_us : (uint64_t)BOARD_VERIFY_US);
}

static uint8_t take_commit(void)
{
    if (!link_device_transfer_complete(&b.device)) {
        return LINK_INCOMPLETE;
    }
    if (b.due == 0) {
        b.committing = true;
        return work(BOARD_HASH_US);
    }
    return LINK_PENDING;
}

static uint8_t device_request(void *context, uint8_t command, const uint8_t *arguments,
                              size_t length, struct link_reply *reply)
{
    size_t index = length > 0 ? arguments[0] : 0;
    bool there = index < b.plan.count;

    (void)context;
    switch (command) {
    case LINK_INFO:
        reply->length = put_info(reply);
        return LINK_OK;
    case LINK_KEY:
        reply->length = index == 0 ? put_key(reply) : 0;
        return index == 0 ? LINK_OK : LINK_NOT_FOUND;
    case LINK_LIST:
        reply->length = there ? put_entry(index, reply) : 0;
        return there ? LINK_OK : LINK_NOT_FOUND;
    case LINK_PROCESS:
        reply->length = there ? put_process(index, reply) : 0;
        return index < SLOTS ? LINK_OK : LINK_NOT_FOUND;
    case LINK_DETAIL:
        reply->length = there ? put_detail(index, reply) : 0;
        return index < SLOTS ? LINK_OK : LINK_NOT_FOUND;
    case LINK_BEGIN:
        return take_begin(arguments, length, reply);
    case LINK_RATE:
        return link_rate_ask(&b.line, arguments, length);
    case LINK_COMMIT:
        return take_commit();
    default:
        return LINK_UNSUPPORTED;
    }
}

static uint8_t device_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                           uint32_t complete)
{
    (void)context;
    (void)complete;
    for (size_t i = 0; i < length; i++) {
        b.object[(offset + i + ROTATE) % b.begin.size] = data[i];
    }
    return LINK_OK;
}

static const struct link_device_config device_config = {
    .read = device_read,
    .write = device_write,
    .now_ms = device_ms,
    .request = device_request,
    .data = device_data,
    .replay = b.replay,
    .replay_size = sizeof b.replay,
    .mode = LINK_MODE_KERNEL,
    .window = 4,
};

/* As after a reset. */
static void start_device(void)
{
    b.due = 0;
    b.up.rate = b.plan.rate;
    b.account.rate = b.plan.rate;
    b.line = (struct link_rate){.usual = b.plan.rate, .most = b.plan.rate_max};
    link_device_init(&b.device, &device_config);
}

void board_start(const struct board_plan *plan)
{
    memset(&b, 0, sizeof b);
    b.plan = *plan;
    b.plan.seed = plan->seed * 2654435761u + 1;
    b.down.rate = plan->rate;
    b.host_rate = plan->rate;
    b.down.most = plan->cable_max;
    b.up.most = plan->cable_max;
    b.up.delay = plan->turnaround_us;
    start_device();
}

static void settle(void)
{
    uint32_t next = link_rate_poll(&b.line, &b.device, wire_is_idle(&b.up, b.account.now_us));

    if (next == 0 || b.plan.how == BOARD_RATE_STAYS) {
        return;
    }
    b.account.rate = next != b.plan.rate && b.plan.how == BOARD_RATE_OTHER ? next / 2 : next;
    b.up.rate = b.account.rate;
    b.account.highest = next > b.account.highest ? next : b.account.highest;
}

/* The end of a job. */
static void finish(void)
{
    struct link_reply reply = {.length = 0};
    uint8_t digest[TRUST_DIGEST_SIZE];
    uint8_t status = LINK_OK;

    b.account.work_us += b.job_us;
    if (!b.committing && b.plan.begin == BOARD_BEGIN_REFUSED) {
        status = LINK_SIGNATURE;
    } else if (!b.committing) {
        link_device_transfer(&b.device, b.begin.size, 0);
        b.is_open = true;
        put_begun(&reply);
    } else {
        trust_sha256(b.object, b.begin.binary_end, digest);
        status = memcmp(digest, b.begin.digest, sizeof digest) == 0 ? LINK_OK : LINK_DIGEST;
        b.account.installed += status == LINK_OK;
        link_device_transfer_close(&b.device);
    }
    b.due = 0;
    link_device_complete(&b.device, status, &reply);
}

/* While blocks are under way. */
static void note_idleness(void)
{
    bool idle = wire_is_idle(&b.down, b.account.now_us);

    if (b.first_data == 0 || b.is_complete) {
        return;
    }
    b.is_complete = link_device_transfer_complete(&b.device);
    if (b.is_known || !idle) {
        b.account.data_us += TICK_US;
        b.account.idle_us += idle && !b.is_complete ? TICK_US : 0;
    }
}

/* One step of virtual time. */
static void tick(void)
{
    b.account.now_us += TICK_US;
    if (b.due != 0 && !b.committing && b.plan.begin == BOARD_BEGIN_GONE) {
        return;
    }
    if (b.due != 0 && b.account.now_us >= b.due) {
        finish();
    }
    while (link_device_poll(&b.device)) {
    }
    settle();
    if (b.plan.cut_after != 0 && b.down.bytes >= b.plan.cut_after && !b.was_cut) {
        b.was_cut = true;
        start_device();
    }
    note_idleness();
}

void board_send(const uint8_t *data, size_t length)
{
    if (b.first_data == 0 && length > LINK_REQUEST_MAX) {
        b.first_data = b.account.now_us;
    }
    wire_put(&b.down, b.account.now_us, data, length, is_unlucky());
}

size_t board_receive(uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    uint64_t end = b.account.now_us + (uint64_t)timeout_ms * 1000;
    size_t count = wire_take(&b.up, b.account.now_us, b.host_rate, data, capacity);

    while (count == 0 && b.account.now_us < end) {
        tick();
        count = wire_take(&b.up, b.account.now_us, b.host_rate, data, capacity);
    }
    b.is_known = b.is_open && (b.is_known || count > 0);
    return count;
}

void board_sleep(uint32_t ms)
{
    uint64_t end = b.account.now_us + (uint64_t)ms * 1000;

    while (b.account.now_us < end) {
        tick();
    }
}

void board_host_rate(uint32_t rate)
{
    b.host_rate = rate;
    b.down.rate = rate;
}

uint32_t board_ms(void)
{
    return (uint32_t)(b.account.now_us / 1000);
}

void board_account(struct board_account *account)
{
    *account = b.account;
    account->to_device = b.down.bytes;
    account->to_host = b.up.bytes;
}
