// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x10001: an app installs an app. One app at a time; it owns the driver from its setup
 * until the load or abort, and until it ends. Only for apps whose key may.
 *
 * What is to be written is copied from the app's buffer block by block, each when its turn comes;
 * the state of that lies in the app's own memory.
 */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>

enum {
    HEADER_CHECKED = 8, /* bytes of the TBF header that have to come in one piece */
    TBF_VERSION = 2,
    TBF_TOTAL_SIZE_AT = 4,
    OBJECT_MIN = 16,
    RANGES = 4 /* pieces that a write may leave with gaps between them */
};

enum phase { FREE, SETTING_UP, OPEN, WRITING, BROKEN, COMPLETE, LOADING, ABORTING };

/* What has been written: ranges that do not touch, in order. */
struct written {
    uint32_t count;
    struct {
        uint32_t start;
        uint32_t end;
    } range[RANGES + 1]; /* one more while the write is under way */
};

struct upload {
    uint32_t size;
    uint32_t start; /* of the write under way */
    uint32_t at;    /* what of it is in flash ends here */
    uint32_t end;
    struct written written;
};

/* Whoever installs has the driver until that is over. */
static struct {
    const struct installer *installer;
    struct process_id owner; /* valid unless the driver is free */
    enum phase phase;
} session;

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    session.installer = device;
}

/* Takes range i out, or makes room for one there. */
static void shift(struct written *w, uint32_t i, bool out)
{
    if (out) {
        for (w->count--; i < w->count; i++) {
            w->range[i] = w->range[i + 1];
        }
    } else {
        for (uint32_t k = w->count++; k > i; k--) {
            w->range[k] = w->range[k - 1];
        }
    }
}

/* Adds a range. False when a part of it was written already, or too many gaps would be left. */
static bool add(struct written *w, uint32_t start, uint32_t end)
{
    uint32_t before = 0;
    uint32_t behind;
    bool joins;

    while (before < w->count && w->range[before].end < start) {
        before++;
    }
    joins = before < w->count && w->range[before].end == start;
    behind = joins ? before + 1 : before;
    if (behind < w->count && w->range[behind].start <= end) {
        if (w->range[behind].start < end) {
            return false;
        }
        w->range[behind].start = joins ? w->range[before].start : start;
        if (joins) {
            shift(w, before, true);
        }
    } else if (joins) {
        w->range[before].end = end;
    } else if (w->count > RANGES) {
        return false;
    } else {
        shift(w, before, false);
        w->range[before].start = start;
        w->range[before].end = end;
    }
    return true;
}

/* Everything before this offset is written. */
static uint32_t complete(const struct written *w)
{
    return w->count != 0 && w->range[0].start == 0 ? w->range[0].end : 0;
}

static struct userbuf_ro shared(struct process *process)
{
    return userbuf_ro(&app_loader_driver, process, ABI_APP_LOADER_RO_DATA);
}

static void report(struct process *process, uint32_t upcall, enum abi_error status, uint32_t value)
{
    (void)upcall_post(&app_loader_driver, process, upcall, (uint32_t)status, value, 0);
}

static void finished(enum abi_error status);

/* Hands the next block over. Everything is looked at again: the app runs while it is served. */
static enum abi_error write_block(struct process *process, struct upload *upload)
{
    struct userbuf_ro buffer = shared(process);
    struct written written = upload->written;
    uint32_t from = upload->at - upload->start;
    uint32_t length = ck_min(upload->end - upload->at, INSTALLER_BLOCK);
    const uint8_t *data = buffer.data + from;
    enum abi_error error;

    if (!ck_range_in(from, length, 0, buffer.length) ||
        !add(&written, upload->at, upload->at + length)) {
        return ABI_INVAL;
    }
    if (upload->at == 0 && (length < HEADER_CHECKED || bytes_get_u16(data) != TBF_VERSION ||
                            bytes_get_u32(data + TBF_TOTAL_SIZE_AT) != upload->size)) {
        return ABI_INVAL;
    }
    error = session.installer->write(upload->at, data, length, complete(&written), finished);
    if (error == ABI_OK) {
        upload->written = written;
        upload->at += length;
    }
    return error;
}

/* A block is in flash, or could not be written. */
static void written(struct process *process, struct upload *upload, enum abi_error status)
{
    if (status != ABI_OK) {
        session.phase = BROKEN; /* what lies there now is not known: only an abort helps */
    } else if (upload->at == upload->end) {
        session.phase = OPEN;
    } else {
        status = write_block(process, upload);
        if (status == ABI_OK) {
            return;
        }
        session.phase =
            OPEN; /* the buffer is gone or no longer what it was: up to here it is written */
    }
    report(process, ABI_APP_LOADER_UPCALL_WRITTEN, status, upload->at - upload->start);
}

static void finished(enum abi_error status)
{
    struct process *process = process_find(session.owner);
    struct upload *upload = process != NULL ? grant_peek(&app_loader_driver, process) : NULL;
    enum phase was = session.phase;

    if (upload == NULL) {
        return; /* its end was told, and nobody else has come yet */
    }
    if (was == WRITING) {
        written(process, upload, status);
        return;
    }
    session.phase = was == SETTING_UP && status == ABI_OK ? OPEN : FREE;
    report(process,
           was == SETTING_UP ? ABI_APP_LOADER_UPCALL_SETUP
           : was == LOADING  ? ABI_APP_LOADER_UPCALL_LOADED
                             : ABI_APP_LOADER_UPCALL_ABORTED,
           status, 0);
}

