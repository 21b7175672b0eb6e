// SPDX-License-Identifier: Apache-2.0
/* What the files of the offline engine share. */
#ifndef OFFLINE_INTERNAL_H
#define OFFLINE_INTERNAL_H

#include <link/device.h>
#include <store/app.h>
#include <tbf/header.h>

#include "engine.h"
#include "flash.h"
#include "keys.h"

/* A growing queue of bytes. */
struct offline_queue {
    uint8_t *data;
    size_t first;
    size_t end;
    size_t room;
};

struct offline {
    struct board board;
    struct offline_flash flash;
    struct store_config config;
    struct store store;
    bool mounted;
    bool looked;  /* at the journal as it was: `strange` counts */
    bool strange; /* it is neither erased nor a journal */
    int mount_error;
    struct store_extent slots[BOARD_SLOTS];
    struct found_key key[KEYS_FOUND_MAX];
    size_t key_count;
    bool keys_known;

    struct link_device link;
    struct link_device_config link_config;
    uint8_t replay[64];
    const uint8_t *input;
    size_t input_left;
    struct offline_queue output;
    bool lost; /* an answer did not fit into the host's memory */

    struct link_begin wanted; /* what BEGIN announced */
    bool receiving;
    bool verdict_known; /* a COMMIT whose answer was lost may come again */
    uint8_t verdict;
};

/* The status that stands for an error of the store, a header or the flash. */
uint8_t offline_status(int error);
/* The slot whose kernel counts, by journal, else by version; NULL: there is no kernel. */
const struct store_extent *offline_kernel(struct offline *o, struct tbf_header *header);
/*
 * The store as it will be for a change, in the copy: to find out whether there is to be one. NULL:
 * there cannot be one, and *error says why.
 */
struct store *offline_preview(struct offline *offline, int *error);
/* Fills in key[]. */
void offline_find_keys(struct offline *o);
/* Parses the header of an object in flash. 0 or an error. */
int offline_header(struct offline *o, uint32_t address, uint32_t room, struct tbf_header *header);

/* requests.c */
uint8_t offline_request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                        struct link_reply *reply);

/* install.c */
uint8_t offline_begin(struct offline *o, const uint8_t *arguments, size_t length,
                      struct link_reply *reply);
uint8_t offline_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                     uint32_t complete);
uint8_t offline_commit(struct offline *o);
uint8_t offline_abort(struct offline *o);
/*
 * Commits the finished transfer as a candidate; owner and floor are taken from what is known of the
 * ShortID, and outlive an accepted app that it replaces. 0 or an error.
 */
int offline_commit_candidate(struct offline *o, struct store_app_record *record);

#endif
