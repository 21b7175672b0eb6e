// SPDX-License-Identifier: Apache-2.0
/*
 * The store: which apps a device has, where they lie, and every change to that, atomic against
 * power cuts. docs/store.md has the format.
 *
 * A struct store belongs to its caller. No function blocks: whatever changes flash is begun by a
 * store_*_begin() function and carried on by store_step() until it no longer answers STORE_BUSY.
 * One operation at a time. Nothing that an operation changes shows before its record is in flash;
 * an operation that ends with an error changed nothing that was committed.
 *
 * All functions: kernel loop, or a bootloader or host program with one thread. Reads are through
 * the mapped flash; pointers that the store hands out are good until the next operation.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/flash.h>
#include <store/error.h>
#include <store/record.h>

#ifndef STORE_APPS_MAX
#define STORE_APPS_MAX 16u /* objects that the list can hold */
#endif

/** A range of whole erase pages. */
struct store_extent {
    uint32_t address;
    uint32_t size;
};

/** Where things are; constant, the board's. */
struct store_config {
    const struct hil_flash *flash;
    struct store_extent journal[2];   /* the two halves, each at least 1 KiB */
    struct store_extent apps;         /* the app region */
    const struct store_extent *slots; /* kernel slots, which transfers may fill; may be NULL */
    uint8_t slot_count;
    uint8_t identities_max; /* ShortIDs remembered, installed ones included */
};

/** How the store found an object of the list. */
enum store_state {
    STORE_UNCHECKED = 1, /* accepted in the journal; its bytes were not hashed since mount */
    STORE_WHOLE = 2,     /* accepted, and its bytes have the digest */
    STORE_VERIFY = 3,    /* candidate, or found in a gap: needs full verification, then adopting */
    STORE_DAMAGED = 4    /* bytes differ, or refused by the caller: not started, kept */
};

/* One object of the list; the store's own. */
struct store_entry {
    uint32_t address;
    uint32_t space;
    uint32_t record; /* offset of its record in the active half; 0 = none: found in a gap */
    int16_t refused; /* why the caller refused it */
    uint8_t state;   /* enum store_state */
    uint8_t patched; /* its hash is due with the header's flags as recorded */
};

/* Flash work that store_step() carries on before it asks for the next stage. */
struct store_work {
    bool running;        /* an operation was started; its status is due */
    uint32_t erase_next; /* pages still to be erased: [erase_next, erase_end) */
    uint32_t erase_end;
    const uint8_t *data; /* bytes still to be programmed */
    uint32_t address;
    uint32_t left;
};

/* What the transfer under way needs beyond its record. */
struct store_stream {
    uint8_t pads; /* parts of the gap that are padding: 2 = the header page may be erased */
    bool settled; /* its progress is certain: not read from marks that power may have cut */
    bool ending;  /* the object's last bytes are in carry[], its slack is not padded yet */
    uint8_t carry_length;
    uint32_t record;    /* offset of the record in the active half; 0 = no transfer */
    uint32_t erased_to; /* stream position up to which pages are erased */
    uint32_t done_to;   /* stream position up to which everything is in flash */
    uint32_t carry_at;  /* object offset of the unit in carry[] */
    uint32_t position;  /* the block being written */
    uint32_t left;
    uint32_t complete;
    const uint8_t *data;
    uint8_t carry[32]; /* bytes of a write unit that is not whole yet */
};

/* What the journal means for the objects of the app region; the store's own. */
struct store_objects;

/** The store's state. Its fields are private; tests look at them. In an order that makes small code
 * of Thumb: bytes within 32 of the start, words within 128, arrays last. */
struct store {
    uint8_t active; /* half in use, 0 or 1 */
    bool mounted;
    bool damaged;   /* read-only */
    bool unread;    /* the journal was not looked at but for its records */
    bool alone;     /* the other half had no header at mount */
    bool ragged;    /* there are units in the journal that are no record */
    bool dirty;     /* the tail cannot be trusted: compaction before the next record */
    bool settled;   /* mount compacted already */
    bool pends;     /* a record was read whose place has to become padding */
    bool blank;     /* compaction starts from nothing */
    bool unmarked;  /* no start mark since mount */
    bool foreign;   /* a legacy tool was let in and the list is not reconciled */
    bool crowded;   /* more objects than entries */
    bool committed; /* the record of this operation is in flash */
    uint8_t stage;
    uint8_t after_append;
    uint8_t after_compact;
    uint8_t after_heal;
    uint8_t new_state; /* enum store_state of the entry that the record adds; 0: as before */
    uint8_t count;
    const struct store_config *config;
    const struct store_objects *objects; /* NULL: mounted for its journal alone */
    const uint8_t *half[2];              /* the journal's halves, to be read */
    uint32_t unit;                       /* journal unit: write unit, at least 4 */
    uint32_t generation;                 /* of the active half */
    uint32_t sequence;                   /* of the next record */
    uint32_t tail;                       /* where it goes, offset in the active half */
    uint32_t source;                     /* compaction: next record to look at */
    uint32_t target; /* compaction: offset in the other half; mount: where its records end */
    uint32_t target_sequence;
    uint32_t reserve;    /* bytes of the journal that this operation must leave free */
    uint32_t cursor;     /* healing: where to go on */
    uint32_t identities; /* ShortIDs that are remembered; not known yet while `unread` */
    struct store_work work;
    struct store_stream stream;
    struct store_entry entries[STORE_APPS_MAX]; /* by address */
    uint8_t record[STORE_RECORD_MAX];           /* the record to be appended */
    uint8_t buffer[STORE_RECORD_MAX + 32];      /* what else is being programmed */
};

