// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x40003: message authentication codes with a key of the process's. `run` and `verify` do
 * all at once; `update` begins a message, or goes on with it, which `finish` and `verify finish`
 * end. The key is read at the begin of a message, and both lengths are settled when the process
 * asks. Nothing shared as data is the empty message; no key is an error.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>

#include "pieces.h"

enum job { NONE, RUN, UPDATE, VERIFY };
enum stage { KEY, BEGIN, MESSAGE, END };

struct hmac {
    uint8_t job;   /* enum job */
    uint8_t stage; /* enum stage; what comes next in the job */
    bool chosen;   /* an algorithm, and there is but one */
    bool open;     /* a message has begun and waits for more */
    uint32_t position;
    uint32_t key_length;
    uint32_t length;
    struct hil_hmac_state code;
};

static const struct hil_hmac *unit;

static bool run(struct process *process, void *state);
static struct pieces pieces = PIECES(pieces, &hmac_driver, run);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    unit = device;
}

static void finish(struct process *process, struct hmac *hmac, enum abi_error error, uint32_t value)
{
    uint32_t upcall = hmac->job == VERIFY ? ABI_HMAC_UPCALL_VERIFIED : ABI_HMAC_UPCALL_DONE;

    hmac->open = hmac->job == UPDATE && error == ABI_OK;
    hmac->job = NONE;
    if (!hmac->open) {
        unit->clear(unit, &hmac->code);
    }
    (void)upcall_post(&hmac_driver, process, upcall, error, value, 0);
}

/* Stores the code, as much of it as there is room for. */
static void store(struct process *process, struct hmac *hmac, const uint8_t *code)
{
    struct userbuf_rw destination = userbuf_rw(&hmac_driver, process, ABI_HMAC_RW_CODE);

    if (destination.length == 0) {
        finish(process, hmac, ABI_RESERVE, 0);
        return;
    }
    memcpy(destination.data, code, ck_min(destination.length, unit->size));
    finish(process, hmac, ABI_OK, (uint32_t)(uintptr_t)destination.data);
}

/* Compares the whole code: a part of one would be easier to guess. */
static void compare(struct process *process, struct hmac *hmac, const uint8_t *code)
{
    struct userbuf_ro expected = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_COMPARE);
    enum abi_error error = pieces_check(expected.length, unit->size);
    bool equal = error == ABI_OK && bytes_equal(expected.data, code, unit->size);

    finish(process, hmac, error, equal ? 1 : 0);
}

/* The last stage; answers what the driver of HMAC answers. */
static int end(struct process *process, struct hmac *hmac)
{
    uint8_t code[HIL_DIGEST_SIZE_MAX];
    int result;

    if (hmac->job == UPDATE) {
        finish(process, hmac, ABI_OK, 0);
        return 0;
    }
    result = unit->finish(unit, &hmac->code, code);
    if (result == 0 && hmac->job == VERIFY) {
        compare(process, hmac, code);
    } else if (result == 0) {
        store(process, hmac, code);
    }
    return result;
}

/* Takes the next bytes of the key or of the message; at its end the next stage comes. */
static int take(struct hmac *hmac, const uint8_t *data, uint32_t length)
{
    uint32_t count = ck_min(length - hmac->position, unit->piece);
    int result = 0;

    if (count == 0) {
        hmac->position = 0;
        hmac->stage++;
    } else if (hmac->stage == KEY) {
        result = unit->key(unit, &hmac->code, data + hmac->position, count);
    } else {
        result = unit->update(unit, &hmac->code, data + hmac->position, count);
    }
    hmac->position += count;
    return result;
}

static int begin(struct hmac *hmac)
{
    int result = unit->begin(unit, &hmac->code);

    hmac->stage = result == 0 ? MESSAGE : BEGIN;
    return result;
}

static bool run(struct process *process, void *state)
{
    struct hmac *hmac = state;
    struct userbuf_ro key = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_KEY);
    struct userbuf_ro data = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_DATA);
    enum abi_error error = ABI_OK;
    int result = 0;

    if (hmac->job == NONE) {
        return false;
    }
    if (hmac->stage == KEY) {
        error = pieces_check(key.length, hmac->key_length);
        result = error == ABI_OK ? take(hmac, key.data, hmac->key_length) : 0;
    } else if (hmac->stage == BEGIN) {
        result = begin(hmac);
    } else if (hmac->stage == MESSAGE) {
        error = pieces_check(data.length, hmac->length);
        result = error == ABI_OK ? take(hmac, data.data, hmac->length) : 0;
    } else {
        result = end(process, hmac);
    }
    if (error != ABI_OK || result < 0) {
        finish(process, hmac, error != ABI_OK ? error : ABI_FAIL, 0);
    }
    return true;
}

