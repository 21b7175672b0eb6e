// SPDX-License-Identifier: Apache-2.0
#include "key_file.h"

#include <string.h>

#include <mbedtls/platform_util.h>

#include "key_error.h"
#include "key_random.h"
#include "package.h"

/* First byte of every key in DER: a SEQUENCE. */
enum { DER_SEQUENCE = 0x30 };

/* No key is larger, bytes; what is no key at all is not searched for one. */
enum { KEY_FILE_MAX = 65536 };

int key_password_read(struct cli *cli, const char *path, char password[PASSWORD_MAX])
{
    struct bytes content;
    int code = file_read(cli, path, &content);
    size_t length;

    if (code != EXIT_DONE) {
        return code;
    }
    for (length = 0; length < content.size && strchr("\r\n", content.data[length]) == NULL;) {
        length++;
    }
    if (length == 0 || length >= PASSWORD_MAX) {
        code = cli_fail(cli, EXIT_FAILED, "the first line of the file is the password",
                        "'%s' holds no password of 1 to %d bytes", path, PASSWORD_MAX - 1);
    } else {
        memcpy(password, content.data, length);
        password[length] = '\0';
    }
    mbedtls_platform_zeroize(content.data, content.size);
    bytes_free(&content);
    return code;
}

int key_password(struct cli *cli, const char *path, char password[PASSWORD_MAX])
{
    int code = cli->password_file != NULL ? key_password_read(cli, cli->password_file, password)
                                          : cli_password(cli, path, password);

    return code != EXIT_NOTHING
               ? code
               : cli_fail(cli, EXIT_FAILED,
                          "LOADER_KEY_PASSWORD holds it, or the first line of the file that "
                          "LOADER_KEY_PASSWORD_FILE names",
                          "'%s' is encrypted, and there is no password for it", path);
}

static int parse_private(const uint8_t *data, size_t size, const char *password,
                         mbedtls_pk_context *pk)
{
    struct key_random random;
    int error = key_random_init(&random);

    error = error != 0 ? error
                       : mbedtls_pk_parse_key(pk, data, size, (const unsigned char *)password,
                                              password != NULL ? strlen(password) : 0,
                                              mbedtls_ctr_drbg_random, &random.drbg);
    error =
        error != 0 ? error : mbedtls_pk_check_pair(pk, pk, mbedtls_ctr_drbg_random, &random.drbg);
    key_random_free(&random);
    return error;
}

/* DER has no words in it that tell a private key from a public one. */
static int parse_der(const struct bytes *file, mbedtls_pk_context *pk, bool *has_private)
{
    int error = parse_private(file->data, file->size, NULL, pk);

    *has_private = error == 0;
    if (error != 0) {
        mbedtls_pk_free(pk);
        mbedtls_pk_init(pk);
        error = mbedtls_pk_parse_public_key(pk, file->data, file->size);
    }
    return error;
}

/* A text; its terminating zero is counted, as the parser wants it. */
static int parse_pem(struct cli *cli, const char *path, const struct bytes *file,
                     mbedtls_pk_context *pk, bool *has_private)
{
    const char *text = (const char *)file->data;
    char password[PASSWORD_MAX] = "";
    bool encrypted = strstr(text, "ENCRYPTED") != NULL;
    int error;
    int code = EXIT_DONE;

    *has_private = strstr(text, "PRIVATE KEY") != NULL;
    if (*has_private && key_asks_too_much(text)) {
        return cli_fail(
            cli, EXIT_FAILED, "openssl pkcs8 -topk8 -iter 1000000 writes it anew, if it is sound",
            "the password of '%s' is to be hashed more than %d times", path, KEY_ITERATIONS_MAX);
    }
    if (*has_private && encrypted) {
        code = key_password(cli, path, password);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    error = *has_private ? parse_private(file->data, file->size, encrypted ? password : NULL, pk)
                         : mbedtls_pk_parse_public_key(pk, file->data, file->size);
    mbedtls_platform_zeroize(password, sizeof password);
    return error == 0 ? EXIT_DONE : key_read_failed(cli, path, file, error);
}

int key_file_read(struct cli *cli, const char *path, mbedtls_pk_context *pk, bool *has_private)
{
    struct bytes file;
    int code = file_read(cli, path, &file);

    mbedtls_pk_init(pk);
    *has_private = false;
    if (code != EXIT_DONE) {
        return code;
    }
    if (file.size == 0) {
        code = cli_fail(cli, EXIT_FAILED, "loader-cli keygen makes a key",
                        "no usable key in '%s': it is empty", path);
    } else if (file.size > KEY_FILE_MAX) {
        code = cli_fail(cli, EXIT_FAILED, "a key is a small file: PEM or DER",
                        "no usable key in '%s': it is larger than %d bytes", path, KEY_FILE_MAX);
    } else if (file.size > 0 && file.data[0] == DER_SEQUENCE) {
        int error = parse_der(&file, pk, has_private);

        code = error == 0 ? EXIT_DONE : key_read_failed(cli, path, &file, error);
    } else {
        code = bytes_resize(&file, file.size + 1)
                   ? parse_pem(cli, path, &file, pk, has_private)
                   : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    mbedtls_platform_zeroize(file.data, file.size);
    bytes_free(&file);
    return code;
}
