// SPDX-License-Identifier: Apache-2.0
/*
 * The step machine. Every change is the same operation: heal what is pending, make room, append one
 * record, let it take effect, heal again. A stage queues flash work, which store_step() carries on
 * before it runs the next stage.
 */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/write.h>

#include <string.h>

void store_program(struct store *store, uint32_t address, const uint8_t *data, uint32_t length)
{
    store->work.address = address;
    store->work.data = data;
    store->work.left = length;
}

void store_program_mark(struct store *store, uint32_t address)
{
    memset(store->buffer, (uint8_t)~store->config->flash->geometry->erase_value, store->unit);
    store_program(store, address, store->buffer, store->unit);
}

void store_program_padding(struct store *store, uint32_t address, uint32_t size)
{
    const struct hil_flash_geometry *geometry = store->config->flash->geometry;

    memset(store->buffer, geometry->erase_value, 32);
    tbf_write_padding(store->buffer, size);
    store_program(store, address, store->buffer, ck_max(TBF_BASE_SIZE, geometry->write_unit));
}

void store_erase(struct store *store, uint32_t address, uint32_t length)
{
    store->work.erase_next = address;
    store->work.erase_end = address + length;
}

int store_may_change(const struct store *store)
{
    if (store->stage != STAGE_IDLE) {
        return STORE_E_BUSY;
    }
    return store->mounted && !store->damaged ? 0 : STORE_E_READ_ONLY;
}

uint8_t *store_record_start(struct store *store, unsigned type, unsigned flags, uint32_t key,
                            uint32_t length, uint32_t tail)
{
    struct store_frame frame = {.length = (uint16_t)length,
                                .tail = (uint16_t)tail,
                                .type = (uint16_t)type,
                                .flags = (uint16_t)flags,
                                .key = key};

    memset(store->record, store->config->flash->geometry->erase_value, sizeof store->record);
    memset(store->record + STORE_FRAME_SIZE, 0, length);
    store_frame_encode(store->record, &frame);
    store->new_state = 0;
    return store->record + STORE_FRAME_SIZE;
}

int store_append_begin(struct store *store, uint32_t reserve)
{
    store->reserve = reserve;
    store->committed = false;
    store->after_append = STAGE_FINISH;
    store->stage = STAGE_PREPARE;
    return 0;
}

uint32_t store_reserve(const struct store *store)
{
    struct store_frame removal = {.length = STORE_IDENTITY_BODY, .tail = (uint16_t)store->unit};

    return 2 * (store->unit + store_frame_extent(&removal, store->unit));
}

static int make_room(struct store *store)
{
    uint32_t size = store_half_size(store, store->active);
    struct store_frame frame;
    uint32_t need;

    (void)store_frame_peek(store->record, UINT32_MAX, store->unit, &frame);
    need = store->unit + store_frame_extent(&frame, store->unit) + store->reserve;
    store->stage = STAGE_APPEND;
    if (store->dirty || store->tail > size || need > size - store->tail) {
        uint32_t live = store_live_size(store);

        if (live > size || need > size - live) {
            return STORE_E_FULL;
        }
        store_compact_begin(store, STAGE_APPEND);
    }
    return STORE_BUSY;
}

static int append(struct store *store)
{
    struct store_frame frame;
    uint32_t address = store_journal_address(store, store->tail);

    if (store->unmarked) {
        /* What looks erased may be the faint begin of a torn record: drive one unit to its end. */
        store->unmarked = false;
        store->dirty = true;
        store->tail += store->unit;
        store_program_mark(store, address);
        return STORE_BUSY;
    }
    store_frame_finish(store->record, store->sequence);
    (void)store_frame_peek(store->record, UINT32_MAX, store->unit, &frame);
    store->dirty = true; /* until it is sealed */
    store_program(store, address, store->record, store_frame_seal(&frame, store->unit));
    store->stage = STAGE_APPEND_SEAL;
    return STORE_BUSY;
}

