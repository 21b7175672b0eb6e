// SPDX-License-Identifier: Apache-2.0
#include <gantry/ipc.h>

#include <string.h>

enum abi_error ipc_discover(const char *name, uint32_t *service)
{
    struct syscall_return result =
        syscall_allow_ro(ABI_DRIVER_IPC, ABI_IPC_RO_NAME, name, strlen(name));

    if (syscall_ok(result)) {
        result = syscall_command(ABI_DRIVER_IPC, ABI_IPC_DISCOVER, 0, 0);
    }
    (void)syscall_allow_ro(ABI_DRIVER_IPC, ABI_IPC_RO_NAME, NULL, 0);
    if (syscall_ok(result)) {
        *service = result.value[0];
    }
    return syscall_error(result);
}

enum abi_error ipc_listen(uint32_t service, upcall_function *function, void *userdata)
{
    return syscall_error(syscall_subscribe(ABI_DRIVER_IPC, service, function, userdata));
}

enum abi_error ipc_serve(const char *name, upcall_function *function, void *userdata)
{
    uint32_t own;
    enum abi_error error = ipc_discover(name, &own);

    return error != ABI_OK ? error : ipc_listen(own, function, userdata);
}

enum abi_error ipc_share(uint32_t process, void *buffer, size_t length)
{
    return syscall_error(syscall_allow_rw(ABI_DRIVER_IPC, process, buffer, length));
}

enum abi_error ipc_notify_service(uint32_t service)
{
    return syscall_error(syscall_command(ABI_DRIVER_IPC, ABI_IPC_NOTIFY_SERVICE, service, 0));
}

enum abi_error ipc_notify_client(uint32_t client)
{
    return syscall_error(syscall_command(ABI_DRIVER_IPC, ABI_IPC_NOTIFY_CLIENT, client, 0));
}
