// SPDX-License-Identifier: Apache-2.0
/* What the four storage capsules share: one operation at a time, in turns, and writing through
 * pages. Not for others. */
#ifndef CAPSULES_STORAGE_H
#define CAPSULES_STORAGE_H

#include <kernel/driver.h>
#include <kernel/storage.h>

/** What a capsule did when it was its turn. */
enum storage_turn {
    STORAGE_NOTHING, /* this process has asked for nothing */
    STORAGE_DONE,    /* what it asked for is over */
    STORAGE_GOES_ON  /* step() is called until it answers something else than KV_BUSY */
};

/** A storage capsule; constant. */
struct storage_user {
    const struct driver *driver;
    enum storage_turn (*start)(struct process *process);
    /** @param process  who asked; NULL once that has ended: what can be given up, is */
    int (*step)(struct process *process);
};

/** The board's areas. */
extern const struct kernel_storage *storage_areas;

/** Takes a capsule in, and at first the board's device: finishes a page that a power cut left half
 * copied. */
void storage_open(const struct kernel_storage *device, const struct storage_user *user);
/** Has the capsules' start() called. */
void storage_wake(void);

/** Bytes of flash, to be read at once. */
const uint8_t *storage_bytes(uint32_t address, uint32_t length);

/**
 * Begins writing into flash, byte by byte what the process shares for reading under number 0; the
 * other bytes of the pages stay. storage_write_step() carries it on.
 * @param driver           whose buffer it is
 * @param address, length  whole range inside flash that the kernel may change
 */
void storage_write_begin(const struct driver *driver, uint32_t address, uint32_t length);
/**
 * @param process  NULL once it has ended
 * @return KV_BUSY; 0; KV_E_CANCELLED when the buffer shrank or the process ended: the page that was
 *         being made, and those behind it, are as before; an error of the flash
 */
int storage_write_step(struct process *process);

/** Copies a piece of flash into what the process shares for writing under number 0. @return bytes
 * copied, 0 at the end of buffer or range */
uint32_t storage_read_piece(const struct driver *driver, struct process *process, uint32_t address,
                            uint32_t length, uint32_t offset);

/** The error of an upcall or a call. */
enum abi_error storage_error(int result);

#endif
