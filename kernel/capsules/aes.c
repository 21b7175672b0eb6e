// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x40006: AES-128. `setup` reads key and IV and begins; `crypt` goes on with the next
 * source, which CTR, CBC and ECB do as with one long text; `finish` forgets the key.
 *
 * CCM and GCM take a whole message at once. The source is then, from its begin: bytes that are only
 * copied, up to the associated offset; associated data, up to the message offset; the message; when
 * decrypting the tag, at the very end. The destination gets all of it, encrypted or decrypted, and
 * when encrypting the tag behind it, if there is room. A message whose tag is wrong is wiped.
 */
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>
#include <kernel/capsules.h>

#include "pieces.h"

enum stage {
    IDLE,  /* no key */
    OPEN,  /* waits for `crypt` */
    SPENT, /* its one message is done: waits for `finish` */
    TEXT,  /* the stages of a job, from here on */
    TAG,
    WIPE
};

enum { WIPE_PIECE = 512 };

struct aes {
    uint8_t stage; /* enum stage */
    /* As the process chose them. */
    bool chosen;  /* an algorithm */
    uint8_t mode; /* enum hil_aes_mode, which has the numbers of enum abi_aes_algorithm */
    bool encrypt;
    bool open_text; /* CCM: the message is authenticated only */
    uint32_t associated_offset;
    uint32_t message_offset;
    uint32_t wanted_tag; /* bytes; 0 with GCM: the whole tag */
    /* The job: offsets in source and destination alike. */
    uint32_t position;
    uint32_t leading_end;    /* of what is only copied, */
    uint32_t associated_end; /* of associated data, */
    uint32_t end;            /* of the text, behind which the tag is */
    struct hil_aes_state state;
};

static const struct hil_aes *unit;

static bool run(struct process *process, void *state);
static struct pieces pieces = PIECES(pieces, &aes_driver, run);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    unit = device;
}

static bool has_tag(const struct aes *aes)
{
    return aes->mode == HIL_AES_CCM || aes->mode == HIL_AES_GCM;
}

static uint32_t tag_length(const struct aes *aes)
{
    if (!has_tag(aes)) {
        return 0;
    }
    return aes->mode == HIL_AES_GCM && aes->wanted_tag == 0 ? HIL_AES_TAG_MAX : aes->wanted_tag;
}

static void enter(struct aes *aes, enum stage stage)
{
    aes->stage = (uint8_t)stage;
    if (stage == IDLE || stage == SPENT) {
        unit->clear(unit, &aes->state);
    }
}

static void finish(struct process *process, struct aes *aes, enum abi_error error, uint32_t bytes,
                   bool tag_is_good)
{
    if (error != ABI_OK) {
        enter(aes, IDLE);
    } else {
        enter(aes, has_tag(aes) ? SPENT : OPEN);
    }
    (void)upcall_post(&aes_driver, process, ABI_AES_UPCALL_DONE, error, bytes, tag_is_good ? 1 : 0);
}

/* How far the bytes at the position reach that are treated alike. */
static uint32_t limit(const struct aes *aes)
{
    if (aes->position < aes->leading_end) {
        return aes->leading_end;
    }
    return aes->position < aes->associated_end ? aes->associated_end : aes->end;
}

/* Does what is to be done with bytes at the position, in place. */
static int treat(struct aes *aes, uint8_t *data, uint32_t length)
{
    if (aes->position < aes->leading_end) {
        return 0;
    }
    if (aes->position < aes->associated_end) {
        return unit->associate(unit, &aes->state, data, length);
    }
    return unit->crypt(unit, &aes->state, data, length);
}

/*
 * A piece is copied first and treated in the destination: the two buffers may be the same one, or
 * overlap in any way, which spoils nothing but the process's own text.
 */
static void do_text(struct process *process, struct aes *aes)
{
    struct userbuf_ro source = userbuf_ro(&aes_driver, process, ABI_AES_RO_SOURCE);
    struct userbuf_rw destination = userbuf_rw(&aes_driver, process, ABI_AES_RW_DESTINATION);
    enum abi_error error = pieces_check(ck_min(source.length, destination.length), aes->end);
    uint32_t count = ck_min(limit(aes) - aes->position, unit->piece[aes->mode]);

    if (error == ABI_OK && count != 0) {
        bytes_move(destination.data + aes->position, source.data + aes->position, count);
        error = treat(aes, destination.data + aes->position, count) == 0 ? ABI_OK : ABI_FAIL;
        aes->position += count;
    }
    if (error != ABI_OK) {
        finish(process, aes, error, 0, false);
    } else if (aes->position == aes->end && has_tag(aes)) {
        enter(aes, TAG);
    } else if (aes->position == aes->end) {
        finish(process, aes, ABI_OK, aes->end, false);
    }
}

