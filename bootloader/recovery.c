// SPDX-License-Identifier: Apache-2.0
/*
 * Recovery: the flash protocol with the few commands that install a kernel. Nothing is sent
 * unasked.
 *
 * A new kernel never goes where the only good one is. Beside a good one it is started on trial;
 * alone it counts at once.
 */
#include "recovery.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>
#include <link/device.h>

#include "image.h"
#include "state.h"
#include "tool.h"
#include "transport.h"

enum { WINDOW = 2, REPLAY_SIZE = 16, RESET_AFTER_MS = 50, RECOVERY_PATIENCE_MS = 60000 };

struct recovery {
    const struct boot_config *config;
    struct link_device link;
    uint8_t replay[REPLAY_SIZE];
    struct link_begin begin; /* the kernel that is being received */
    bool receiving;
    struct store_kernel *state;
    bool beside_good;   /* the other slot holds a kernel that may run */
    bool recorded;      /* that what is in the slot must not be started */
    uint8_t index;      /* of the slot where it goes */
    uint32_t slot;      /* its address */
    uint32_t rotate;    /* size of the slot's first page: it is written last */
    uint32_t erased_to; /* stream offset up to which pages are erased */
    bool visited;       /* by a host that speaks DFU */
    uint32_t since_ms;  /* when recovery began */
    bool reset_due;
    bool reset_to_recovery;
    uint32_t reset_at;
};

static struct recovery r;

static struct image image; /* that was looked at last */

static bool may_run(uint8_t index)
{
    return image_verify(r.config, r.config->slot[index], &image) == IMAGE_GOOD &&
           image.header.kernel.version >= r.state->floor &&
           !(r.state->phase == STORE_KERNEL_REJECTED &&
             store_kernel_is_candidate(r.state, index, image.digest));
}

/* The slot that counts is kept if it is good, else the other one if that is. */
static void choose_slot(void)
{
    uint8_t keep = r.state->active < BOOT_SLOTS ? r.state->active : 0;

    r.beside_good = may_run(keep);
    if (!r.beside_good) {
        keep ^= 1u;
        r.beside_good = may_run(keep);
    }
    r.index = r.beside_good ? keep ^ 1u : 0;
    r.slot = r.config->slot[r.index];
}

