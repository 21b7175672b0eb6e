// SPDX-License-Identifier: Apache-2.0
/*
 * The file consists of blocks, each of which comes as a block of DFU. A record: a block with magic
 * u32, address of the slot u32, size of the object u32, size of the slot's first page u32, length
 * of the arguments u16, the arguments of BEGIN; then the object in stream order, its last block
 * filled up.
 */
#include <bootloader/download.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <link/messages.h>

#include "recovery.h"

#define MAGIC 0x55464447u /* "GDFU" */

enum { MAGIC_AT = 0, SLOT_AT = 4, SIZE_AT = 8, ROTATE_AT = 12, ARGUMENTS_AT = 16, HEAD = 18 };

static struct {
    uint32_t size;   /* of the object that comes now; 0: a head comes */
    uint32_t offset; /* of the next block in it */
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
        return USB_DFU_ERR_TARGET;
    case LINK_FLASH:
        return USB_DFU_ERR_PROG;
    case LINK_DIGEST:
        return USB_DFU_ERR_VERIFY;
    default: /* busy with a host on another line, malformed, no kernel, unknown key, signature, too
                old */
        return USB_DFU_ERR_FILE;
    }
}

static void forget(void)
{
    memset(&d, 0, sizeof d);
}

static uint8_t take_head(const uint8_t *data, size_t length)
{
    uint32_t arguments = bytes_get_u16(data + ARGUMENTS_AT);
    uint8_t answer;

    if (length != BOOT_DOWNLOAD_BLOCK || bytes_get_u32(data + MAGIC_AT) != MAGIC ||
        arguments > BOOT_DOWNLOAD_BLOCK - HEAD) {
        return USB_DFU_ERR_FILE;
    }
    d.size = bytes_get_u32(data + SIZE_AT);
    d.offset = 0;
    d.wanted = bytes_get_u32(data + SLOT_AT) == recovery_slot();
    if (!d.wanted) {
        return USB_DFU_OK;
    }
    if (d.begun) {
        return USB_DFU_ERR_FILE; /* a second one */
    }
    answer = recovery_begin(data + HEAD, arguments, d.size, bytes_get_u32(data + ROTATE_AT));
    d.begun = answer == LINK_OK;
    return status_of(answer);
}

static uint8_t take_object(const uint8_t *data, size_t length)
{
    uint32_t part = ck_min(BOOT_DOWNLOAD_BLOCK, d.size - d.offset);
    uint8_t answer = LINK_OK;

    if (length < part) {
        return USB_DFU_ERR_FILE;
    }
    if (d.wanted) {
        answer = recovery_data(d.offset, data, part);
    }
    d.offset += part;
    if (d.offset == d.size) {
        d.found = d.found || d.wanted;
        d.size = 0;
    }
    return status_of(answer);
}

static uint8_t block(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return d.size == 0 ? take_head(data, length) : take_object(data, length);
}

/* Every record must end where it says; whether the right one was there is the verdict's. */
static bool complete(void *context)
{
    (void)context;
    return d.size == 0;
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
        recovery_abort();
    }
}

static void leave(void *context)
{
    (void)context;
    recovery_leave();
}

/* A head means a signature; an object an erasure now and then. */
static uint32_t duration_ms(void *context, size_t length)
{
    (void)context;
    if (length == 0 || d.size == 0) {
        return boot_durations.verify + boot_durations.erase;
    }
    return boot_durations.block +
           (recovery_will_erase(d.offset + BOOT_DOWNLOAD_BLOCK) ? boot_durations.erase : 0);
}

const struct usb_dfu_target boot_download = {
    .duration_ms = duration_ms,
    .block = block,
    .complete = complete,
    .finish = finish,
    .abort = abort_download,
    .leave = leave,
};