/**
 * Begins mounting: reads the journal, settles what a power cut left in doubt, finds the objects of
 * the app region. A blank journal is formatted.
 * @param store   receives the state; any content
 * @param config  stays valid while the store is used
 * @return 0, then store_step(); STORE_E_CONFIG. store_step() ends with 0 (also when the journal
 * turned out read-only: ask store_is_damaged()), STORE_E_JOURNAL, or a flash error. After an error
 * only store_mount_begin() and store_format_begin() may follow.
 */
int store_mount_begin(struct store *store, const struct store_config *config);

/**
 * The same for the journal alone, for a bootloader: the app region is neither read nor changed, and
 * of what the journal says of it every record is preserved. What store/app.h, store/placement.h and
 * store/transfer.h declare is not there.
 */
int store_mount_journal_begin(struct store *store, const struct store_config *config);

/**
 * Begins making an empty journal, whatever was there. Objects in the app region stay and are found
 * again as candidates. Identities, floors and locks are lost: only where the operator asks for it.
 */
int store_format_begin(struct store *store, const struct store_config *config);

/**
 * Begins leaving read-only state: keeps every record that can be read, in a fresh half. What could
 * not be read is lost: only where the operator asks for it.
 * @return 0, STORE_E_BUSY, STORE_E_ARGUMENT when the journal is not damaged
 */
int store_salvage_begin(struct store *store);

/**
 * Carries the operation on by one flash operation.
 * @return STORE_BUSY while it goes on; then once its result: 0, or an error (STORE_E_* or HIL_E_*).
 *         0 when nothing is under way
 */
int store_step(struct store *store);

/** Carries the operation on until it ends; for callers that may block. @return its result */
int store_wait(struct store *store);

/** Tells whether an operation is under way. */
bool store_is_busy(const struct store *store);
/** Tells whether the journal has a bad record with good ones after it: read-only, to be reported.
 */
bool store_is_damaged(const struct store *store);
/**
 * Looks through what of the journal lies behind its end and in a half without a header, where
 * nothing should be; what is found makes the store read-only. Mounting leaves that for later when
 * it has nothing to change, so that apps start sooner: to be called once they have; a change does
 * so itself.
 */
void store_look_behind(struct store *store);

/**
 * Finds the latest record of a type and key, for types that the store itself does not interpret.
 * @param frame  receives it; its body points into flash
 * @return 0 or STORE_E_NOT_FOUND
 */
int store_find(const struct store *store, uint16_t type, uint32_t key, struct store_frame *frame);

/**
 * Begins writing a record of a type from STORE_RECORD_KERNEL on (attributes, lock, kernel trials).
 * @param body, length  copied; STORE_BODY_MIN to STORE_BODY_MAX bytes; below 16 zeros follow
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_ARGUMENT
 */
int store_put_begin(struct store *store, uint16_t type, uint32_t key, const void *body,
                    uint32_t length);

/** Begins ending a record: it is not found any more. STORE_E_ARGUMENT for STORE_RECORD_LOCK. */
int store_end_begin(struct store *store, uint16_t type, uint32_t key);

/** Begins recording that a legacy tool may write the app region from now on (bootloader). */
int store_foreign_begin(struct store *store);
/** Begins recording that the list was reconciled after a foreign session (kernel). */
int store_foreign_end_begin(struct store *store);
/** Tells whether a foreign session is not reconciled yet; not where the journal alone is mounted.
 */
bool store_is_foreign(const struct store *store);

/** Whether the device is locked: it has a record that says so, or a journal that cannot tell. */
bool store_is_locked(const struct store *store);

/** Bytes of the journal in use and in all (one half), for statistics. */
void store_usage(const struct store *store, uint32_t *used, uint32_t *capacity);

#endif
