// SPDX-License-Identifier: Apache-2.0
/*
 * What the StoragePermissions TLV of an app says: u32 write id, u16 number of read ids, the ids,
 * u16 number of modify ids, the ids. Nothing inside is aligned.
 *
 * Pure; any context.
 */
#ifndef TBF_STORAGE_H
#define TBF_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

/** What an app wants to do with a stored item. */
enum tbf_storage_access {
    TBF_STORAGE_WRITE, /* make a new item, which then belongs to the app's own ShortID */
    TBF_STORAGE_READ,
    TBF_STORAGE_MODIFY /* change or delete */
};

/* Ids of each list that count; Tock looks at no more. */
#define TBF_STORAGE_IDS 8u

/** Whether both lists lie inside the value. */
bool tbf_storage_is_valid(const uint8_t *value, uint32_t length);

/**
 * What an app may do with items of an id.
 * @param value  a valid value of the TLV; NULL: the app has none, and may do everything with its
 *               own items and nothing with those of others
 * @param own    the app's ShortID; 0 = locally unique: such an app may do nothing
 * @param id     whose items; 0 is the kernel's and matches nothing. TBF_STORAGE_WRITE: only `own`
 * @return whether it may. Source: Tock's TBF-header storage permissions: the write id is a mere yes
 *         (not 0) or no, and its own id is in a list only when it is listed
 */
bool tbf_storage_permits(const uint8_t *value, uint32_t own, enum tbf_storage_access access,
                         uint32_t id);

#endif