/* Stores the tag where there is room for it; answers whether there is. */
static bool give_tag(struct process *process, const struct aes *aes, const uint8_t *tag,
                     uint32_t length)
{
    struct userbuf_rw destination = userbuf_rw(&aes_driver, process, ABI_AES_RW_DESTINATION);
    uint32_t room;

    if (!ck_sub(destination.length, aes->end, &room) || room < length) {
        return false;
    }
    memcpy(destination.data + aes->end, tag, length);
    return true;
}

static bool tag_is_right(struct process *process, const struct aes *aes, const uint8_t *tag,
                         uint32_t length)
{
    struct userbuf_ro source = userbuf_ro(&aes_driver, process, ABI_AES_RO_SOURCE);
    uint32_t room;

    return ck_sub(source.length, aes->end, &room) && room >= length &&
           bytes_equal(source.data + aes->end, tag, length);
}

static void do_tag(struct process *process, struct aes *aes)
{
    uint8_t tag[HIL_AES_TAG_MAX];
    uint32_t length = tag_length(aes);

    if (unit->finish(unit, &aes->state, tag) != 0) {
        finish(process, aes, ABI_FAIL, 0, false);
    } else if (length == 0) {
        finish(process, aes, ABI_OK, aes->end, false);
    } else if (aes->encrypt) {
        bool given = give_tag(process, aes, tag, length);

        finish(process, aes, ABI_OK, aes->end + (given ? length : 0), given);
    } else if (tag_is_right(process, aes, tag, length)) {
        finish(process, aes, ABI_OK, aes->end, true);
    } else {
        aes->position = aes->message_offset;
        enter(aes, WIPE);
    }
}

/* Nobody shall take for a message what is none. */
static void do_wipe(struct process *process, struct aes *aes)
{
    struct userbuf_rw destination = userbuf_rw(&aes_driver, process, ABI_AES_RW_DESTINATION);
    uint32_t end = ck_min(aes->end, destination.length);

    if (aes->position >= end) {
        finish(process, aes, ABI_OK, 0, false);
    } else {
        uint32_t count = ck_min(end - aes->position, WIPE_PIECE);

        memset(destination.data + aes->position, 0, count);
        aes->position += count;
    }
}

static bool run(struct process *process, void *state)
{
    struct aes *aes = state;

    switch (aes->stage) {
    case TEXT:
        do_text(process, aes);
        return true;
    case TAG:
        do_tag(process, aes);
        return true;
    case WIPE:
        do_wipe(process, aes);
        return true;
    default:
        return false;
    }
}

/* Where the text of the source that is shared now ends, and whether the job can be done. */
static enum abi_error measure(struct process *process, const struct aes *aes, uint32_t *end)
{
    uint32_t source = userbuf_ro(&aes_driver, process, ABI_AES_RO_SOURCE).length;
    uint32_t destination = userbuf_rw(&aes_driver, process, ABI_AES_RW_DESTINATION).length;

    if (source == 0 && !has_tag(aes)) {
        return ABI_RESERVE;
    }
    if (!ck_sub(source, aes->encrypt ? 0 : tag_length(aes), end)) {
        return pieces_check(source, tag_length(aes));
    }
    if ((aes->mode == HIL_AES_CBC || aes->mode == HIL_AES_ECB) && *end % HIL_AES_BLOCK != 0) {
        return ABI_SIZE;
    }
    if (has_tag(aes) &&
        (aes->associated_offset > aes->message_offset || aes->message_offset > *end)) {
        return ABI_INVAL;
    }
    return pieces_check(destination, *end);
}

/* A bit for each length. CCM: SP 800-38C, A.1, and no tag; GCM: SP 800-38D, 5.2.1.2. */
static bool tag_length_is_valid(const struct aes *aes)
{
    uint32_t valid = aes->mode == HIL_AES_CCM ? 0x15551u : 0x1F110u;
    uint32_t length = tag_length(aes);

    return !has_tag(aes) || (length <= HIL_AES_TAG_MAX && ((valid >> length) & 1u) != 0);
}

/* How much of what is shared as IV the mode takes, and at least wants. */
static uint32_t iv_length(const struct aes *aes, uint32_t shared, uint32_t *least)
{
    uint32_t most = aes->mode == HIL_AES_CCM   ? HIL_AES_CCM_NONCE
                    : aes->mode == HIL_AES_GCM ? HIL_AES_GCM_IV
                                               : HIL_AES_BLOCK;

    *least = aes->mode == HIL_AES_ECB ? 0 : aes->mode == HIL_AES_CCM ? 7 : most;
    return ck_min(shared, most);
}

