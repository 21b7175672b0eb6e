// SPDX-License-Identifier: Apache-2.0
#include <gantry/sha.h>

bool sha_exists(void)
{
    return syscall_ok(syscall_command(ABI_DRIVER_SHA, ABI_COMMAND_EXISTS, 0, 0));
}

void sha_release(void)
{
    (void)syscall_allow_ro(ABI_DRIVER_SHA, ABI_SHA_RO_DATA, NULL, 0);
    (void)syscall_allow_ro(ABI_DRIVER_SHA, ABI_SHA_RO_COMPARE, NULL, 0);
    (void)syscall_allow_rw(ABI_DRIVER_SHA, ABI_SHA_RW_DIGEST, NULL, 0);
}

enum abi_error sha256_start(const void *data, size_t length, uint8_t digest[SHA256_SIZE],
                            upcall_function *done, void *userdata)
{
    (void)syscall_subscribe(ABI_DRIVER_SHA, ABI_SHA_UPCALL_HASHED, done, userdata);
    (void)syscall_command(ABI_DRIVER_SHA, ABI_SHA_SET_ALGORITHM, ABI_SHA_256, 0);
    (void)syscall_allow_ro(ABI_DRIVER_SHA, ABI_SHA_RO_DATA, data, length);
    (void)syscall_allow_rw(ABI_DRIVER_SHA, ABI_SHA_RW_DIGEST, digest, SHA256_SIZE);
    return syscall_error(syscall_command(ABI_DRIVER_SHA, ABI_SHA_HASH, 0, 0));
}

enum abi_error sha256(const void *data, size_t length, uint8_t digest[SHA256_SIZE])
{
    uint32_t hashed[3] = {ABI_FAIL, 0, 0};
    enum abi_error error = sha256_start(data, length, digest, NULL, NULL);

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_SHA, ABI_SHA_UPCALL_HASHED, hashed);
        error = (enum abi_error)hashed[0];
    }
    sha_release();
    return error;
}

enum abi_error sha256_verify(const void *data, size_t length, const uint8_t digest[SHA256_SIZE],
                             bool *equal)
{
    uint32_t verified[3] = {ABI_FAIL, 0, 0};
    enum abi_error error;

    (void)syscall_command(ABI_DRIVER_SHA, ABI_SHA_SET_ALGORITHM, ABI_SHA_256, 0);
    (void)syscall_allow_ro(ABI_DRIVER_SHA, ABI_SHA_RO_DATA, data, length);
    (void)syscall_allow_ro(ABI_DRIVER_SHA, ABI_SHA_RO_COMPARE, digest, SHA256_SIZE);
    error = syscall_error(syscall_command(ABI_DRIVER_SHA, ABI_SHA_VERIFY, 0, 0));
    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_SHA, ABI_SHA_UPCALL_VERIFIED, verified);
        error = (enum abi_error)verified[0];
    }
    sha_release();
    *equal = error == ABI_OK && verified[1] == 1;
    return error;
}
