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

/* A request with both its buffers shared under number 0. */
static enum abi_error begin(uint32_t driver, uint32_t command, uint32_t argument0,
                            uint32_t argument1)
{
    return syscall_error(syscall_command(driver, command, argument0, argument1));
}

static void take_back(uint32_t driver)
{
    (void)syscall_allow_ro(driver, 0, NULL, 0);
    (void)syscall_allow_rw(driver, 0, NULL, 0);
}

enum abi_error isolated_listen(uint32_t upcall, upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_ISOLATED_STORAGE, upcall, function, userdata));
}

enum abi_error isolated_read_begin(uint32_t offset, void *data, size_t length)
{
    (void)syscall_allow_rw(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_RW_READ, data, length);
    return begin(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_READ, offset, 0);
}

enum abi_error isolated_write_begin(uint32_t offset, const void *data, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_RO_WRITE, data, length);
    return begin(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_WRITE, offset, 0);
}

enum abi_error isolated_size(uint32_t *size)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = begin(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_SIZE, 0, 0);

    error = wait_for(error, ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_UPCALL_SIZE, answer);
    *size = answer[1];
    return error;
}

enum abi_error isolated_read(uint32_t offset, void *data, size_t length)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = isolated_read_begin(offset, data, length);

    error = wait_for(error, ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_UPCALL_READ, answer);
    take_back(ABI_DRIVER_ISOLATED_STORAGE);
    return error;
}

enum abi_error isolated_write(uint32_t offset, const void *data, size_t length)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = isolated_write_begin(offset, data, length);

    error = wait_for(error, ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_UPCALL_WRITTEN, answer);
    take_back(ABI_DRIVER_ISOLATED_STORAGE);
    return error;
}

uint32_t nonvolatile_size(void)
{
    struct syscall_return result =
        syscall_command(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_SIZE, 0, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

enum abi_error nonvolatile_listen(uint32_t upcall, upcall_function *function, void *userdata)
{
    return syscall_error(syscall_subscribe(ABI_DRIVER_NONVOLATILE, upcall, function, userdata));
}

enum abi_error nonvolatile_read_begin(uint32_t offset, void *data, size_t length)
{
    (void)syscall_allow_rw(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_RW_READ, data, length);
    return begin(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_READ, offset, (uint32_t)length);
}

enum abi_error nonvolatile_write_begin(uint32_t offset, const void *data, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_RO_WRITE, data, length);
    return begin(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_WRITE, offset, (uint32_t)length);
}

/* The upcalls of this driver bring no status, but the bytes. */
static enum abi_error nonvolatile_wait(enum abi_error error, uint32_t upcall, size_t *done)
{
    uint32_t answer[3] = {0, 0, 0};

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_NONVOLATILE, upcall, answer);
    }
    take_back(ABI_DRIVER_NONVOLATILE);
    *done = answer[0];
    return error;
}

enum abi_error nonvolatile_read(uint32_t offset, void *data, size_t length, size_t *done)
{
    return nonvolatile_wait(nonvolatile_read_begin(offset, data, length),
                            ABI_NONVOLATILE_UPCALL_READ, done);
}

enum abi_error nonvolatile_write(uint32_t offset, const void *data, size_t length, size_t *done)
{
    return nonvolatile_wait(nonvolatile_write_begin(offset, data, length),
                            ABI_NONVOLATILE_UPCALL_WRITTEN, done);
}

enum abi_error app_flash_listen(upcall_function *function, void *userdata)
{
    return syscall_error(
        syscall_subscribe(ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_UPCALL_DONE, function, userdata));
}

enum abi_error app_flash_write_begin(const void *target, const void *data, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_RO_DATA, data, length);
    return begin(ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_WRITE, (uint32_t)(uintptr_t)target, 0);
}

enum abi_error app_flash_write(const void *target, const void *data, size_t length)
{
    uint32_t answer[3] = {0, 0, 0};
    enum abi_error error = app_flash_write_begin(target, data, length);

    error = wait_for(error, ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_UPCALL_DONE, answer);
    (void)syscall_allow_ro(ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_RO_DATA, NULL, 0);
    return error;
}
