// SPDX-License-Identifier: Apache-2.0
/* Errors of the host's end; the scheme is in base/error.h. Status codes of the device are positive.
 */
#ifndef LINK_ERROR_H
#define LINK_ERROR_H

enum link_error {
    LINK_E_SILENT = -400,      /* nothing came for too long */
    LINK_E_GARBLED = -401,     /* bytes came, but no usable answer */
    LINK_E_VERSION = -402,     /* the device speaks another version of the protocol */
    LINK_E_IO = -403,          /* the line failed */
    LINK_E_INTERRUPTED = -404, /* the caller asked to stop */
    LINK_E_PROTOCOL = -405,    /* the device's answer has the wrong form */
    LINK_E_SESSION = -406,     /* the device has lost the session: restarted, or another host */
    LINK_E_STUCK = -407        /* the device answers, but nothing moves on */
};

/** The name of an error, such as "LINK_E_SILENT"; NULL when the number is not one of them. */
const char *link_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *link_error_text(int error);
/** The name of a device's status, such as "LINK_SIGNATURE"; NULL when it is not known. */
const char *link_status_name(int status);
/** A sentence for people about a device's status; NULL when it is not known. */
const char *link_status_text(int status);

#endif
