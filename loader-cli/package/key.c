// SPDX-License-Identifier: Apache-2.0
/* P-256 keys in PEM files, through mbedTLS. */
#include <stdio.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>

#include <trust/sha256.h>

#include "../posix/files.h"
#include "../posix/interrupt.h"
#include "key_error.h"
#include "key_file.h"
#include "key_random.h"
#include "package.h"

enum { PEM_MAX = 2048 };

/* Copies the numbers out of an mbedTLS key. */
static int take_numbers(const mbedtls_ecp_keypair *pair, bool has_private, struct key *key)
{
    uint8_t point[65];
    size_t length;
    mbedtls_ecp_group group;
    mbedtls_ecp_point public_point;
    mbedtls_mpi d;
    int error;

    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&public_point);
    mbedtls_mpi_init(&d);
    error = mbedtls_ecp_export(pair, &group, &d, &public_point);
    if (error == 0 && group.id != MBEDTLS_ECP_DP_SECP256R1) {
        error = MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }
    error = error != 0 ? error : mbedtls_ecp_check_pubkey(&group, &public_point);
    error = error != 0
                ? error
                : mbedtls_ecp_point_write_binary(&group, &public_point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                                 &length, point, sizeof point);
    if (error == 0 && has_private) {
        error = mbedtls_mpi_write_binary(&d, key->private_key, sizeof key->private_key);
    }
    if (error == 0) {
        memcpy(key->public_key, point + 1, sizeof key->public_key);
        trust_sha256(key->public_key, sizeof key->public_key, key->fingerprint);
        key->has_private = has_private;
    }
    mbedtls_mpi_free(&d);
    mbedtls_ecp_point_free(&public_point);
    mbedtls_ecp_group_free(&group);
    return error;
}

int key_generate(struct cli *cli, struct key *key)
{
    mbedtls_ecp_keypair pair;
    struct key_random random;
    int error;

    memset(key, 0, sizeof *key);
    mbedtls_ecp_keypair_init(&pair);
    error = key_random_init(&random);
    error = error != 0 ? error
                       : mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, &pair,
                                             mbedtls_ctr_drbg_random, &random.drbg);
    error = error != 0 ? error : take_numbers(&pair, true, key);
    key_random_free(&random);
    mbedtls_ecp_keypair_free(&pair);
    return error == 0 ? EXIT_DONE : key_file_failed(cli, "cannot make a key for", "P-256", error);
}

int key_read(struct cli *cli, const char *path, struct key *key)
{
    mbedtls_pk_context pk;
    bool has_private;
    int code = key_file_read(cli, path, &pk, &has_private);
    int error = 0;

    memset(key, 0, sizeof *key);
    if (code == EXIT_DONE &&
        (mbedtls_pk_get_type(&pk) != MBEDTLS_PK_ECKEY ||
         mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(pk)) != MBEDTLS_ECP_DP_SECP256R1)) {
        code = key_kind_failed(cli, path, &pk);
    } else if (code == EXIT_DONE) {
        error = take_numbers(mbedtls_pk_ec(pk), has_private, key);
    }
    mbedtls_pk_free(&pk);
    return error == 0 ? code : key_file_failed(cli, "no usable P-256 key in", path, error);
}

/* Rebuilds an mbedTLS key from the numbers. */
static int make_pk(const struct key *key, mbedtls_pk_context *pk)
{
    struct key_random random;
    int error = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));

    error = error != 0 ? error
                       : mbedtls_ecp_read_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*pk),
                                              key->private_key, sizeof key->private_key);
    error = error != 0 ? error : key_random_init(&random);
    if (error == 0) {
        error = mbedtls_ecp_keypair_calc_public(mbedtls_pk_ec(*pk), mbedtls_ctr_drbg_random,
                                                &random.drbg);
        key_random_free(&random);
    }
    return error;
}

int key_write(struct cli *cli, const char *path, const struct key *key)
{
    return key_write_encrypted(cli, path, key, NULL, 0);
}

int key_write_encrypted(struct cli *cli, const char *path, const struct key *key,
                        const char *password, uint32_t iterations)
{
    unsigned char private_pem[PEM_MAX];
    unsigned char public_pem[PEM_MAX];
    char public_path[4096];
    mbedtls_pk_context pk;
    size_t stem = strlen(path);
    int error;
    int code;

    stem -= stem > 4 && strcmp(path + stem - 4, ".pem") == 0 ? 4 : 0;
    snprintf(public_path, sizeof public_path, "%.*s.pub.pem", (int)stem, path);
    if (files_exists(path) || files_exists(public_path)) {
        return cli_fail(cli, EXIT_FAILED, "choose another name, or move the old key away first",
                        "'%s' exists; a key is never overwritten", path);
    }
    mbedtls_pk_init(&pk);
    error = make_pk(key, &pk);
    if (error == 0) {
        error = password != NULL
                    ? key_encrypt(&pk, password, iterations, private_pem, sizeof private_pem)
                    : mbedtls_pk_write_key_pem(&pk, private_pem, sizeof private_pem);
    }
    error = error != 0 ? error : mbedtls_pk_write_pubkey_pem(&pk, public_pem, sizeof public_pem);
    mbedtls_pk_free(&pk);
    if (error != 0) {
        mbedtls_platform_zeroize(private_pem, sizeof private_pem);
        return key_file_failed(cli, "cannot write the key", path, error);
    }
    interrupt_hold(); /* both halves or none */
    code = file_write(cli, path, private_pem, strlen((const char *)private_pem), true);
    mbedtls_platform_zeroize(private_pem, sizeof private_pem);
    if (code == EXIT_DONE) {
        code = file_write(cli, public_path, public_pem, strlen((const char *)public_pem), false);
        if (code != EXIT_DONE) {
            (void)remove(path);
        }
    }
    interrupt_release();
    return code;
}
