// SPDX-License-Identifier: Apache-2.0
/*
 * The loader as an app that installs apps has it, through the app-loader capsule, if it may
 * (process.h, may_install): bytes are written into free flash, and what they are is asked only when
 * all of them are there. Then the object is verified as strictly as one that a host announced, and
 * committed in the journal, or given up.
 *
 * Kernel loop, and system calls that are being handled. One upload at a time, and none while a host
 * installs. Each function of the first kind begins something that takes long and answers ABI_OK;
 * then `done` is called in the kernel loop. With another answer nothing has begun.
 */
#ifndef KERNEL_INSTALLER_H
#define KERNEL_INSTALLER_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/syscall.h>
#include <kernel/process.h>

#define INSTALLER_BLOCK 128u /* bytes that one write takes at most */

/** How it ended. */
typedef void installer_done(enum abi_error status);

struct installer {
    /**
     * Finds free flash for an object and opens it for writing.
     * @param size  bytes, a multiple of 4, at least 16
     * @return ABI_OK, then ABI_FAIL when there is no room; ABI_BUSY
     */
    enum abi_error (*setup)(uint32_t size, installer_done *done);
    /**
     * Writes a block. Each byte once; the order is free.
     * @param offset    in the object, a multiple of 4
     * @param data      length bytes; copied
     * @param length    a multiple of 4, at most INSTALLER_BLOCK
     * @param complete  everything before this offset is written once this block is
     * @return ABI_OK, then ABI_FAIL or ABI_OFF when it could not be written; ABI_BUSY, ABI_INVAL
     */
    enum abi_error (*write)(uint32_t offset, const uint8_t *data, uint32_t length,
                            uint32_t complete, installer_done *done);
    /**
     * Verifies what was written, installs it and starts it. The upload is over in any case.
     * @return ABI_OK, then ABI_NOMEM (too little RAM), ABI_INVAL (the protection unit cannot cover
     *         it), ABI_OFF (the device failed) or ABI_FAIL (everything else); ABI_BUSY, ABI_INVAL
     *         (nothing to load, or not all of it was written)
     */
    enum abi_error (*load)(installer_done *done);
    /** Gives the space back. @return ABI_OK, ABI_BUSY, ABI_INVAL (there is no upload) */
    enum abi_error (*abort)(installer_done *done);
    /**
     * Ends the process of an app and takes it off the process table; the app stays installed. Done
     * when it returns.
     * @param short_id  of the app, not 0
     * @param caller    who asks: not to be ended
     * @param address   receives where the app lies in flash
     * @return ABI_OK, ABI_BUSY, ABI_FAIL (no such process), ABI_INVAL (it is the caller's own)
     */
    enum abi_error (*unload)(uint32_t short_id, const struct process *caller, uint32_t *address);
    /**
     * Whoever uploaded is gone. What is under way ends without `done`; what was not loaded is given
     * up.
     */
    void (*release)(void);
};

#endif
