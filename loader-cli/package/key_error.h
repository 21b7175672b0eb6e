// SPDX-License-Identifier: Apache-2.0
/* What is wrong with a key file, in words of people who use keys. */
#ifndef PACKAGE_KEY_ERROR_H
#define PACKAGE_KEY_ERROR_H

#include <mbedtls/pk.h>

#include "package.h"

/** Reports what mbedTLS says about work with a key. @return EXIT_FAILED */
int key_file_failed(struct cli *cli, const char *what, const char *path, int error);
/**
 * Reports why a key file cannot be read.
 * @param file   what is in it
 * @param error  mbedTLS's, not 0
 * @return EXIT_FAILED
 */
int key_read_failed(struct cli *cli, const char *path, const struct bytes *file, int error);
/** Reports that a key, which is good for others, is not one of P-256. @return EXIT_FAILED */
int key_kind_failed(struct cli *cli, const char *path, const mbedtls_pk_context *pk);

#endif
