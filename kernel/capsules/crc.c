// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40002: check values over what a process shares. */
#include <base/checked.h>
#include <kernel/capsules.h>

#include "pieces.h"

struct crc {
    bool busy;
    uint8_t algorithm; /* enum hil_crc_algorithm, which has the numbers of enum abi_crc_algorithm */
    uint32_t position;
    uint32_t length;
    uint32_t value;
};

static const struct hil_crc *unit;

static bool run(struct process *process, void *state);
static struct pieces pieces = PIECES(pieces, &crc_driver, run);

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    unit = device;
}

static void finish(struct process *process, struct crc *crc, enum abi_error error)
{
    uint32_t value = 0;
    uint32_t width = 0;

    if (error == ABI_OK) {
        value = unit->finish(unit, (enum hil_crc_algorithm)crc->algorithm, crc->value);
        width = crc->algorithm == ABI_CRC_16_CCITT ? 16 : 32;
    }
    crc->busy = false;
    (void)upcall_post(&crc_driver, process, ABI_CRC_UPCALL_DONE, error, value, width);
}

static bool run(struct process *process, void *state)
{
    struct crc *crc = state;
    struct userbuf_ro data = userbuf_ro(&crc_driver, process, ABI_CRC_RO_DATA);
    enum abi_error error = pieces_check(data.length, crc->length);
    uint32_t count = ck_min(crc->length - crc->position, unit->piece);

    if (!crc->busy) {
        return false;
    }
    if (error == ABI_OK) {
        crc->value = unit->update(unit, (enum hil_crc_algorithm)crc->algorithm, crc->value,
                                  data.data + crc->position, count);
        crc->position += count;
    }
    if (error != ABI_OK || crc->position == crc->length) {
        finish(process, crc, error);
    }
    return true;
}

static enum abi_error compute(struct process *process, uint32_t algorithm, uint32_t length)
{
    struct userbuf_ro data = userbuf_ro(&crc_driver, process, ABI_CRC_RO_DATA);
    struct crc *crc = grant_enter(&crc_driver, process);

    if (crc == NULL) {
        return ABI_NOMEM;
    }
    if (algorithm > ABI_CRC_16_CCITT) {
        return ABI_INVAL;
    }
    if (crc->busy) {
        return ABI_BUSY;
    }
    if (length == 0 || length > data.length) {
        return ABI_SIZE;
    }
    *crc = (struct crc){.busy = true, .algorithm = (uint8_t)algorithm, .length = length};
    crc->value = unit->start(unit, (enum hil_crc_algorithm)algorithm);
    pieces_start(&pieces);
    return ABI_OK;
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_CRC_COMPUTE:
        return syscall_status(compute(process, argument0, argument1));
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver crc_driver = {
    .number = ABI_DRIVER_CRC,
    .state_size = sizeof(struct crc),
    .upcalls = 1,
    .ro_buffers = 1,
    .init = init,
    .command = command,
};
