// SPDX-License-Identifier: Apache-2.0
/*
 * Credentials in the footers of a TBF object: all that elf2tab and tockloader make. Each but the
 * clear-text id covers everything in front of the footers, [0, binary_end).
 */
#ifndef PACKAGE_CREDENTIAL_H
#define PACKAGE_CREDENTIAL_H

#include <tbf/footer.h>

#include "package.h"

/** Largest data of a credential that is made here: modulus and signature of RSA-4096, bytes. */
enum { CREDENTIAL_DATA_MAX = 1024 };

/** What a credential follows from. */
enum credential_source {
    CREDENTIAL_NOTHING,   /* from nothing: Reserved, and formats that are not made here */
    CREDENTIAL_HASH,      /* from what it covers alone: it can be made anew by anybody */
    CREDENTIAL_SIGNATURE, /* from that and a secret */
    CREDENTIAL_ID         /* from a number */
};

struct credential_kind {
    const char *name;  /* on the command line, as tockloader has it */
    const char *title; /* for people */
    uint32_t format;   /* enum tbf_credential_format */
    uint32_t length;   /* bytes of data */
    enum credential_source source;
};

/** The kind of a name or of a format; NULL when there is none. */
const struct credential_kind *credential_named(const char *name);
const struct credential_kind *credential_of(uint32_t format);

/** What a credential is made with; the kind says what of it counts. */
struct credential_secret {
    const char *key_path; /* ECDSA, RSA: private key; HMAC: file whose bytes are the key */
    uint64_t id;          /* clear-text id */
};

/**
 * Makes the data of a credential for an object.
 * @param data  receives kind->length bytes
 * @return an exit code; everything has been reported
 */
int credential_make(struct cli *cli, const struct credential_kind *kind, const struct bytes *tbf,
                    const struct tbf_header *header, const struct credential_secret *secret,
                    uint8_t data[CREDENTIAL_DATA_MAX]);

/**
 * Makes an object that has too little room for one more credential larger, which no signature in it
 * may hinder: then nothing is done, and credential_add() will say so.
 * @param header  of the object; receives that of the new one
 */
int credential_make_room(struct cli *cli, struct bytes *tbf, const char *what,
                         const struct credential_kind *kind, struct tbf_header *header);

/**
 * Adds a credential behind those that there are, out of Reserved ones; a hash takes the place of
 * the one of its kind. The header does not change.
 * @return an exit code: EXIT_SPACE when there is not that much room
 */
int credential_add(struct cli *cli, struct bytes *tbf, const char *what,
                   const struct credential_kind *kind, const uint8_t *data);

/**
 * Drops all credentials of a kind; their room becomes Reserved.
 * @param removed  receives how many there were
 */
int credential_remove(struct cli *cli, struct bytes *tbf, const char *what,
                      const struct credential_kind *kind, size_t *removed);

/**
 * After a change of what credentials cover: makes hashes anew, drops signatures.
 * @param header  of the changed object
 * @param dropped  receives how many signatures there were
 */
int credential_refresh(struct cli *cli, struct bytes *tbf, const char *what,
                       const struct tbf_header *header, size_t *dropped);

/** Whether a credential fits what it covers. */
enum credential_verdict {
    CREDENTIAL_FITS,
    CREDENTIAL_WRONG,
    CREDENTIAL_UNKNOWN /* no key was given that could tell, or there is nothing to tell */
};

/**
 * Checks one credential: hashes by themselves, signatures with a key file.
 * @param key_path  ECDSA, RSA: private or public key; HMAC: file with the key; NULL: none
 * @param verdict   receives what came out; a key of another kind tells nothing
 * @return an exit code; only a key file that cannot be read is an error
 */
int credential_check(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                     const struct tbf_credential *credential, const char *key_path,
                     enum credential_verdict *verdict);

#endif