static enum abi_error setup(struct process *process, uint32_t size)
{
    struct upload *upload;
    enum abi_error error;

    if (session.phase != FREE) {
        return ABI_BUSY; /* what is being written stays as it is */
    }
    if (size < OBJECT_MIN || !ck_is_aligned(size, 4)) {
        return ABI_INVAL;
    }
    upload = grant_enter(&app_loader_driver, process);
    error = upload != NULL ? session.installer->setup(size, finished) : ABI_NOMEM;
    if (error == ABI_OK) {
        *upload = (struct upload){.size = size};
        session.owner = process_id(process);
        session.phase = SETTING_UP;
    }
    return error;
}

static enum abi_error write(struct process *process, uint32_t offset, uint32_t length)
{
    struct upload *upload = grant_peek(&app_loader_driver, process);
    struct written after;
    uint32_t end;
    enum abi_error error;

    if (session.phase != OPEN || upload == NULL || length == 0 || !ck_add(offset, length, &end) ||
        end > upload->size || length > shared(process).length) {
        return ABI_INVAL;
    }
    if (!ck_is_aligned(offset, 4) || !ck_is_aligned(length, 4) ||
        (offset > 0 && offset < HEADER_CHECKED)) {
        return ABI_INVAL;
    }
    after = upload->written;
    if (!add(&after, offset, end) || after.count > ck_max(RANGES, upload->written.count)) {
        return ABI_INVAL;
    }
    upload->start = offset;
    upload->at = offset;
    upload->end = end;
    error = write_block(process, upload);
    if (error == ABI_OK) {
        session.phase = WRITING;
    }
    return error;
}

static enum abi_error finalize(struct process *process)
{
    const struct upload *upload = grant_peek(&app_loader_driver, process);

    if (session.phase != OPEN || upload == NULL || complete(&upload->written) != upload->size) {
        return ABI_INVAL;
    }
    session.phase = COMPLETE; /* padding stands on both sides since setup */
    report(process, ABI_APP_LOADER_UPCALL_FINALIZED, ABI_OK, 0);
    return ABI_OK;
}

static enum abi_error load(void)
{
    enum abi_error error =
        session.phase == COMPLETE ? session.installer->load(finished) : ABI_INVAL;

    session.phase = error == ABI_OK ? LOADING : session.phase;
    return error;
}

static enum abi_error give_up(void)
{
    enum abi_error error = session.phase != FREE ? session.installer->abort(finished) : ABI_INVAL;

    session.phase = error == ABI_OK ? ABORTING : session.phase;
    return error;
}

static enum abi_error unload(const struct driver *driver, struct process *process,
                             uint32_t short_id)
{
    uint32_t address;
    enum abi_error error;

    if (session.phase != FREE || short_id == 0) {
        return session.phase != FREE ? ABI_BUSY : ABI_INVAL;
    }
    error = session.installer->unload(short_id, process, &address);
    if (error == ABI_OK) {
        (void)upcall_post(driver, process, ABI_APP_LOADER_UPCALL_UNLOADED, ABI_OK, address, 0);
    }
    return error;
}

static void release(void)
{
    if (session.phase != FREE) {
        session.phase = FREE;
        session.installer->release();
    }
}

static bool is_working(void)
{
    return session.phase == SETTING_UP || session.phase == WRITING || session.phase == LOADING ||
           session.phase == ABORTING;
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    bool owns = session.phase != FREE && process_id(process).value == session.owner.value;

    if (!owns && !process_image(process)->may_install) {
        return syscall_failure(ABI_NODEVICE);
    }
    if (session.phase != FREE && (!owns || (number != ABI_COMMAND_EXISTS && is_working()))) {
        return syscall_failure(ABI_BUSY);
    }
    switch (number) {
    case ABI_COMMAND_EXISTS:
        release();
        return syscall_success();
    case ABI_APP_LOADER_SETUP:
        return syscall_status(setup(process, argument0));
    case ABI_APP_LOADER_WRITE:
        return syscall_status(write(process, argument0, argument1));
    case ABI_APP_LOADER_FINALIZE:
        return syscall_status(finalize(process));
    case ABI_APP_LOADER_LOAD:
        return syscall_status(load());
    case ABI_APP_LOADER_ABORT:
        return syscall_status(give_up());
    case ABI_APP_LOADER_UNLOAD:
        return syscall_status(unload(driver, process, argument0));
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

static void ended(const struct driver *driver, struct process *process)
{
    (void)driver;
    if (process_id(process).value == session.owner.value) {
        release();
    }
}

const struct driver app_loader_driver = {
    .number = ABI_DRIVER_APP_LOADER,
    .state_size = sizeof(struct upload),
    .upcalls = 6,
    .ro_buffers = 1,
    .init = init,
    .command = command,
    .ended = ended,
};
