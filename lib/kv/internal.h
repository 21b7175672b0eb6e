// SPDX-License-Identifier: Apache-2.0
/* What the files of the key-value store share; not for its users. */
#ifndef KV_INTERNAL_H
#define KV_INTERNAL_H

#include <kv/kv.h>

enum {
    VERSION = 1, /* first byte of an object */
    FLAG_VALID = 0x80,
    LENGTH_HIGH = 0x0F,
    OBJECT_FLAGS = 1,
    OBJECT_KEY = 3,
    OBJECT_VALUE = 11,
    CHECK_SIZE = 4,
    OBJECTS_PER_STEP = 48
};

/* Stages of operations; kv.c runs them. */
enum stage {
    STAGE_IDLE,
    STAGE_MOUNT,
    STAGE_MOUNT_FIND,
    STAGE_FORMAT,
    STAGE_FORMAT_ADD,
    STAGE_FIND,
    STAGE_FIND_CHECK,
    STAGE_PLACE,
    STAGE_PLACED,
    STAGE_REWRITE,
    STAGE_NEXT,
    STAGE_CHECK,
    STAGE_COPY,
    STAGE_STREAM,
    STAGE_STREAMED,
    STAGE_CLEAN, /* the new object is in place: removes the old one */
    STAGE_SETTLE,
    STAGE_SETTLE_OTHER,
    STAGE_END,
    STAGE_COLLECT,
    STAGE_COLLECT_NEXT
};

/* An object as it lies in flash. */
struct object {
    const uint8_t *data;
    uint32_t length;
    bool valid;
};

static inline uint32_t kv_page_size(const struct kv *kv)
{
    return kv->config->swap->page_size;
}

static inline uint32_t kv_region_address(const struct kv *kv, uint32_t region)
{
    return kv->config->area + region * kv_page_size(kv);
}

/* object.c */
const uint8_t *kv_bytes(const struct kv *kv, uint32_t region, uint32_t offset, uint32_t length);
/* Rounds up to the write unit. */
uint32_t kv_align(const struct kv *kv, uint32_t value);
bool kv_is_aligned(const struct kv *kv, uint32_t value);
/* The object at the cursor; false: the list of this region's objects ends there. */
bool kv_object_here(const struct kv *kv, struct object *object);
bool kv_has_key(const struct kv *kv, const struct object *object);
/* Takes the next piece of an object into the CRC; true when all of it is. */
bool kv_check_piece(struct kv *kv, const struct object *object);
bool kv_check_holds(const struct kv *kv, const struct object *object);

/* rewrite.c: stages. Each answers KV_BUSY, KV_MORE or an error. */
int kv_rewrite(struct kv *kv);
int kv_rewrite_next(struct kv *kv);
int kv_rewrite_check(struct kv *kv);
int kv_rewrite_copy(struct kv *kv);
int kv_stream(struct kv *kv);
int kv_streamed(struct kv *kv);

#endif
