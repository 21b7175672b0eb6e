// SPDX-License-Identifier: Apache-2.0
/* Key files of any kind that mbedTLS reads: PEM (SEC1, PKCS#1, PKCS#8, encrypted or not) and DER.
 */
#ifndef PACKAGE_KEY_FILE_H
#define PACKAGE_KEY_FILE_H

#include <stdbool.h>

#include <mbedtls/pk.h>

#include "../cli/cli.h"

/** Largest password that is taken, bytes. */
enum { PASSWORD_MAX = 256 };

/**
 * Reads a key file. An encrypted one has its password asked for: key_password().
 * @param pk           receives the key; mbedtls_pk_free() is due whatever is returned
 * @param has_private  receives whether it is a private key, whose halves have been compared
 * @return an exit code; everything has been reported
 */
int key_file_read(struct cli *cli, const char *path, mbedtls_pk_context *pk, bool *has_private);

/** Reports what mbedTLS says about a key file. @return EXIT_FAILED */
int key_file_failed(struct cli *cli, const char *what, const char *path, int error);

/**
 * Finds out the password of a key: the file that --password-file names, LOADER_KEY_PASSWORD, the
 * file that LOADER_KEY_PASSWORD_FILE names, else the terminal, if both ends are one. Of a file the
 * first line counts.
 * @param password  receives it, terminated; to be wiped by the caller
 * @return an exit code; everything has been reported
 */
int key_password(struct cli *cli, const char *path, char password[PASSWORD_MAX]);

#endif
