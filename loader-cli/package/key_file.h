// SPDX-License-Identifier: Apache-2.0
/* Key files of any kind that mbedTLS reads: PEM (SEC1, PKCS#1, PKCS#8, encrypted or not) and DER.
 */
#ifndef PACKAGE_KEY_FILE_H
#define PACKAGE_KEY_FILE_H

#include <stdbool.h>

#include <mbedtls/pk.h>

#include "../report/report.h"

/**
 * Iterations of PBKDF2 that are done for a password, a few seconds of work. OpenSSL writes 2048,
 * or what -iter says; recommended are some hundred thousand.
 */
enum { KEY_ITERATIONS_MAX = 10000000 };

/* The lines around an encrypted key; in parts, so that nothing in the tree looks like a key. */
#define KEY_ENCRYPTED_LABEL                                                                        \
    "ENCRYPTED PRIVATE "                                                                           \
    "KEY-----"
#define KEY_ENCRYPTED_BEGIN "-----BEGIN " KEY_ENCRYPTED_LABEL
#define KEY_ENCRYPTED_END   "-----END " KEY_ENCRYPTED_LABEL

/**
 * Encrypts a P-256 key: PKCS#8 with PBES2, as `openssl pkcs8 -topk8` writes it.
 * @param password    at least a byte
 * @param iterations  1 to KEY_ITERATIONS_MAX
 * @param pem, size   receive the text, terminated; 1024 bytes are enough
 * @return 0 or an mbedTLS error
 */
int key_encrypt(const mbedtls_pk_context *pk, const char *password, uint32_t iterations,
                unsigned char *pem, size_t size);

/**
 * Whether an encrypted key in PEM wants more of them than that.
 * @param pem  a text; what is no such key, or a broken one, wants none
 */
bool key_asks_too_much(const char *pem);

/**
 * Reads a key file. An encrypted one has its password asked for: key_password().
 * @param pk           receives the key; mbedtls_pk_free() is due whatever is returned
 * @param has_private  receives whether it is a private key, whose halves have been compared
 * @return an exit code; everything has been reported
 */
int key_file_read(struct cli *cli, const char *path, mbedtls_pk_context *pk, bool *has_private);

/**
 * Finds out the password of a key: the file that the caller has named, else what it answers.
 * @param password  receives it, terminated; to be wiped by whoever asks
 * @return an exit code; everything has been reported
 */
int key_password(struct cli *cli, const char *path, char password[PASSWORD_MAX]);
/** The same from a file: its first line. */
int key_password_read(struct cli *cli, const char *path, char password[PASSWORD_MAX]);

#endif
