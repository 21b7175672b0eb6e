// SPDX-License-Identifier: Apache-2.0
/* What the parts of the store share. Not for users of the store. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <hil/error.h>
#include <store/app.h>
#include <store/store.h>
#include <store/transfer.h>

/*
 * Shortest body that is written: with its frame longer than any write unit, so that a record which
 * was cut as it began cannot turn up whole later.
 */
#define STORE_BODY_WRITTEN 16u

/* Room for a record of the kernels and a start mark, with any write unit. */
#define STORE_RECORD_KERNEL_ROOM 160u

/* Stages of operations; step.c runs them. */
enum stage {
    STAGE_IDLE,
    STAGE_MOUNT_SELECT,
    STAGE_MOUNT_REPLAY,
    STAGE_MOUNT_CLOSE,
    STAGE_MOUNT_LIST,
    STAGE_MOUNT_GAPS,
    STAGE_FORMAT,
    STAGE_PREPARE, /* heal what is pending, then make room */
    STAGE_ROOM,
    STAGE_COMPACT_VETO,
    STAGE_COMPACT_ERASE,
    STAGE_COMPACT_COPY,
    STAGE_COMPACT_TAIL,
    STAGE_COMPACT_HEAD,
    STAGE_COMPACT_CLOSE,
    STAGE_COMPACT_SHOW,
    STAGE_COMPACT_SWITCH,
    STAGE_APPEND,
    STAGE_APPEND_SEAL,
    STAGE_APPLY,
    STAGE_HEAL,
    STAGE_HEAL_MARK,
    STAGE_PAD,
    STAGE_WRITE,
    STAGE_FINISH
};

/*
 * What the journal means for the objects of the app region. Only who mounts with them has them
 * linked: a bootloader keeps records and needs no more.
 */
struct store_objects {
    /* A record was read: lets it take effect on the list. */
    void (*apply)(struct store *store, uint32_t offset, const struct store_frame *frame);
    /* A record was appended. */
    void (*appended)(struct store *store, uint32_t offset, const struct store_frame *frame);
    /* Whether compaction has to keep a record of an app, an identity or a transfer. */
    bool (*live)(const struct store *store, uint32_t offset, const struct store_frame *frame);
    /* Compaction has moved the records. */
    void (*moved)(struct store *store);
    /* Every record was read. */
    void (*read)(struct store *store);
    uint32_t (*identities)(const struct store *store);
    /* Stages that are about objects. */
    int (*stage)(struct store *store);
};
extern const struct store_objects store_objects;

/* record.c */
/* Offsets in an app's body. */
enum {
    APP_SIZE = 0,
    APP_SPACE = 4,
    APP_HASHED = 8,
    APP_SHORT_ID = 12,
    APP_VERSION = 16,
    APP_FLOOR = 20,
    APP_OWNER = 24,
    APP_HEADER_FLAGS = 28,
    APP_HEADER_CHECKSUM = 32,
    APP_STATUS = 36,
    APP_FLAGS = 37,
    APP_SEEN = 38,
    APP_REPLACES = 40,
    APP_REPLACES_SPACE = 44,
    APP_DIGEST = 48,
    APP_KEY = 80,
    APP_BOOT_DIGEST = 112
};

bool store_frame_peek(const uint8_t *data, uint32_t available, uint32_t unit,
                      struct store_frame *frame);
/* What store_app_decode() checks. The other functions and files look at a record in place, too. */
bool store_app_valid(const struct store_frame *frame);
/* What an app's record says, looked at in place: of this ShortID; accepted as well; of this digest.
 */
bool store_app_names(const struct store_frame *frame, uint32_t short_id);
bool store_app_claims(const struct store_frame *frame, uint32_t short_id);
bool store_app_has_digest(const struct store_frame *frame, const uint8_t *digest);
/* Fills in sequence and CRC of a frame whose other fields are in place. */
void store_frame_finish(uint8_t *data, uint32_t sequence);

/* A journal half's header, decoded. */
struct head {
    uint32_t generation;
    uint32_t sequence; /* of the first record */
    uint32_t end;      /* where the records that compaction wrote end */
};
/* 1: a header; 0: none; STORE_E_JOURNAL: one of another format. */
int store_head_decode(const uint8_t *data, uint32_t unit, struct head *head);
void store_head_encode(uint8_t *data, uint32_t unit, const struct head *head);

/* journal.c */
static inline uint32_t store_half_size(const struct store *store, unsigned half)
{
    return store->config->journal[half].size;
}
static inline const uint8_t *store_half(const struct store *store, unsigned half)
{
    return store->half[half];
}
/* Address of an offset in the active half. */
uint32_t store_journal_address(const struct store *store, uint32_t offset);
/* Where the seal of a half lies, its veto against the other half, and its first record. */
uint32_t store_seal_offset(const struct store *store);
uint32_t store_veto_offset(const struct store *store);
uint32_t store_first_offset(const struct store *store);
bool store_is_blank(const struct store *store, const uint8_t *data, uint32_t length);
/* The next record at or behind *offset in the active half; *offset is left at it. */
bool store_next_record(const struct store *store, uint32_t *offset, struct store_frame *frame);
/* The record at an offset that is known to hold one. */
void store_record_at(const struct store *store, uint32_t offset, struct store_frame *frame);
bool store_tail_marked(const struct store *store, uint32_t offset, const struct store_frame *frame,
                       uint32_t index);
