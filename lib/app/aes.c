// SPDX-License-Identifier: Apache-2.0
#include <gantry/aes.h>

static enum abi_error command(uint32_t number, uint32_t argument0, uint32_t argument1)
{
    return syscall_error(syscall_command(ABI_DRIVER_AES, number, argument0, argument1));
}

static void share_key(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length)
{
    (void)syscall_allow_ro(ABI_DRIVER_AES, ABI_AES_RO_KEY, key, key_length);
    (void)syscall_allow_ro(ABI_DRIVER_AES, ABI_AES_RO_IV, iv, iv_length);
}

static void share_texts(const void *source, size_t source_length, void *destination,
                        size_t destination_length)
{
    (void)syscall_allow_ro(ABI_DRIVER_AES, ABI_AES_RO_SOURCE, source, source_length);
    (void)syscall_allow_rw(ABI_DRIVER_AES, ABI_AES_RW_DESTINATION, destination, destination_length);
}

bool aes_exists(void)
{
    return command(ABI_COMMAND_EXISTS, 0, 0) == ABI_OK;
}

void aes_release(void)
{
    share_key(NULL, 0, NULL, 0);
    share_texts(NULL, 0, NULL, 0);
}

enum abi_error aes_start(const struct aes_setup *setup, const void *source, size_t source_length,
                         void *destination, size_t destination_length, upcall_function *done,
                         void *userdata)
{
    enum abi_error error = command(ABI_AES_SET_ALGORITHM, setup->algorithm, setup->encrypt ? 1 : 0);

    if (error != ABI_OK) {
        return error;
    }
    (void)command(ABI_AES_SET_ASSOCIATED_OFFSET, 0, 0);
    (void)command(ABI_AES_SET_MESSAGE_OFFSET, (uint32_t)setup->associated_length, 0);
    (void)command(ABI_AES_SET_TAG_LENGTH, (uint32_t)setup->tag_length, 0);
    (void)command(ABI_AES_SET_CONFIDENTIAL, setup->open_text ? 0 : 1, 0);
    (void)syscall_subscribe(ABI_DRIVER_AES, ABI_AES_UPCALL_DONE, done, userdata);
    share_key(setup->key, AES_KEY_SIZE, setup->iv, setup->iv_length);
    share_texts(source, source_length, destination, destination_length);
    error = command(ABI_AES_SETUP, 0, 0);
    share_key(NULL, 0, NULL, 0);
    return error;
}

enum abi_error aes_next_start(const void *source, void *destination, size_t length,
                              upcall_function *done, void *userdata)
{
    (void)syscall_subscribe(ABI_DRIVER_AES, ABI_AES_UPCALL_DONE, done, userdata);
    share_texts(source, length, destination, length);
    return command(ABI_AES_CRYPT, 0, 0);
}

/* Waits for a job that was started, if it was, and takes the buffers back. */
static enum abi_error wait(enum abi_error error, size_t *length, bool *tag_is_good)
{
    uint32_t done[3] = {ABI_FAIL, 0, 0};

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_AES, ABI_AES_UPCALL_DONE, done);
        error = (enum abi_error)done[0];
    }
    aes_release();
    if (length != NULL) {
        *length = done[1];
    }
    if (tag_is_good != NULL) {
        *tag_is_good = error == ABI_OK && done[2] == 1;
    }
    return error;
}

enum abi_error aes_crypt(const struct aes_setup *setup, const void *source, size_t source_length,
                         void *destination, size_t destination_length, size_t *length,
                         bool *tag_is_good)
{
    return wait(
        aes_start(setup, source, source_length, destination, destination_length, NULL, NULL),
        length, tag_is_good);
}

enum abi_error aes_next(const void *source, void *destination, size_t length)
{
    return wait(aes_next_start(source, destination, length, NULL, NULL), NULL, NULL);
}

enum abi_error aes_finish(void)
{
    return command(ABI_AES_FINISH, 0, 0);
}
