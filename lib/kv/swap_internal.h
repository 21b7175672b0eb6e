// SPDX-License-Identifier: Apache-2.0
/* What the files of swap share; not for its users. */
#ifndef KV_SWAP_INTERNAL_H
#define KV_SWAP_INTERNAL_H

#include <kv/swap.h>

enum {
    SWAP_LOGS = 2,
    SWAP_PIECE = 256, /* bytes that one step checks or copies */
    SWAP_UNIT_MAX = 32
};

/* Stages of operations; swap.c runs them. */
enum swap_stage {
    STAGE_IDLE,
    STAGE_OPEN, /* takes bytes */
    STAGE_SCAN,
    STAGE_SCAN_IMAGE,
    STAGE_FRESH_VOID,
    STAGE_FRESH_ERASE,
    STAGE_FRESH_HEAD,
    STAGE_FRESH_APPEND,
    STAGE_FRESH_SWAP,
    STAGE_FRESH_SEAL,
    STAGE_OLD_VOID,
    STAGE_FRESH_DONE,
    STAGE_IMAGE_ERASE,
    STAGE_ANNOUNCE,
    STAGE_FLUSH,
    STAGE_CHECK,
    STAGE_RECORD,
    STAGE_SEAL,
    STAGE_TARGET_ERASE,
    STAGE_COPY,
    STAGE_DONE,
    STAGE_SETTLED,
    STAGE_LAST
};

static inline uint32_t swap_write_unit(const struct swap *swap)
{
    return swap->config->flash->geometry->write_unit;
}

/* swap_flash.c */

/* Bytes of flash; NULL outside of it. */
const uint8_t *swap_bytes(const struct swap *swap, uint32_t address, uint32_t length);
/* Each starts an operation; its status is looked at by the next step. */
int swap_program(struct swap *swap, uint32_t address, const uint8_t *data, uint32_t length);
int swap_erase_page(struct swap *swap, uint32_t address);
/* Drives a unit to its end: certain, whatever it held. Uses buffer[]. */
int swap_mark(struct swap *swap, uint32_t address);
/* Goes to the next stage once an operation was started; the same stage again while flash is busy.
 */
int swap_then(struct swap *swap, int result, unsigned stage);

/* swap_log.c */
uint32_t swap_log_page(const struct swap *swap, uint32_t index);
/* Where an entry's seal and its mark of being done lie. */
uint32_t swap_seal_of(const struct swap *swap, uint32_t entry);
uint32_t swap_done_of(const struct swap *swap, uint32_t entry);
/* Whether a page of the right size starts at an address. */
bool swap_is_page(const struct swap *swap, uint32_t address);
/* Takes the next piece of the image into the CRC; true when that was the last. */
bool swap_check_piece(struct swap *swap);
/* Goes on with a stage once the log has room for an entry. */
void swap_need_log(struct swap *swap, unsigned after);
/* Stages of mount, and of the switch to a fresh log page. */
int swap_scan(struct swap *swap);
int swap_scan_image(struct swap *swap);
int swap_fresh_head(struct swap *swap);
int swap_fresh_append(struct swap *swap);
int swap_fresh_swap(struct swap *swap);
int swap_old_void(struct swap *swap);
/* Each appends a record, then goes to the next stage. */
int swap_record_append(struct swap *swap, unsigned next);
int swap_record_swap(struct swap *swap, unsigned next);

#endif