static int append_seal(struct store *store)
{
    struct store_frame frame;
    uint32_t seal;

    (void)store_frame_peek(store->record, UINT32_MAX, store->unit, &frame);
    seal = store_frame_seal(&frame, store->unit);
    if (!bytes_equal(store_half(store, store->active) + store->tail, store->record, seal)) {
        return HIL_E_IO;
    }
    store_program_mark(store, store_journal_address(store, store->tail + seal));
    store->stage = STAGE_APPLY;
    return STORE_BUSY;
}

static int apply(struct store *store)
{
    struct store_frame frame;
    uint32_t offset = store->tail;

    (void)store_frame_peek(store_half(store, store->active) + offset, UINT32_MAX, store->unit,
                           &frame);
    store->tail += store_frame_extent(&frame, store->unit);
    store->sequence++;
    store->dirty = false;
    store->committed = true;
    if (store->objects != NULL) {
        store->objects->appended(store, offset, &frame);
    }
    store->after_heal = store->after_append;
    store->stage = STAGE_HEAL;
    return STORE_BUSY;
}

/*
 * Whatever a power cut may have left half-programmed is settled by moving to the other half: the
 * last record, and the mark that a place was made padding, which would otherwise be programmed
 * again.
 */
static int mount_read(struct store *store)
{
    store->count = 0;
    store->stream.record = 0;
    store->foreign = false;
    store->ragged = false;
    store_replay(store);
    store->unmarked = !store->settled;
    if (store->dirty && store->settled && !store->damaged) {
        return HIL_E_IO;
    }
    if (!store->settled && (store->dirty || store->pends)) {
        store_look_behind(store);
        if (!store->damaged) {
            store->settled = true;
            store_compact_begin(store, STAGE_MOUNT_REPLAY);
            return STORE_BUSY;
        }
    }
    if (store->objects != NULL) {
        store->objects->read(store);
    }
    store->after_heal = STAGE_MOUNT_LIST;
    store->stage = store->settled ? STAGE_HEAL : STAGE_MOUNT_LIST;
    if (!store->damaged && !store->stream.settled && store->tail == store->target) {
        /*
         * Only its seal says that this half counts, and power may have cut that. Should something
         * lie behind, the marks do not hide it.
         */
        store_program_mark(store, store_journal_address(store, store_seal_offset(store)));
        store->stage = STAGE_MOUNT_CLOSE;
    }
    return STORE_BUSY;
}

static int mount_select(struct store *store)
{
    bool fresh;
    int result = store_select(store, &fresh);

    if (result < 0) {
        return result;
    }
    if (fresh) {
        store->active = 1;
        store->blank = true;
        store_compact_begin(store, STAGE_MOUNT_REPLAY);
        return STORE_BUSY;
    }
    return mount_read(store);
}

/* After compaction. */
static int mount_replay(struct store *store)
{
    bool fresh;

    if (store_select(store, &fresh) < 0 || fresh) {
        return HIL_E_IO; /* what was read before is gone */
    }
    return mount_read(store);
}

/* Says once, with a start mark, that the seal is certain now. */
static int mount_close(struct store *store)
{
    if (store_half_size(store, store->active) - store->tail >= store->unit) {
        store_program_mark(store, store_journal_address(store, store->tail));
        store->tail += store->unit;
        store->unmarked = false;
    }
    store->stage = STAGE_HEAL;
    return STORE_BUSY;
}

static int format(struct store *store)
{
    const struct store_extent *other = &store->config->journal[1];

    /* The half that will not be used first, so that it cannot come back. */
    store_erase(store, other->address, other->size);
    store->active = 1;
    store->blank = true;
    store->after_compact = STAGE_MOUNT_REPLAY;
    store->source = store_first_offset(store);
    store->target = store->source;
    store->target_sequence = store->sequence;
    store->stage = STAGE_COMPACT_ERASE;
    return STORE_BUSY;
}

/* There is nothing to heal and no list. */
static int without_objects(struct store *store)
{
    store->stage = store->stage == STAGE_HEAL ? store->after_heal : STAGE_FINISH;
    return STORE_BUSY;
}

