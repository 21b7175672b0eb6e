// SPDX-License-Identifier: Apache-2.0
/* Errors of the Tock Binary Format parser and writer; the scheme is in base/error.h. */
#ifndef TBF_ERROR_H
#define TBF_ERROR_H

enum tbf_error {
    TBF_OK = 0,
    TBF_E_END = -100,       /* no further object or footer: a normal end */
    TBF_E_TRUNCATED = -101, /* fewer bytes than the header claims */
    TBF_E_SIZE = -102,      /* sizes in the base header contradict each other or the space */
    TBF_E_CHECKSUM = -103,  /* header checksum is wrong */
    TBF_E_TLV = -104,       /* a TLV runs past the header or has an impossible length */
    TBF_E_NAME = -105,      /* package name is not UTF-8 or too long */
    TBF_E_ENTRY = -106,     /* entry point, protected area or binary end are outside the binary */
    TBF_E_FOOTER = -107,    /* a footer runs past the object */
    TBF_E_ROOM = -108       /* the buffer for writing is too small */
};

/** The name of an error, such as "TBF_E_TLV"; NULL when the number is not one of them. */
const char *tbf_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *tbf_error_text(int error);

#endif
