// SPDX-License-Identifier: Apache-2.0
/* Keeps what is known of a ShortID when its app is replaced by one that claims nothing yet. */
#include "internal.h"

#include <base/bytes.h>

int store_remember_begin(struct store *store, uint32_t short_id, uint32_t owner, uint32_t floor)
{
    int result = store_may_change(store);
    uint8_t *body;

    if (result < 0) {
        return result;
    }
    if (short_id == 0) {
        return STORE_E_ARGUMENT;
    }
    body = store_record_start(store, STORE_RECORD_IDENTITY, 0, short_id, STORE_IDENTITY_BODY, 0);
    bytes_put_u32(body, owner);
    bytes_put_u32(body + 4, floor);
    bytes_put_u32(body + 8, STORE_NONE);
    return store_append_begin(store, 0);
}