/* Starts the message with the key and IV that are shared now. */
static enum abi_error start_message(struct process *process, struct aes *aes, uint32_t end)
{
    struct userbuf_ro key = userbuf_ro(&aes_driver, process, ABI_AES_RO_KEY);
    struct userbuf_ro iv = userbuf_ro(&aes_driver, process, ABI_AES_RO_IV);
    struct hil_aes_setup setup = {
        .mode = (enum hil_aes_mode)aes->mode,
        .encrypt = aes->encrypt,
        .key = key.data,
        .iv = iv.data,
        .tag_length = tag_length(aes),
    };
    uint32_t least;
    int result;

    setup.iv_length = iv_length(aes, iv.length, &least);
    if (key.length == 0 || (iv.length == 0 && least != 0)) {
        return ABI_RESERVE;
    }
    if (key.length != HIL_AES_KEY_SIZE || setup.iv_length < least) {
        return ABI_INVAL;
    }
    aes->position = 0;
    aes->end = end;
    aes->leading_end = has_tag(aes) ? aes->associated_offset : 0;
    aes->associated_end = has_tag(aes) ? aes->message_offset : 0;
    if (aes->mode == HIL_AES_CCM && aes->open_text) {
        aes->associated_end = end;
    }
    setup.associated_length = aes->associated_end - aes->leading_end;
    setup.message_length = end - aes->associated_end;
    result = unit->start(unit, &aes->state, &setup);
    if (result != 0) {
        enter(aes, IDLE);
        return result == HIL_E_UNSUPPORTED ? ABI_SIZE : ABI_FAIL;
    }
    return ABI_OK;
}

static enum abi_error setup(struct process *process, struct aes *aes)
{
    uint32_t end;
    enum abi_error error;

    if (aes->stage >= TEXT) {
        return ABI_NOMEM;
    }
    if (!aes->chosen || !tag_length_is_valid(aes)) {
        return ABI_INVAL;
    }
    error = measure(process, aes, &end);
    if (error == ABI_OK) {
        error = start_message(process, aes, end);
    }
    if (error == ABI_OK) {
        enter(aes, TEXT);
        pieces_start(&pieces);
    }
    return error;
}

static enum abi_error crypt(struct process *process, struct aes *aes)
{
    uint32_t end;
    enum abi_error error;

    if (aes->stage >= TEXT) {
        return ABI_BUSY;
    }
    if (aes->stage != OPEN) {
        return ABI_OFF;
    }
    error = measure(process, aes, &end);
    if (error == ABI_OK) {
        aes->position = 0;
        aes->end = end;
        enter(aes, TEXT);
        pieces_start(&pieces);
    }
    return error;
}

/* Ends a job under way too; it then says nothing any more. */
static enum abi_error end(struct aes *aes)
{
    if (aes->stage == IDLE) {
        return ABI_OFF;
    }
    enter(aes, IDLE);
    return ABI_OK;
}

static enum abi_error set_algorithm(struct aes *aes, uint32_t algorithm, bool encrypt)
{
    if (algorithm > ABI_AES_GCM) {
        return ABI_NOSUPPORT;
    }
    enter(aes, IDLE);
    aes->chosen = true;
    aes->mode = (uint8_t)algorithm;
    aes->encrypt = encrypt;
    return ABI_OK;
}

/* What describes messages, and the algorithm: not while a job goes by it. */
static enum abi_error set(struct aes *aes, uint32_t number, uint32_t argument0, uint32_t argument1)
{
    if (aes->stage >= TEXT) {
        return ABI_BUSY;
    }
    switch (number) {
    case ABI_AES_SET_ALGORITHM:
        return set_algorithm(aes, argument0, argument1 != 0);
    case ABI_AES_SET_ASSOCIATED_OFFSET:
        aes->associated_offset = argument0;
        return ABI_OK;
    case ABI_AES_SET_MESSAGE_OFFSET:
        aes->message_offset = argument0;
        return ABI_OK;
    case ABI_AES_SET_TAG_LENGTH:
        aes->wanted_tag = argument0;
        return ABI_OK;
    case ABI_AES_SET_CONFIDENTIAL:
        aes->open_text = argument0 == 0;
        return ABI_OK;
    default:
        return ABI_NOSUPPORT;
    }
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    struct aes *aes;

    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    aes = grant_enter(driver, process);
    if (aes == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    switch (number) {
    case ABI_AES_SETUP:
        return syscall_status(setup(process, aes));
    case ABI_AES_CRYPT:
        return syscall_status(crypt(process, aes));
    case ABI_AES_FINISH:
        return syscall_status(end(aes));
    default:
        return syscall_status(set(aes, number, argument0, argument1));
    }
}

static void ended(const struct driver *driver, struct process *process)
{
    struct aes *aes = grant_peek(driver, process);

    if (aes != NULL) {
        enter(aes, IDLE);
    }
}

const struct driver aes_driver = {
    .number = ABI_DRIVER_AES,
    .state_size = sizeof(struct aes),
    .upcalls = 1,
    .rw_buffers = 1,
    .ro_buffers = 3,
    .init = init,
    .command = command,
    .ended = ended,
};
