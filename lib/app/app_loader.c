// SPDX-License-Identifier: Apache-2.0
#include <gantry/app_loader.h>

static enum abi_error command(uint32_t number, uint32_t argument0, uint32_t argument1)
{
    return syscall_error(syscall_command(ABI_DRIVER_APP_LOADER, number, argument0, argument1));
}

/* Waits for what has begun; answers its status. */
static enum abi_error wait(enum abi_error begun, uint32_t upcall, uint32_t *value)
{
    uint32_t result[3] = {(uint32_t)begun, 0, 0};

    if (begun == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_APP_LOADER, upcall, result);
    }
    if (value != NULL) {
        *value = result[1];
    }
    return (enum abi_error)result[0];
}

enum abi_error app_loader_available(void)
{
    return command(ABI_COMMAND_EXISTS, 0, 0);
}

enum abi_error app_loader_listen(uint32_t upcall, upcall_function *function, void *userdata)
{
    return syscall_error(syscall_subscribe(ABI_DRIVER_APP_LOADER, upcall, function, userdata));
}

enum abi_error app_loader_setup_start(uint32_t size)
{
    return command(ABI_APP_LOADER_SETUP, size, 0);
}

enum abi_error app_loader_write_start(uint32_t offset, const void *data, size_t length)
{
    enum abi_error error = syscall_error(
        syscall_allow_ro(ABI_DRIVER_APP_LOADER, ABI_APP_LOADER_RO_DATA, data, length));

    return error != ABI_OK ? error : command(ABI_APP_LOADER_WRITE, offset, (uint32_t)length);
}

enum abi_error app_loader_finalize_start(void)
{
    return command(ABI_APP_LOADER_FINALIZE, 0, 0);
}

enum abi_error app_loader_load_start(void)
{
    return command(ABI_APP_LOADER_LOAD, 0, 0);
}

enum abi_error app_loader_abort_start(void)
{
    return command(ABI_APP_LOADER_ABORT, 0, 0);
}

enum abi_error app_loader_setup(uint32_t size)
{
    return wait(app_loader_setup_start(size), ABI_APP_LOADER_UPCALL_SETUP, NULL);
}

enum abi_error app_loader_write(uint32_t offset, const void *data, size_t length)
{
    enum abi_error error =
        wait(app_loader_write_start(offset, data, length), ABI_APP_LOADER_UPCALL_WRITTEN, NULL);

    (void)syscall_allow_ro(ABI_DRIVER_APP_LOADER, ABI_APP_LOADER_RO_DATA, NULL, 0);
    return error;
}

enum abi_error app_loader_finalize(void)
{
    return wait(app_loader_finalize_start(), ABI_APP_LOADER_UPCALL_FINALIZED, NULL);
}

enum abi_error app_loader_load(void)
{
    return wait(app_loader_load_start(), ABI_APP_LOADER_UPCALL_LOADED, NULL);
}

enum abi_error app_loader_abort(void)
{
    return wait(app_loader_abort_start(), ABI_APP_LOADER_UPCALL_ABORTED, NULL);
}

enum abi_error app_loader_unload(uint32_t short_id, uint32_t *address)
{
    return wait(command(ABI_APP_LOADER_UNLOAD, short_id, 0), ABI_APP_LOADER_UPCALL_UNLOADED,
                address);
}

enum abi_error app_loader_install(const void *object, size_t size)
{
    enum abi_error error = app_loader_setup((uint32_t)size);

    if (error != ABI_OK) {
        return error;
    }
    error = app_loader_write(0, object, size);
    error = error != ABI_OK ? error : app_loader_finalize();
    if (error != ABI_OK) {
        (void)app_loader_abort();
        return error;
    }
    return app_loader_load();
}