static uint8_t info(struct link_reply *reply)
{
    struct link_info m = {.key_count = r.config->anchor->key_count, .kernel_slot = r.slot};

    link_name_set(&m.board, r.config->board, bytes_length(r.config->board));
    link_name_set(&m.architecture, r.config->architecture, bytes_length(r.config->architecture));
    m.flags = trust_is_development(r.config->anchor) ? LINK_INFO_DEVELOPMENT : 0;
    reply->length = link_put_info(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

static uint8_t key(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    const struct trust_anchor *anchor = r.config->anchor;
    const struct trust_owner *owner;
    struct link_key m;

    if (length != 1) {
        return LINK_MALFORMED;
    }
    if (arguments[0] >= anchor->key_count) {
        return LINK_NOT_FOUND;
    }
    owner = &anchor->owners[anchor->keys[arguments[0]].owner];
    m.flags = owner->development ? 1 : 0;
    link_name_set(&m.owner, owner->name, bytes_length(owner->name));
    memcpy(m.public_key, anchor->keys[arguments[0]].public_key, sizeof m.public_key);
    reply->length = link_put_key(&m, reply->data, sizeof reply->data);
    return LINK_OK;
}

/* Refuses an older kernel than has confirmed itself: the floor, and what was offered. */
static uint8_t check_version(uint32_t version, struct link_reply *reply)
{
    if (version >= r.state->floor) {
        return LINK_OK;
    }
    bytes_put_u32(reply->data, r.state->floor);
    bytes_put_u32(reply->data + 4, version);
    reply->length = 8;
    return LINK_OLDER;
}

/* Everything that can be said before anything is erased, the signature included. */
static uint8_t check_begin(const struct link_begin *m, struct link_reply *reply)
{
    const struct trust_key *k = trust_find_key(r.config->anchor, m->fingerprint);

    if (m->kind != LINK_KIND_KERNEL) {
        return LINK_WRONG_KIND;
    }
    if (m->size < TBF_BASE_SIZE || !ck_is_aligned(m->size, 4) || m->binary_end > m->size) {
        return LINK_MALFORMED;
    }
    if (m->short_id != r.slot) {
        return LINK_WRONG_BOARD;
    }
    if (m->size > r.config->slot_size) {
        return LINK_NO_FLASH;
    }
    if (k == NULL) {
        return LINK_KEY_UNKNOWN;
    }
    if (trust_verify(k->public_key, m->digest, m->signature) != TRUST_VERIFIED) {
        return LINK_SIGNATURE;
    }
    return check_version(m->version, reply);
}

static void give_up(void)
{
    r.receiving = false;
    link_device_transfer_close(&r.link);
}

/*
 * Records that what is in the slot must not be started: power may go in the middle, and a cell that
 * is half programmed can read right at one start and wrong at the next. Where nothing can be
 * recorded, the signature alone has to do.
 */
static void distrust(void)
{
    struct store_kernel next = {.active = r.beside_good ? r.index ^ 1u : STORE_SLOT_NONE,
                                .candidate = r.index,
                                .phase = STORE_KERNEL_REJECTED,
                                .floor = r.state->floor};

    r.recorded = state_save(&next);
    if (r.recorded) {
        *r.state = next;
    }
}

static uint8_t begin(const uint8_t *arguments, size_t length, struct link_reply *reply)
{
    struct link_begun begun = {.address = r.slot};
    uint32_t start;
    uint8_t status;

    give_up();
    if (!link_get_begin(arguments, length, &r.begin)) {
        return LINK_MALFORMED;
    }
    status = check_begin(&r.begin, reply);
    if (status != LINK_OK) {
        return status;
    }
    if (hil_flash_page(r.config->flash->geometry, r.slot, &start, &r.rotate) != 0) {
        return LINK_FLASH;
    }
    distrust();
    if (!r.recorded && boot_unchanged != NULL) {
        return LINK_FLASH; /* the slot may be one that will not be hashed again */
    }
    r.rotate = r.begin.size > r.rotate ? r.rotate : 0;
    r.erased_to = 0;
    r.receiving = true;
    begun.rotate = r.rotate;
    link_device_transfer(&r.link, r.begin.size, 0);
    reply->length = link_put_begun(&begun, reply->data, sizeof reply->data);
    return LINK_OK;
}

static int wait_flash(int started)
{
    int status = started;

    while (status == 0 && (status = r.config->flash->status(r.config->flash)) == HIL_E_BUSY) {
        status = 0;
    }
    return status;
}

/* Where a stream offset lies in flash. */
static uint32_t address_of(uint32_t offset)
{
    return r.slot + (offset + r.rotate) % r.begin.size;
}

/* Erases the pages that the stream reaches with [offset, offset + length). */
static int erase_for(uint32_t offset, uint32_t length)
{
    while (r.erased_to < offset + length) {
        uint32_t start;
        uint32_t size;
        uint32_t address = address_of(r.erased_to);
        int error = hil_flash_page(r.config->flash->geometry, address, &start, &size);

        error = error != 0 ? error : wait_flash(r.config->flash->erase(r.config->flash, start));
        if (error != 0) {
            return error;
        }
        /* The last page of the object may be only partly used: the stream goes on at the first. */
        r.erased_to += ck_min(start + size - address, address >= r.slot + r.rotate
                                                          ? r.slot + r.begin.size - address
                                                          : r.slot + r.rotate - address);
    }
    return 0;
}

static uint8_t take_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                         uint32_t complete)
{
    uint32_t done = 0;

    (void)context;
    (void)complete;
    if (!r.receiving || erase_for(offset, (uint32_t)length) != 0) {
        return LINK_FLASH;
    }
    while (done < length) {
        uint32_t address = address_of(offset + done);
        uint32_t until_wrap = r.slot + r.begin.size - address;
        uint32_t part = ck_min((uint32_t)length - done, until_wrap);
        uint32_t start;
        uint32_t size;

        if (hil_flash_page(r.config->flash->geometry, address, &start, &size) != 0) {
            return LINK_FLASH;
        }
        part = ck_min(part, start + size - address);
        if (wait_flash(r.config->flash->program(r.config->flash, address, data + done, part)) !=
            0) {
            return LINK_FLASH;
        }
        done += part;
    }
    return LINK_OK;
}

/* Whether the slot now holds what was announced, decided from flash alone. */
static uint8_t check_received(struct link_reply *reply)
{
    if (image_verify(r.config, r.slot, &image) != IMAGE_GOOD) {
        return image_parse(r.config, r.slot, &image) == IMAGE_GOOD ? LINK_DIGEST : LINK_WRONG_BOARD;
    }
    if (!bytes_equal(image.digest, r.begin.digest, sizeof image.digest) ||
        image.header.binary_end != r.begin.binary_end || image.header.total_size != r.begin.size) {
        return LINK_DIGEST;
    }
    return check_version(image.header.kernel.version, reply);
}

/*
 * Records what is to be started next time. Where nothing could be recorded from the beginning, what
 * was installed last must be the only one. Where only this fails, the journal says that it must not
 * be started: the other one stays.
 */
static uint8_t record(void)
{
    struct store_kernel next = {.active = r.index,
                                .candidate = STORE_SLOT_NONE,
                                .phase = STORE_KERNEL_SETTLED,
                                .floor = r.state->floor};

    if (r.beside_good) {
        next.active = r.index ^ 1u;
        next.candidate = r.index;
        next.phase = STORE_KERNEL_DUE;
        memcpy(next.digest, r.begin.digest, sizeof next.digest);
    }
    if (state_save(&next)) {
        *r.state = next;
        return LINK_OK;
    }
    return r.recorded || (r.beside_good && wait_flash(r.config->flash->erase(
                                               r.config->flash, r.config->slot[r.index ^ 1u])) != 0)
               ? LINK_FLASH
               : LINK_OK;
}

static uint8_t commit(struct link_reply *reply)
{
    uint8_t status;

    if (!r.receiving) {
        return LINK_STATE;
    }
    if (!link_device_transfer_complete(&r.link)) {
        return LINK_INCOMPLETE;
    }
    give_up();
    status = check_received(reply);
    if (status == LINK_OK) {
        status = record();
        choose_slot(); /* the next kernel must not go where the only good one is now */
    } else if (wait_flash(r.config->flash->erase(r.config->flash, r.slot)) != 0) {
        status = LINK_FLASH;
    }
    return status;
}

static void reset_soon(bool to_recovery)
{
    r.reset_due = true;
    r.reset_to_recovery = to_recovery;
    r.reset_at = r.config->now_ms() + RESET_AFTER_MS;
}

static uint8_t reboot(const uint8_t *arguments, size_t length)
{
    if (length != 1 || arguments[0] > LINK_REBOOT_BOOTLOADER) {
        return LINK_MALFORMED;
    }
    reset_soon(arguments[0] == LINK_REBOOT_BOOTLOADER);
    return LINK_OK;
}

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    (void)context;
    switch (command) {
    case LINK_INFO:
        return info(reply);
    case LINK_KEY:
        return key(arguments, length, reply);
    case LINK_LIST:
    case LINK_PROCESS:
        return LINK_NOT_FOUND; /* apps are the kernel's */
    case LINK_BEGIN:
        return begin(arguments, length, reply);
    case LINK_COMMIT:
        return commit(reply);
    case LINK_ABORT:
        give_up();
        return LINK_OK;
    case LINK_REBOOT:
        return reboot(arguments, length);
    case LINK_RATE:
        return transport_rate(arguments, length);
    default:
        return LINK_UNSUPPORTED;
    }
}

