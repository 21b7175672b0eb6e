// SPDX-License-Identifier: Apache-2.0
/*
 * The list of apps, the decisions about a new one, and the changes: commit, adopt, remove, flags.
 * Who is right when journal and flash differ is in docs/store.md.
 */
#ifndef STORE_APP_H
#define STORE_APP_H

#include <store/placement.h>
#include <store/store.h>

/** One object of the list. */
struct store_app {
    enum store_state state;
    bool recorded; /* it has a record; otherwise only address, state and space are set */
    int refused;   /* why store_refuse() was called; 0: the bytes differ */
    struct store_app_record record;
};

/** Number of objects in the list. */
uint32_t store_app_count(const struct store *store);

/**
 * One object of the list, in the order of addresses.
 * @param index  below store_app_count()
 * @return 0 or STORE_E_NOT_FOUND
 */
int store_app_at(const struct store *store, uint32_t index, struct store_app *app);

/** The object at an address. @return 0 or STORE_E_NOT_FOUND */
int store_app_find(const struct store *store, uint32_t address, struct store_app *app);

/**
 * The next object of a state, in the order of addresses.
 * @param behind  it lies above this address; 0: the first
 * @return 0 or STORE_E_NOT_FOUND
 */
int store_app_next(const struct store *store, enum store_state state, uint32_t behind,
                   struct store_app *app);

/** What must be hashed next. */
struct store_check {
    uint32_t address;
    uint32_t length;  /* bytes from there on */
    bool patched;     /* bytes 8 to 15 are to be taken from `words` instead of flash */
    uint8_t words[8]; /* flags and checksum of the header as they were signed */
    uint32_t size;    /* of the object */
    /* As recorded, each STORE_DIGEST_SIZE bytes in the journal: until the store's next operation.
     */
    const uint8_t *digest;
    const uint8_t *boot_digest; /* zeros: there is none */
};

/**
 * Asks which app's bytes must be hashed next: those of every accepted app, once after mount.
 * @return 0, or STORE_E_NOT_FOUND when all are checked
 */
int store_check_next(const struct store *store, struct store_check *check);

/* Answers of store_check_result(). */
enum store_checked {
    STORE_CHECK_WHOLE = 0,  /* the app is whole */
    STORE_CHECK_AGAIN = 1,  /* a flag was flipped in flash: hash again, patched */
    STORE_CHECK_FLAGS = 2,  /* whole, flags flipped by another tool: journal *flags */
    STORE_CHECK_DAMAGED = 3 /* shown as damaged from now on */
};

/**
 * Reports the digest that was computed for store_check_next().
 * @param digest  of the bytes; NULL: it could not be computed. Whoever has recognised an app by its
 *                boot digest gives the digest of its record
 * @param flags   receives the STORE_FLAG_* found in flash with STORE_CHECK_FLAGS (then call
 *                store_flags_begin()); may be NULL
 * @return enum store_checked, or STORE_E_NOT_FOUND. After a foreign session an app that differs
 *         becomes STORE_VERIFY instead: the list is right
 */
int store_check_result(struct store *store, uint32_t address,
                       const uint8_t digest[STORE_DIGEST_SIZE], uint32_t *flags);

/**
 * Says that the caller will not run this object (its key is not trusted, its policy does not fit,
 * it did not verify). It becomes STORE_DAMAGED until the next mount, and is kept.
 * @param reason  the error, negative
 */
int store_refuse(struct store *store, uint32_t address, int reason);

/* Decisions about a new app; negative ones are errors. */
enum store_decision {
    STORE_NEW = 1,    /* nothing of this identity is installed */
    STORE_UPDATE = 2, /* takes the place of the app at `replaces` */
    STORE_SAME = 3    /* these very bytes are installed: nothing to do */
};

/** What an app says it is; from the announcement, and again from its header. */
struct store_identity {
    uint32_t short_id; /* 0 = locally unique */
    uint32_t owner;    /* stable number of the owner, such as the CRC-32/POSIX of its name */
    uint32_t version;
    uint8_t digest[STORE_DIGEST_SIZE];
};

/**
 * Decides about a new app. Changes nothing.
 * @param replaces  receives the address of the app that it is the same as or an update of, or
 *                  STORE_NONE; not NULL
 * @param floor     receives the lowest version acceptable (0 when unknown); may be NULL
 * @return enum store_decision; STORE_E_OLDER, STORE_E_OWNER, STORE_E_IDENTITIES, STORE_E_APPS
 */
int store_decide(const struct store *store, const struct store_identity *identity,
                 uint32_t *replaces, uint32_t *floor);

/**
 * Begins committing the finished transfer as an app: one record that adds it, takes `replaces` off,
 * raises the floor and ends the transfer. Afterwards the old place becomes padding.
 * @param app  address, size, space, hashed and digest must be those of the transfer; the last two
 *             are the caller's to know when that was unannounced. `floor` is
 *             raised to what it must at least be. With `replaces` != STORE_NONE flags are
 *             those of the app there, whose space is filled in. Copied.
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_ORDER (transfer not complete),
 *         STORE_E_ARGUMENT, STORE_E_FULL, and what store_decide() answers
 */
int store_commit_begin(struct store *store, const struct store_app_record *app);

/**
 * Begins adopting an object that is STORE_VERIFY and was verified: a record is written for it.
 * @param app  as for commit; replaces is ignored
 */
int store_adopt_begin(struct store *store, const struct store_app_record *app);

/**
 * Begins removing an object: one record, then its place becomes padding. Identity and floor stay.
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_NOT_FOUND, STORE_E_SHARED
 */
int store_remove_begin(struct store *store, uint32_t address);

/**
 * Begins setting enabled and sticky. Nothing is written when they are so already.
 * @param flags  STORE_FLAG_*
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_FULL, STORE_E_NOT_FOUND (also: no record)
 */
int store_flags_begin(struct store *store, uint32_t address, uint32_t flags);

/**
 * Begins recording owner and floor of a ShortID without removing anything: for a host tool that
 * replaces an accepted app by a candidate. Compaction drops it while an accepted app carries the
 * ShortID, so whoever needs it asks store_identity_find() afterwards.
 * @param short_id  not 0
 * @return 0, STORE_E_BUSY, STORE_E_READ_ONLY, STORE_E_ARGUMENT
 */
int store_remember_begin(struct store *store, uint32_t short_id, uint32_t owner, uint32_t floor);

/**
 * What the store remembers of a ShortID, installed or removed.
 * @return 0 or STORE_E_NOT_FOUND
 */
int store_identity_find(const struct store *store, uint32_t short_id, uint32_t *owner,
                        uint32_t *floor);

#endif
