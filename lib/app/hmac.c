// SPDX-License-Identifier: Apache-2.0
#include <gantry/hmac.h>

static enum abi_error command(uint32_t number)
{
    return syscall_error(syscall_command(ABI_DRIVER_HMAC, number, ABI_HMAC_SHA256, 0));
}

static void share(const void *key, size_t key_length, const void *data, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_HMAC, ABI_HMAC_RO_KEY, key, key_length);
    (void)syscall_allow_ro(ABI_DRIVER_HMAC, ABI_HMAC_RO_DATA, data, length);
}

bool hmac_exists(void)
{
    return command(ABI_HMAC_SET_ALGORITHM) == ABI_OK;
}

void hmac_release(void)
{
    share(NULL, 0, NULL, 0);
    (void)syscall_allow_ro(ABI_DRIVER_HMAC, ABI_HMAC_RO_COMPARE, NULL, 0);
    (void)syscall_allow_rw(ABI_DRIVER_HMAC, ABI_HMAC_RW_CODE, NULL, 0);
}

/* Starts a job and waits for its upcall; the buffers are shared already and taken back. */
static enum abi_error do_job(uint32_t number, uint32_t upcall, uint32_t *value)
{
    uint32_t done[3] = {ABI_FAIL, 0, 0};
    enum abi_error error = command(number);

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_HMAC, upcall, done);
        error = (enum abi_error)done[0];
    }
    hmac_release();
    *value = done[1];
    return error;
}

static enum abi_error do_verify(uint32_t number, const uint8_t *code, bool *equal)
{
    uint32_t value;
    enum abi_error error;

    (void)syscall_allow_ro(ABI_DRIVER_HMAC, ABI_HMAC_RO_COMPARE, code, HMAC_SHA256_SIZE);
    error = do_job(number, ABI_HMAC_UPCALL_VERIFIED, &value);
    *equal = error == ABI_OK && value == 1;
    return error;
}

static enum abi_error do_make(uint32_t number, uint8_t *code)
{
    uint32_t address;

    (void)syscall_allow_rw(ABI_DRIVER_HMAC, ABI_HMAC_RW_CODE, code, HMAC_SHA256_SIZE);
    return do_job(number, ABI_HMAC_UPCALL_DONE, &address);
}

enum abi_error hmac_sha256_start(const void *key, size_t key_length, const void *data,
                                 size_t length, uint8_t code[HMAC_SHA256_SIZE],
                                 upcall_function *done, void *userdata)
{
    enum abi_error error = command(ABI_HMAC_SET_ALGORITHM);

    if (error != ABI_OK) {
        return error;
    }
    (void)syscall_subscribe(ABI_DRIVER_HMAC, ABI_HMAC_UPCALL_DONE, done, userdata);
    share(key, key_length, data, length);
    (void)syscall_allow_rw(ABI_DRIVER_HMAC, ABI_HMAC_RW_CODE, code, HMAC_SHA256_SIZE);
    return command(ABI_HMAC_RUN);
}

enum abi_error hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
                           uint8_t code[HMAC_SHA256_SIZE])
{
    enum abi_error error = command(ABI_HMAC_SET_ALGORITHM);

    if (error != ABI_OK) {
        return error;
    }
    share(key, key_length, data, length);
    return do_make(ABI_HMAC_RUN, code);
}

enum abi_error hmac_sha256_verify(const void *key, size_t key_length, const void *data,
                                  size_t length, const uint8_t code[HMAC_SHA256_SIZE], bool *equal)
{
    enum abi_error error = command(ABI_HMAC_SET_ALGORITHM);

    *equal = false;
    if (error != ABI_OK) {
        return error;
    }
    share(key, key_length, data, length);
    return do_verify(ABI_HMAC_VERIFY, code, equal);
}

enum abi_error hmac_sha256_begin(const void *key, size_t key_length, const void *data,
                                 size_t length)
{
    uint32_t unused;
    enum abi_error error = command(ABI_HMAC_SET_ALGORITHM);

    if (error != ABI_OK) {
        return error;
    }
    share(key, key_length, data, length);
    return do_job(ABI_HMAC_UPDATE, ABI_HMAC_UPCALL_DONE, &unused);
}

enum abi_error hmac_sha256_add(const void *data, size_t length)
{
    uint32_t unused;

    share(NULL, 0, data, length);
    return do_job(ABI_HMAC_UPDATE, ABI_HMAC_UPCALL_DONE, &unused);
}

enum abi_error hmac_sha256_end(uint8_t code[HMAC_SHA256_SIZE])
{
    return do_make(ABI_HMAC_FINISH, code);
}

enum abi_error hmac_sha256_end_verify(const uint8_t code[HMAC_SHA256_SIZE], bool *equal)
{
    return do_verify(ABI_HMAC_VERIFY_FINISH, code, equal);
}
