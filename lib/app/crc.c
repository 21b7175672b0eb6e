// SPDX-License-Identifier: Apache-2.0
#include <gantry/crc.h>

bool crc_exists(void)
{
    return syscall_ok(syscall_command(ABI_DRIVER_CRC, ABI_COMMAND_EXISTS, 0, 0));
}

void crc_release(void)
{
    (void)syscall_allow_ro(ABI_DRIVER_CRC, ABI_CRC_RO_DATA, NULL, 0);
}

enum abi_error crc_start(enum abi_crc_algorithm algorithm, const void *data, size_t length,
                         upcall_function *done, void *userdata)
{
    (void)syscall_subscribe(ABI_DRIVER_CRC, ABI_CRC_UPCALL_DONE, done, userdata);
    (void)syscall_allow_ro(ABI_DRIVER_CRC, ABI_CRC_RO_DATA, data, length);
    return syscall_error(
        syscall_command(ABI_DRIVER_CRC, ABI_CRC_COMPUTE, algorithm, (uint32_t)length));
}

enum abi_error crc_compute(enum abi_crc_algorithm algorithm, const void *data, size_t length,
                           uint32_t *value)
{
    uint32_t done[3] = {ABI_FAIL, 0, 0};
    enum abi_error error = crc_start(algorithm, data, length, NULL, NULL);

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_CRC, ABI_CRC_UPCALL_DONE, done);
        error = (enum abi_error)done[0];
    }
    crc_release();
    if (error == ABI_OK) {
        *value = done[1];
    }
    return error;
}
