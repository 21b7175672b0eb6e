// SPDX-License-Identifier: Apache-2.0
/* Key files of any kind that mbedTLS reads: PEM (SEC1, PKCS#1, PKCS#8, encrypted or not) and DER.
 */
#ifndef PACKAGE_KEY_FILE_H
#define PACKAGE_KEY_FILE_H

#include <stdbool.h>

#include <mbedtls/pk.h>

#include "../report/report.h"

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
