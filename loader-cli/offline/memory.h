// SPDX-License-Identifier: Apache-2.0
/*
 * Flash that the host reaches by itself: a file, a debug probe. Addresses are those of the device;
 * callers have checked every range against the board's geometry.
 */
#ifndef OFFLINE_MEMORY_H
#define OFFLINE_MEMORY_H

#include <stdint.h>

/** How it is reached. Functions answer 0 or a negative enum link_error. One thread. */
struct memory_ops {
    /** Reads length bytes, at least 1. */
    int (*read)(void *context, uint32_t address, void *data, uint32_t length);
    /** Erases one page: it reads as the erase value afterwards. */
    int (*erase)(void *context, uint32_t address, uint32_t size);
    /**
     * Programs whole units inside one page; what was there is erased or gets all bits programmed.
     * Nothing else of the page changes.
     */
    int (*program)(void *context, uint32_t address, const void *data, uint32_t length);
    /** What was done before is lasting before anything that is done afterwards. */
    int (*barrier)(void *context);
    /** Lets go; frees the context. */
    void (*close)(void *context);
};

struct memory {
    const struct memory_ops *ops;
    void *context;
};

#endif
