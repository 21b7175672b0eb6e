// SPDX-License-Identifier: Apache-2.0
#include <gantry/storage.h>

static enum abi_error wait_for(enum abi_error begun, uint32_t driver, uint32_t upcall,
                               uint32_t answer[3])
{
    if (begun == ABI_OK) {
        syscall_yield_wait_for(driver, upcall, answer);
        begun = (enum abi_error)answer[0];
    }
    return begun;
}

static enum abi_error kv_begin(uint32_t command, const void *key, size_t key_length)
{
    (void)syscall_allow_ro(ABI_DRIVER_KEY_VALUE, ABI_KV_RO_KEY, key, key_length);
    return syscall_error(syscall_command(ABI_DRIVER_KEY_VALUE, command, 0, 0));
}

static void kv_take_back(void)
{
    (void)syscall_allow_ro(ABI_DRIVER_KEY_VALUE, ABI_KV_RO_KEY, NULL, 0);
    (void)syscall_allow_ro(ABI_DRIVER_KEY_VALUE, ABI_KV_RO_VALUE, NULL, 0);
    (void)syscall_allow_rw(ABI_DRIVER_KEY_VALUE, ABI_KV_RW_VALUE, NULL, 0);
}

enum abi_error kv_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_KEY_VALUE, ABI_KV_UPCALL_DONE, function, userdata));
}

enum abi_error kv_get_begin(const void *key, size_t key_length, void *value, size_t capacity)
{
    (void)syscall_allow_rw(ABI_DRIVER_KEY_VALUE, ABI_KV_RW_VALUE, value, capacity);
    return kv_begin(ABI_KV_GET, key, key_length);
}

enum abi_error kv_change_begin(uint32_t command, const void *key, size_t key_length,
                               const void *value, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_KEY_VALUE, ABI_KV_RO_VALUE, value, length);
    return kv_begin(command, key, key_length);
}

enum abi_error kv_get(const void *key, size_t key_length, void *value, size_t capacity,
                      size_t *length)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = kv_get_begin(key, key_length, value, capacity);

    error = wait_for(error, ABI_DRIVER_KEY_VALUE, ABI_KV_UPCALL_DONE, answer);
    kv_take_back();
    if (length != NULL) {
        *length = answer[1];
    }
    return error;
}

static enum abi_error kv_change(uint32_t command, const void *key, size_t key_length,
                                const void *value, size_t length)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = kv_change_begin(command, key, key_length, value, length);

    error = wait_for(error, ABI_DRIVER_KEY_VALUE, ABI_KV_UPCALL_DONE, answer);
    kv_take_back();
    return error;
}

enum abi_error kv_set(const void *key, size_t key_length, const void *value, size_t length)
{
    return kv_change(ABI_KV_SET, key, key_length, value, length);
}

enum abi_error kv_add(const void *key, size_t key_length, const void *value, size_t length)
{
    return kv_change(ABI_KV_ADD, key, key_length, value, length);
}

enum abi_error kv_update(const void *key, size_t key_length, const void *value, size_t length)
{
    return kv_change(ABI_KV_UPDATE, key, key_length, value, length);
}

enum abi_error kv_delete(const void *key, size_t key_length)
{
    return kv_change(ABI_KV_DELETE, key, key_length, NULL, 0);
}

enum abi_error kv_collect(void)
{
    return kv_change(ABI_KV_COLLECT, NULL, 0, NULL, 0);
}
