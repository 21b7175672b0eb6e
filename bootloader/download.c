// SPDX-License-Identifier: Apache-2.0
/*
 * A record of the file: magic u32, length of the arguments u16, zero u16, size of the object u32,
 * size of the slot's first page u32, the arguments of BEGIN, the object in stream order.
 */
#include <bootloader/download.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <link/messages.h>

#include "recovery.h"

#define MAGIC 0x55464447u /* "GDFU" */

/* What is written in one go: a multiple of every flash's write unit. */
enum { PIECE = 256 };
enum { HEAD = 16, MAGIC_AT = 0, ARGUMENTS_AT = 4, SIZE_AT = 8, ROTATE_AT = 12 };

static struct {
    uint8_t bytes[HEAD + LINK_REQUEST_MAX]; /* a head or a piece, as it comes in */
    uint32_t used;
    uint32_t size;   /* of the object that comes now; 0: a head comes */
    uint32_t offset; /* of the piece in it */
    bool wanted;     /* it is for the slot that is to be written */
    bool begun;      /* such a one has begun */
    bool found;      /* and has come whole */
} d;

/* What DFU has for an answer of the flash protocol. */
static uint8_t status_of(uint8_t answer)
{
    switch (answer) {
    case LINK_OK:
        return USB_DFU_OK;
    case LINK_WRONG_BOARD:
    case LINK_WRONG_KIND:
        return USB_DFU_ERR_TARGET;
    case LINK_NO_FLASH:
        return USB_DFU_ERR_ADDRESS;
    case LINK_FLASH:
        return USB_DFU_ERR_PROG;
    case LINK_DIGEST:
        return USB_DFU_ERR_VERIFY;
    case LINK_BUSY:
    case LINK_STATE:
        return USB_DFU_ERR_UNKNOWN; /* a host is at work over another line */
    default:
        return USB_DFU_ERR_FILE; /* malformed, unknown key, signature, too old */
    }
}

static void forget(void)
{
    memset(&d, 0, sizeof d);
}

static uint32_t arguments_length(void)
{
    return bytes_get_u16(d.bytes + ARGUMENTS_AT);
}

/* Bytes that the head has, as far as that is known. */
static uint32_t head_length(void)
{
    return d.used < HEAD ? HEAD : HEAD + arguments_length();
}

static bool is_head(void)
{
    return bytes_get_u32(d.bytes + MAGIC_AT) == MAGIC && arguments_length() <= LINK_REQUEST_MAX &&
           arguments_length() > 0 && bytes_get_u32(d.bytes + SIZE_AT) > 0;
}

/* The head is whole: the record is begun, or passed over. */
static uint8_t begin_record(void)
{
    struct link_begin begin;
    struct link_reply reply = {.length = 0};
    struct link_begun begun;
    uint8_t answer;

    d.size = bytes_get_u32(d.bytes + SIZE_AT);
    d.offset = 0;
    d.used = 0;
    if (!link_get_begin(d.bytes + HEAD, arguments_length(), &begin) || begin.size != d.size) {
        return USB_DFU_ERR_FILE;
    }
    d.wanted = begin.short_id == recovery_slot();
    if (!d.wanted) {
        return USB_DFU_OK;
    }
    if (d.begun) {
        return USB_DFU_ERR_FILE; /* a second one */
    }
    answer = recovery_request(LINK_BEGIN, d.bytes + HEAD, arguments_length(), &reply);
    if (answer != LINK_OK) {
        return status_of(answer);
    }
    d.begun = true;
    /* In which order the object comes was settled when the file was made. */
    return link_get_begun(reply.data, reply.length, &begun) &&
                   begun.rotate == bytes_get_u32(d.bytes + ROTATE_AT)
               ? USB_DFU_OK
               : USB_DFU_ERR_ADDRESS;
}

/* Takes what belongs to the head; answers how many bytes that were. */
static uint32_t take_head(const uint8_t *data, uint32_t length, uint8_t *status)
{
    uint32_t part = ck_min(length, head_length() - d.used);

    memcpy(d.bytes + d.used, data, part);
    d.used += part;
    if (d.used >= HEAD && !is_head()) {
        *status = USB_DFU_ERR_FILE;
    } else if (d.used == head_length()) {
        *status = begin_record();
    }
    return part;
}

static uint32_t take_object(const uint8_t *data, uint32_t length, uint8_t *status)
{
    uint32_t whole = ck_min(PIECE, d.size - d.offset);
    uint32_t part = ck_min(length, whole - d.used);

    memcpy(d.bytes + d.used, data, part);
    d.used += part;
    if (d.used < whole) {
        return part;
    }
    if (d.wanted) {
        *status = status_of(recovery_data(d.offset, d.bytes, whole));
    }
    d.used = 0;
    d.offset += whole;
    if (d.offset == d.size) {
        d.found = d.found || d.wanted;
        d.size = 0;
    }
    return part;
}

static uint8_t block(void *context, const uint8_t *data, size_t length)
{
    uint8_t status = USB_DFU_OK;
    uint32_t done = 0;

    (void)context;
    while (done < length && status == USB_DFU_OK) {
        uint32_t left = (uint32_t)length - done;

        done += d.size == 0 ? take_head(data + done, left, &status)
                            : take_object(data + done, left, &status);
    }
    return status;
}

/* Every record must end where it says; whether the right one was there is the verdict's. */
static bool complete(void *context)
{
    (void)context;
    return d.size == 0 && d.used == 0;
}

static uint8_t finish(void *context)
{
    bool found = d.found;
    uint8_t answer;

    (void)context;
    forget();
    if (!found) {
        return USB_DFU_ERR_TARGET;
    }
    answer = recovery_finish();
    if (answer == LINK_OK) {
        return USB_DFU_OK;
    }
    /* What came is gone. It matters most whether there is a kernel to go back to. */
    return recovery_has_kernel() ? status_of(answer) : (uint8_t)USB_DFU_ERR_FIRMWARE;
}

static void abort_download(void *context)
{
    bool begun = d.begun;

    (void)context;
    forget();
    if (begun) {
        (void)recovery_request(LINK_ABORT, NULL, 0, NULL);
    }
}

static void leave(void *context)
{
    (void)context;
    recovery_leave();
}

/* A head means a signature, an object an erasure; both can be in a block. */
static uint32_t duration_ms(void *context, size_t length)
{
    (void)context;
    return length > 0 ? boot_durations.verify + 2 * boot_durations.erase + boot_durations.block
                      : boot_durations.verify + boot_durations.erase;
}

const struct usb_dfu_target boot_download = {
    .duration_ms = duration_ms,
    .block = block,
    .complete = complete,
    .finish = finish,
    .abort = abort_download,
    .leave = leave,
};