static int finish(struct store *store)
{
    if (!store->mounted) {
        store->mounted = true;
        if (!store->unread && store->objects != NULL) {
            store->identities = store->objects->identities(store);
        }
    }
    return 0;
}

static int run_stage(struct store *store)
{
    switch (store->stage) {
    case STAGE_MOUNT_SELECT:
        return mount_select(store);
    case STAGE_MOUNT_REPLAY:
        return mount_replay(store);
    case STAGE_MOUNT_CLOSE:
        return mount_close(store);
    case STAGE_FORMAT:
        return format(store);
    case STAGE_PREPARE:
        store_look_behind(store);
        if (store->damaged) {
            return STORE_E_READ_ONLY;
        }
        store->after_heal = STAGE_ROOM;
        store->stage = STAGE_HEAL;
        return STORE_BUSY;
    case STAGE_ROOM:
        return make_room(store);
    case STAGE_APPEND:
        return append(store);
    case STAGE_APPEND_SEAL:
        return append_seal(store);
    case STAGE_APPLY:
        return apply(store);
    case STAGE_MOUNT_LIST:
    case STAGE_MOUNT_GAPS:
    case STAGE_HEAL:
    case STAGE_HEAL_MARK:
    case STAGE_PAD:
    case STAGE_WRITE:
        return store->objects != NULL ? store->objects->stage(store) : without_objects(store);
    case STAGE_FINISH:
        return finish(store);
    default:
        return store_compact_stage(store);
    }
}

/* Ends the operation. What failed after its record was in flash is made up for later. */
static int end(struct store *store, int result)
{
    bool done = result < 0 && store->committed && store->mounted;

    if (result < 0 && store->stage == STAGE_WRITE) {
        store->objects->read(store);
    }
    store->stage = STAGE_IDLE;
    store->work = (struct store_work){0};
    store->new_state = 0;
    store->committed = false;
    return done ? 0 : result;
}

/* Starts the next piece of flash work; 0 when there is none. */
static int work_next(struct store *store)
{
    const struct hil_flash *flash = store->config->flash;
    struct store_work *work = &store->work;
    uint32_t start;
    uint32_t size;
    int result;

    if (work->erase_next < work->erase_end) {
        result = hil_flash_page(flash->geometry, work->erase_next, &start, &size);
        if (result == 0) {
            result = flash->erase(flash, start);
        }
        if (result == 0) {
            work->erase_next = start + size;
        }
    } else if (work->left > 0) {
        result = hil_flash_page(flash->geometry, work->address, &start, &size);
        if (result == 0) {
            size = ck_min(work->left, start + size - work->address);
            result = flash->program(flash, work->address, work->data, size);
        }
        if (result == 0) {
            work->address += size;
            work->data += size;
            work->left -= size;
        }
    } else {
        return 0;
    }
    if (result == 0) {
        work->running = true;
    }
    return result == 0 || result == HIL_E_BUSY ? STORE_BUSY : result;
}

int store_step(struct store *store)
{
    int result;

    if (store->stage == STAGE_IDLE) {
        return 0;
    }
    if (store->work.running) {
        result = store->config->flash->status(store->config->flash);
        if (result == HIL_E_BUSY) {
            return STORE_BUSY;
        }
        store->work.running = false;
        if (result < 0) {
            return end(store, result);
        }
    }
    /* Until the store is mounted nobody runs in between: on to what needs flash. */
    do {
        result = work_next(store);
        if (result != 0) {
            break;
        }
        result = run_stage(store);
    } while (result == STORE_BUSY && !store->mounted);
    return result == STORE_BUSY ? STORE_BUSY : end(store, result);
}

int store_wait(struct store *store)
{
    int result;

    do {
        result = store_step(store);
    } while (result == STORE_BUSY);
    return result;
}

bool store_is_busy(const struct store *store)
{
    return store->stage != STAGE_IDLE;
}
