// SPDX-License-Identifier: Apache-2.0
/* Errors of trust decisions; the scheme is in base/error.h. */
#ifndef TRUST_ERROR_H
#define TRUST_ERROR_H

enum trust_error {
    TRUST_OK = 0,
    TRUST_E_UNSIGNED = -200,  /* no ECDSA P-256 credential */
    TRUST_E_KEY = -201,       /* signed by a key that is not trusted here */
    TRUST_E_SIGNATURE = -202, /* the signature does not belong to the digest */
    TRUST_E_DIGEST = -203,    /* the bytes do not have the announced digest */
    TRUST_E_NAME = -204,      /* the owner may not sign an app of this name */
    TRUST_E_SHORT_ID = -205   /* the owner may not sign an app of this ShortID */
};

/** The name of an error, such as "TRUST_E_KEY"; NULL when the number is not one of them. */
const char *trust_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *trust_error_text(int error);

#endif
