// SPDX-License-Identifier: Apache-2.0
/* Waiting for a host that installs a kernel. */
#ifndef BOOT_RECOVERY_H
#define BOOT_RECOVERY_H

#include <bootloader/bootloader.h>
#include <link/device.h>
#include <store/kernel.h>

enum recovery_reason {
    RECOVERY_NO_KERNEL = 1, /* no slot holds one that may run */
    RECOVERY_ASKED = 2,     /* by the kernel, a strap, or two resets in a row */
    RECOVERY_FAILURES = 3   /* kernels were started again and again and did not come up */
};

/**
 * Speaks the flash protocol until the host asks for a restart. After failures the kernel gets
 * another chance when no host has come for a minute: what ails the board may pass.
 */
_Noreturn void recovery_run(const struct boot_config *config, enum recovery_reason reason,
                            struct store_kernel *state);

/*
 * The same for a kernel that comes another way than over a line, within boot_config.poll: whoever
 * has a session goes first.
 */

/** Address of the slot that a kernel would go to. */
uint32_t recovery_slot(void);
/** Whether there is a kernel that will be started. */
bool recovery_has_kernel(void);
/**
 * Begins a transfer.
 * @param arguments  of LINK_BEGIN, length bytes
 * @param size       what they must say of the object's size
 * @param rotate     what the reply must say of the order: in that one the object will come
 * @return enum link_status; LINK_BUSY when a host has a session
 */
uint8_t recovery_begin(const uint8_t *arguments, size_t length, uint32_t size, uint32_t rotate);
/** Gives it up. */
void recovery_abort(void);
/** Whether storing the stream up to an offset means to erase a page. */
bool recovery_will_erase(uint32_t offset);
/** Stores the next bytes of the object. @return enum link_status */
uint8_t recovery_data(uint32_t offset, const uint8_t *data, size_t length);
/** All bytes have been stored: the verdict, as of LINK_COMMIT. */
uint8_t recovery_finish(void);
/** Restarts the board soon. */
void recovery_leave(void);

#endif
