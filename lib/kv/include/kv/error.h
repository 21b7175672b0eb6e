// SPDX-License-Identifier: Apache-2.0
/* Errors of the key-value store and of page replacement; the scheme is in base/error.h. */
#ifndef KV_ERROR_H
#define KV_ERROR_H

enum kv_error {
    KV_OK = 0,
    KV_BUSY = 1,           /* not an error: the step function must be called again */
    KV_MORE = 2,           /* not an error: kv_put() must bring the next bytes of the value */
    KV_E_BUSY = -800,      /* another operation is under way */
    KV_E_CONFIG = -801,    /* the configuration does not fit the flash */
    KV_E_NOT_FOUND = -802, /* no such key */
    KV_E_FULL = -803,      /* no region has room, also without what is dead */
    KV_E_SIZE = -804,      /* the value is too long for an object */
    KV_E_ARGUMENT = -805,  /* a value is outside its range */
    KV_E_CANCELLED = -806  /* the caller gave the operation up; nothing has changed */
};

/** The name of an error, such as "KV_E_FULL"; NULL when the number is not one of them. */
const char *kv_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *kv_error_text(int error);

#endif