uint32_t recovery_slot(void)
{
    return r.slot;
}

bool recovery_has_kernel(void)
{
    return r.beside_good;
}

uint8_t recovery_begin(const uint8_t *arguments, size_t length, uint32_t size, uint32_t rotate)
{
    struct link_reply reply;
    uint8_t status = LINK_BUSY;

    r.visited = true;
    if (!link_device_session(&r.link)) {
        status = begin(arguments, length, &reply);
    }
    if (status == LINK_OK && (r.begin.size != size || r.rotate != rotate)) {
        recovery_abort();
        status = LINK_MALFORMED;
    }
    return status;
}

void recovery_abort(void)
{
    if (!link_device_session(&r.link)) {
        give_up();
    }
}

bool recovery_will_erase(uint32_t offset)
{
    return r.receiving && r.erased_to < offset;
}

uint8_t recovery_data(uint32_t offset, const uint8_t *data, size_t length)
{
    return link_device_session(&r.link) ? (uint8_t)LINK_BUSY
                                        : take_data(NULL, offset, data, length, 0);
}

uint8_t recovery_finish(void)
{
    struct link_reply reply;

    if (link_device_session(&r.link)) {
        return LINK_BUSY;
    }
    if (r.receiving) {
        link_device_transfer(&r.link, r.begin.size, r.begin.size);
    }
    return commit(&reply);
}

void recovery_leave(void)
{
    reset_soon(false);
}

static uint32_t now_ms(void *context)
{
    (void)context;
    return r.config->now_ms();
}

static const struct link_device_config link_config = {
    .read = transport_read,
    .write = transport_write,
    .now_ms = now_ms,
    .request = request,
    .data = take_data,
    .replay = r.replay,
    .replay_size = REPLAY_SIZE,
    .mode = LINK_MODE_BOOTLOADER,
    .window = WINDOW,
};

bool boot_session(void)
{
    return link_device_session(&r.link);
}

/* After failures, nobody has come for a long time. */
static bool is_deserted(enum recovery_reason reason)
{
    return reason == RECOVERY_FAILURES && r.link.statistics.frames == 0 && !r.visited &&
           !tool_is_there() && r.config->now_ms() - r.since_ms >= RECOVERY_PATIENCE_MS;
}

_Noreturn void recovery_run(const struct boot_config *config, enum recovery_reason reason,
                            struct store_kernel *state)
{
    memset(&r, 0, sizeof r);
    r.config = config;
    r.state = state;
    r.since_ms = config->now_ms();
    choose_slot();
    link_device_init(&r.link, &link_config);
    tool_init(config, r.link.payload); /* the engine and it are never at work together */
    transport_open(config, &r.link);
    for (;;) {
        bool more;

        if (config->listen != NULL) {
            config->listen();
        }
        more = link_device_poll(&r.link);
        transport_settle();
        more = (config->poll != NULL && config->poll()) || more;
        if ((r.reset_due && (int32_t)(config->now_ms() - r.reset_at) >= 0) || is_deserted(reason)) {
            config->reset(r.reset_to_recovery);
        }
        if (!more && !r.reset_due) {
            config->idle();
        }
    }
}
