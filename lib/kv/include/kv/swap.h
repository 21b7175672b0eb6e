// SPDX-License-Identifier: Apache-2.0
/*
 * Swap: replaces the content of a flash page wholly or not at all, whenever power goes. The new
 * content is written to a spare page first (the image) and announced in a log; then the page is
 * erased and the image copied over it. A power-up in between finishes the copy. docs/storage.md has
 * the format.
 *
 * The log also knows of appends: whoever programs bytes behind others in a page that it does not
 * replace announces it, and after a power cut finds the page named as doubtful.
 *
 * A struct swap belongs to its caller. No function blocks: what changes flash is begun by a call
 * and carried on by swap_step(). One operation at a time. Kernel loop, or a host program with one
 * thread.
 */
#ifndef KV_SWAP_H
#define KV_SWAP_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/flash.h>
#include <kv/error.h>

#define SWAP_CHUNK 64u         /* bytes that are programmed at once */
#define SWAP_NONE  0xFFFFFFFFu /* "no page" */
#define SWAP_MARK  8u          /* bytes that name what an append writes */

/** Where the spare pages are; constant, the board's. */
struct swap_config {
    const struct hil_flash *flash; /* write unit at most 32, pages of one size here */
    uint32_t area;                 /* address of the first spare page */
    uint32_t pages;                /* two logs and at least one image; more wear more evenly */
};

/** An append that was announced and is not known to have ended. */
struct swap_doubt {
    uint32_t page;           /* address of the page that it was made to */
    uint32_t other;          /* a page that holds what it replaces, or SWAP_NONE */
    uint8_t mark[SWAP_MARK]; /* the caller's name for it */
};

/** Its fields are private. */
struct swap {
    uint8_t stage;
    uint8_t after; /* stage that follows the switch to a fresh log page */
    uint8_t fill;  /* bytes in buffer[] */
    bool running;  /* a flash operation was started; its status is due */
    bool carried;  /* mount found a replacement to be finished */
    bool session;  /* the log page was erased since mount: what looks erased is */
    const struct swap_config *config;
    uint32_t page_size;
    uint32_t unit;     /* write unit, at least 4 */
    uint32_t log;      /* address of the next record; while one is written: of that one */
    uint32_t image;    /* the image page in use */
    uint32_t target;   /* the page to be replaced */
    uint32_t stream;   /* where the bytes go that swap_put() brings */
    uint32_t position; /* bytes that it has brought */
    uint32_t length;   /* bytes of the image */
    uint32_t cursor;   /* of them checked or copied; at mount: record looked at */
    uint32_t crc;
    uint32_t entry;      /* the record of the swap under way */
    uint32_t doubt_open; /* address of the announcement that is open; 0: none */
    struct swap_doubt doubt;
    uint8_t buffer[SWAP_CHUNK];
};

/**
 * Begins mounting: finishes a replacement that a power cut interrupted.
 * @param swap    receives the state; any content
 * @param config  stays valid
 * @return 0, then swap_step() until it does not answer KV_BUSY; KV_E_CONFIG
 */
int swap_mount_begin(struct swap *swap, const struct swap_config *config);

/**
 * Carries the operation on, by one flash operation or a bounded computation.
 * @return KV_BUSY while it goes on; 0 when it is done, or waits for the caller's next bytes; an
 *         error of the flash. After one, mount again.
 */
int swap_step(struct swap *swap);

/**
 * Begins replacing a page; when swap_step() has answered 0, swap_put() takes its new content.
 * @param page  address of a page of the size of the spare ones
 * @return 0 or KV_E_BUSY
 */
int swap_open(struct swap *swap, uint32_t page);

/**
 * Takes bytes of the stream, as many as there is room for; then swap_step().
 * @param data, length  copied
 * @return bytes taken, 0 to length
 */
uint32_t swap_put(struct swap *swap, const void *data, uint32_t length);

/** Begins the replacement proper: from here on it happens, whatever comes. What swap_put() did not
 * bring is erased afterwards. */
void swap_close(struct swap *swap);

/** Forgets what was opened and not closed. The page is as before. */
void swap_drop(struct swap *swap);

/**
 * Begins announcing an append.
 * @param doubt  copied; what swap_in_doubt() answers after a power cut until swap_settle()
 * @return 0 or KV_E_BUSY
 */
int swap_announce(struct swap *swap, const struct swap_doubt *doubt);

/** Lets swap_put() write from an address on, a multiple of the write unit, all in one page. */
void swap_append(struct swap *swap, uint32_t address);
/** Begins programming what is left of the stream; its length must be a multiple of the unit. */
void swap_flush(struct swap *swap);

/** The announcement that is open, after mount or since swap_announce(); false: none. */
bool swap_in_doubt(const struct swap *swap, struct swap_doubt *doubt);
/** Begins ending the announcement: there is nothing in doubt any more. */
void swap_settle(struct swap *swap);

/** Begins erasing a page, unannounced. */
void swap_erase(struct swap *swap, uint32_t page);

/** Whether a replacement is past the point where it could be dropped and not over yet. */
bool swap_must_finish(const struct swap *swap);

#endif
