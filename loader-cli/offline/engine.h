// SPDX-License-Identifier: Apache-2.0
/*
 * A device's side of the flash protocol, for a device that does not run: over its flash, reached
 * without its help, and lib/store. So every command about apps works as it does on a device.
 *
 * It writes candidates, as docs/store.md has it: the kernel verifies them when it next starts. What
 * can be checked here is checked as well: the digest, the signature against the keys found in the
 * kernel's image, versions and the room.
 */
#ifndef OFFLINE_ENGINE_H
#define OFFLINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include <store/store.h>

#include "board.h"
#include "memory.h"

struct offline;

/**
 * Begins. Nothing is read yet, and nothing changed before a request asks for a change.
 * @param board, memory  copied; the memory is taken over, also when this fails
 * @return NULL: no room on the host
 */
struct offline *offline_open(const struct board *board, const struct memory *memory);
void offline_close(struct offline *offline);

/** Takes what a host sends and does what it asks. @return 0, or a negative enum link_error */
int offline_send(struct offline *offline, const uint8_t *data, size_t length);
/** What the answers are. @return bytes, 0: none at the moment, or a negative enum link_error */
int offline_receive(struct offline *offline, uint8_t *data, size_t capacity);

/** The board. */
const struct board *offline_board(const struct offline *offline);
/**
 * The store, mounted.
 * @param change  it is about to be changed: mounted on the device, rather than in the shadow
 * @param error   receives 0, a STORE_E_* or a negative enum link_error; NULL: nobody asks
 * @return NULL: it cannot be mounted
 */
struct store *offline_store(struct offline *offline, bool change, int *error);
/**
 * Ends a change of the store.
 * @param begun  what a store_*_begin() function has answered
 * @return 0, a STORE_E_* or a negative enum link_error
 */
int offline_finish(struct offline *offline, int begun);
/**
 * The flash itself, for what lies beside the store.
 * @param change  it is about to be changed; else what is changed stays in a copy on the host
 * @param error   receives 0, STORE_E_CONFIG for a kernel of another board, or a negative enum
 *                link_error
 * @return NULL: it cannot be; else it lives as long as `offline`. Its changes end with
 *         offline_settle()
 */
const struct hil_flash *offline_hil(struct offline *offline, bool change, int *error);
/** What was changed through offline_hil() is lasting. @return 0 or a negative enum link_error */
int offline_settle(struct offline *offline);
/** Bytes of the flash; NULL when they are outside it or cannot be read. */
const uint8_t *offline_peek(struct offline *offline, uint32_t address, uint32_t length);
/**
 * Changes bytes past the store: pages are rewritten.
 * @return 0, or a negative enum link_error or hil_error
 */
int offline_poke(struct offline *offline, uint32_t address, const uint8_t *data, uint32_t length);
/** What the flash is reached by. */
const struct memory *offline_memory(const struct offline *offline);
/**
 * Whether, before anything was changed, neither half of the journal was one nor erased: the flash
 * is then hardly one of this board. Known once the store has been mounted.
 */
bool offline_is_strange(const struct offline *offline);
/** Why the memory failed; 0: it did not. */
int offline_error(const struct offline *offline);

#endif
