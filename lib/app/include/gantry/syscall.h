// SPDX-License-Identifier: Apache-2.0
/*
 * The system calls of Tock 2.x (TRD 104), as they are. The other headers are easier to use.
 *
 * Apps include <gantry/...>: the name of the system that they are written for, as they would
 * include <sys/...> of another. Numbers come from <abi/...>, which the kernel shares.
 */
#ifndef GANTRY_SYSCALL_H
#define GANTRY_SYSCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/driver.h>
#include <abi/syscall.h>
#include <gantry/linkage.h>

GANTRY_C_BEGIN

/** Registers 0 to 3 after a system call. */
struct syscall_return {
    uint32_t variant; /* enum abi_return */
    uint32_t value[3];
};

/** A function that the kernel calls while the app yields. */
typedef void upcall_function(uint32_t argument0, uint32_t argument1, uint32_t argument2,
                             void *userdata);

/** Whether a call succeeded. */
static inline bool syscall_ok(struct syscall_return result)
{
    return result.variant >= ABI_SUCCESS;
}

/** The error of a failed call, 0 for one that succeeded. */
static inline enum abi_error syscall_error(struct syscall_return result)
{
    return syscall_ok(result) ? ABI_OK : (enum abi_error)result.value[0];
}

struct syscall_return syscall_command(uint32_t driver, uint32_t command, uint32_t argument0,
                                      uint32_t argument1);
/** function NULL unsubscribes. */
struct syscall_return syscall_subscribe(uint32_t driver, uint32_t number, upcall_function *function,
                                        void *userdata);
/** Shares memory that the kernel may write; the app must not touch it until it has it back. */
struct syscall_return syscall_allow_rw(uint32_t driver, uint32_t number, void *data, size_t length);
/** Shares memory that the kernel may read: RAM or flash. */
struct syscall_return syscall_allow_ro(uint32_t driver, uint32_t number, const void *data,
                                       size_t length);
/** Shares memory that the kernel writes and the app may read meanwhile. */
struct syscall_return syscall_allow_ur(uint32_t driver, uint32_t number, void *data, size_t length);
/** Asks about or moves the app's memory: enum abi_memop. */
struct syscall_return syscall_memop(uint32_t operation, uint32_t argument);

/** Runs one waiting upcall, or waits for one. */
void syscall_yield_wait(void);
/** Runs one waiting upcall, if any; tells whether there was one. */
bool syscall_yield_no_wait(void);
/** Waits for one upcall and takes its arguments instead of running its function. */
void syscall_yield_wait_for(uint32_t driver, uint32_t number, uint32_t argument[3]);

/** Ends the app with a completion code: 0 for success, else an enum abi_error or a code of its own.
 */
GANTRY_NORETURN void syscall_exit(uint32_t code);
/** Ends the app and has it started anew. */
GANTRY_NORETURN void syscall_exit_restart(void);

/** The name of an error code, such as "NOMEM". */
const char *syscall_error_name(enum abi_error error);

GANTRY_C_END

#endif
