// SPDX-License-Identifier: Apache-2.0
/*
 * Cyclic redundancy checks by the kernel (driver 0x40002), over data in RAM or flash. One at a time
 * per app. Errors, besides those of system calls: ABI_NODEVICE when the board has no such driver;
 * ABI_SIZE for no data; ABI_INVAL for an unknown algorithm.
 */
#ifndef GANTRY_CRC_H
#define GANTRY_CRC_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Whether the board has the driver. */
bool crc_exists(void);

/**
 * Computes the check value of length bytes and waits for it; other upcalls are not run meanwhile.
 * @param value  receives it; unchanged when it fails
 */
enum abi_error crc_compute(enum abi_crc_algorithm algorithm, const void *data, size_t length,
                           uint32_t *value);

/**
 * Begins to compute. The data are the kernel's until done(status, value, width in bits, userdata)
 * has run, which it does while the app yields; call crc_release() then, or at any time before to
 * give up: the status is then ABI_RESERVE.
 * @return ABI_OK; ABI_BUSY while another is under way, whose data are then lost
 */
enum abi_error crc_start(enum abi_crc_algorithm algorithm, const void *data, size_t length,
                         upcall_function *done, void *userdata);
/** Takes the data back. */
void crc_release(void);

GANTRY_C_END

#endif