/* Whether there is where the job's result goes to, or what it is compared with. */
static enum abi_error check_result(struct process *process, enum job job)
{
    struct userbuf_rw destination = userbuf_rw(&hmac_driver, process, ABI_HMAC_RW_CODE);
    struct userbuf_ro expected = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_COMPARE);

    if (job == VERIFY) {
        return pieces_check(expected.length, unit->size);
    }
    return job == RUN ? pieces_check(destination.length, 1) : ABI_OK;
}

static void start_job(struct hmac *hmac, enum job job, enum stage stage)
{
    hmac->job = (uint8_t)job;
    hmac->stage = (uint8_t)stage;
    hmac->position = 0;
    pieces_start(&pieces);
}

/* Commands run, update and verify. */
static enum abi_error start(struct process *process, struct hmac *hmac, enum job job)
{
    bool goes_on = job == UPDATE && hmac->open;
    uint32_t key_length = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_KEY).length;
    enum abi_error error = check_result(process, job);

    if (hmac->job != NONE) {
        return ABI_NOMEM;
    }
    if (!hmac->chosen) {
        return ABI_INVAL;
    }
    if (!goes_on && key_length == 0) {
        return ABI_RESERVE;
    }
    if (error != ABI_OK) {
        return error;
    }
    hmac->length = userbuf_ro(&hmac_driver, process, ABI_HMAC_RO_DATA).length;
    if (!goes_on) {
        hmac->open = false;
        hmac->key_length = key_length;
        if (unit->start(unit, &hmac->code) != 0) {
            return ABI_FAIL;
        }
    }
    start_job(hmac, job, goes_on ? MESSAGE : KEY);
    return ABI_OK;
}

/* Commands finish and verify finish. */
static enum abi_error start_end(struct process *process, struct hmac *hmac, enum job job)
{
    enum abi_error error = check_result(process, job);

    if (hmac->job != NONE) {
        return ABI_BUSY;
    }
    if (!hmac->open) {
        return ABI_OFF;
    }
    if (error == ABI_OK) {
        start_job(hmac, job, END);
    }
    return error;
}

static enum abi_error set_algorithm(struct hmac *hmac, uint32_t algorithm)
{
    if (algorithm != ABI_HMAC_SHA256) {
        return ABI_NOSUPPORT;
    }
    if (hmac->job != NONE) {
        return ABI_BUSY;
    }
    unit->clear(unit, &hmac->code);
    hmac->open = false;
    hmac->chosen = true;
    return ABI_OK;
}

static enum abi_error dispatch(struct process *process, struct hmac *hmac, uint32_t number,
                               uint32_t argument)
{
    switch (number) {
    case ABI_HMAC_SET_ALGORITHM:
        return set_algorithm(hmac, argument);
    case ABI_HMAC_RUN:
        return start(process, hmac, RUN);
    case ABI_HMAC_UPDATE:
        return start(process, hmac, UPDATE);
    case ABI_HMAC_FINISH:
        return start_end(process, hmac, RUN);
    case ABI_HMAC_VERIFY:
        return start(process, hmac, VERIFY);
    case ABI_HMAC_VERIFY_FINISH:
        return start_end(process, hmac, VERIFY);
    default:
        return ABI_NOSUPPORT;
    }
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    struct hmac *hmac = grant_enter(driver, process);

    (void)argument1;
    return syscall_status(hmac != NULL ? dispatch(process, hmac, number, argument0) : ABI_NOMEM);
}

static void ended(const struct driver *driver, struct process *process)
{
    struct hmac *hmac = grant_peek(driver, process);

    if (hmac != NULL) {
        unit->clear(unit, &hmac->code);
        hmac->job = NONE;
    }
}

const struct driver hmac_driver = {
    .number = ABI_DRIVER_HMAC,
    .state_size = sizeof(struct hmac),
    .upcalls = 2,
    .rw_buffers = 3,
    .ro_buffers = 3,
    .init = init,
    .command = command,
    .ended = ended,
};
