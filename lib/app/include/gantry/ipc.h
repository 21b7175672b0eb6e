// SPDX-License-Identifier: Apache-2.0
/*
 * Interprocess communication. A service is found by its package name; its number is the slot in
 * which it runs. A client shares a buffer with it and notifies it; the service finds the buffer
 * through the address in the upcall and notifies the client when it is done.
 *
 * What the protection unit opens is exactly the buffer: its size is a power of two, at least 32
 * bytes, or whole eighths of one of at least 256, and it is aligned likewise (_Alignas). One that
 * is not is never seen by the other side.
 */
#ifndef GANTRY_IPC_H
#define GANTRY_IPC_H

#include <gantry/syscall.h>

/**
 * Finds a service.
 * @param name     its package name, whole
 * @param service  receives its number
 * @return ABI_OK; ABI_NODEVICE when no process has that name
 */
enum abi_error ipc_discover(const char *name, uint32_t *service);
/**
 * Has function called when a client notifies: function(client, length, address, userdata); length
 * and address are 0 when the client shares nothing.
 * @param name  this app's own package name
 */
enum abi_error ipc_serve(const char *name, upcall_function *function, void *userdata);
/** Has function called when the service notifies: function(service, length, address, userdata). */
enum abi_error ipc_listen(uint32_t service, upcall_function *function, void *userdata);
/** Shares a buffer with a process, in place of what was shared; NULL, 0 takes it back, at once. */
enum abi_error ipc_share(uint32_t process, void *buffer, size_t length);
/** ABI_INVAL: no such process; ABI_NOMEM: it has too many upcalls waiting. */
enum abi_error ipc_notify_service(uint32_t service);
/** As ipc_notify_service(), for a service that answers. */
enum abi_error ipc_notify_client(uint32_t client);

#endif
