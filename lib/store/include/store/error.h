// SPDX-License-Identifier: Apache-2.0
/* Errors of the store; the scheme is in base/error.h. */
#ifndef STORE_ERROR_H
#define STORE_ERROR_H

enum store_error {
    STORE_OK = 0,
    STORE_BUSY = 1,            /* not an error: store_step() must be called again */
    STORE_E_BUSY = -300,       /* another operation is under way */
    STORE_E_CONFIG = -301,     /* the configuration does not fit the flash */
    STORE_E_JOURNAL = -302,    /* no journal can be read, yet there are records in it */
    STORE_E_READ_ONLY = -303,  /* the journal is damaged: nothing may be changed */
    STORE_E_FULL = -304,       /* the journal has no room, also after compaction */
    STORE_E_APPS = -305,       /* as many apps as the list can hold */
    STORE_E_IDENTITIES = -306, /* as many identities as the board remembers */
    STORE_E_OLDER = -307,      /* version below the lowest one still acceptable */
    STORE_E_OWNER = -308,      /* the ShortID belongs to another owner */
    STORE_E_SPACE = -309,      /* no gap is large enough */
    STORE_E_REGION = -310,     /* the memory protection unit cannot cover it anywhere */
    STORE_E_NOT_FOUND = -311,  /* no app, record or transfer like that */
    STORE_E_TRANSFER = -312,   /* another half-finished transfer exists */
    STORE_E_ORDER = -313,      /* out of order: the header page goes last, commit after all data */
    STORE_E_ARGUMENT = -314,   /* a value is outside its range */
    STORE_E_SHARED = -315      /* it shares an erase page with another object */
};

/** The name of an error, such as "STORE_E_FULL"; NULL when the number is not one of them. */
const char *store_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *store_error_text(int error);

#endif