/* Whether compaction has to keep a record of the active half. */
bool store_record_live(const struct store *store, uint32_t offset, const struct store_frame *frame);
/* Whether a later record has the same type and key. */
bool store_superseded(const struct store *store, uint32_t offset, const struct store_frame *frame);
uint32_t store_live_size(const struct store *store);
/* A record's place that has to become padding; true while it has not. */
bool store_pending(const struct store *store, uint32_t offset, const struct store_frame *frame,
                   struct store_extent *gone);

/* identity.c */
/* Counts the ShortIDs that are remembered: those of installed apps, and of removed ones. */
uint32_t store_identities_count(const struct store *store);
/* Keeps that count when a record is about to join the list. */
void store_identity_note(struct store *store, const struct store_frame *frame);

/* replay.c */
/* Whether the inactive half has a header that is newer than the active one's. */
bool store_other_is_newer(const struct store *store);
int store_select(struct store *store, bool *fresh);
void store_replay(struct store *store);

/* list.c */
void store_list_apply(struct store *store, uint32_t offset, const struct store_frame *frame);
struct store_entry *store_entry_find(struct store *store, uint32_t address);
void store_entry_remove(struct store *store, uint32_t address);
/* Its record; false when it has none. */
bool store_entry_frame(const struct store *store, const struct store_entry *entry,
                       struct store_frame *frame);
bool store_entry_record(const struct store *store, const struct store_entry *entry,
                        struct store_app_record *app);
/* The next gap at or behind *cursor; *cursor moves to its end. Start at config->apps.address. */
bool store_next_gap(const struct store *store, uint32_t *cursor, struct store_extent *gap);
/* The same for whoever looks for space: what a half-finished transfer reserved is free to the next.
 */
bool store_next_space(const struct store *store, uint32_t *cursor, struct store_extent *gap);
bool store_is_free(const struct store *store, uint32_t address, uint32_t size);
/* Puts what lies in gaps into the list. */
void store_list_scan(struct store *store);
/*
 * The first app whose bytes say that another tool removed it, or moved it to *to (else STORE_NONE);
 * false: none. *pad: its place is to become padding.
 */
bool store_list_removed(struct store *store, struct store_app_record *app, bool *pad, uint32_t *to);

/* app.c: what the header in flash says of an app's flags, with STORE_SEEN; and what it said when
 * the journal's were set. */
uint8_t store_seen_flags(const struct store *store, uint32_t address);
uint8_t store_seen_before(const struct store_frame *frame);

/* compact.c, heal.c, write.c: stages. Each answers STORE_BUSY or an error. */
void store_compact_begin(struct store *store, unsigned stage_after);
int store_compact_stage(struct store *store);
int store_heal_stage(struct store *store);
int store_gap_stage(struct store *store);
int store_pad_stage(struct store *store);
int store_write_stage(struct store *store);
/* Whether a record describes a transfer that this device can have. */
bool store_transfer_valid(const struct store *store, const struct store_frame *frame);
/* Where the object of the transfer under way goes. */
uint32_t store_transfer_address(const struct store *store);
/* The transfer without its position. */
void store_transfer_decode(const struct store *store, struct store_transfer *transfer);
/* Pages of the transfer that are wholly before a stream position. */
uint32_t store_pages_before(const struct store *store, const struct store_transfer *transfer,
                            uint32_t position);
/* Units of its progress that are programmed, and that there are. */
uint32_t store_progress_marked(const struct store *store, uint32_t *units, uint32_t *stride);
/* Whether the first page of an extent can be erased without touching its neighbours. */
bool store_can_pad(const struct store *store, const struct store_extent *extent);
/* Forgets what of the stream is not in the journal. */
void store_stream_reset(struct store *store);

/* step.c */
void store_program(struct store *store, uint32_t address, const uint8_t *data, uint32_t length);
/* Programs one journal unit with every bit away from the erase value. */
void store_program_mark(struct store *store, uint32_t address);
void store_erase(struct store *store, uint32_t address, uint32_t length);
/* Programs the header of a padding object of `size` bytes. */
void store_program_padding(struct store *store, uint32_t address, uint32_t size);
/* Whether a change may begin: 0, STORE_E_BUSY, STORE_E_READ_ONLY. */
int store_may_change(const struct store *store);
/* Starts a record in store->record; answers its body, zeroed. */
uint8_t *store_record_start(struct store *store, unsigned type, unsigned flags, uint32_t key,
                            uint32_t length, uint32_t tail);
/* Appends store->record, keeping `reserve` bytes of the journal free. */
int store_append_begin(struct store *store, uint32_t reserve);
/* What installs leave free so that a removal always fits. */
uint32_t store_reserve(const struct store *store);
/* Builds the record that removes an app or a found object. */
void store_build_removal(struct store *store, const struct store_app_record *app, uint32_t space);
/* Builds the record that follows an app to where another tool moved it. */
void store_build_move(struct store *store, const struct store_app_record *app, uint32_t to);

#endif
