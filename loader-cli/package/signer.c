// SPDX-License-Identifier: Apache-2.0
/* Signatures: with a key of our own, or by an external command. All are verified before they count.
 */
#include <string.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>

#include <tbf/footer.h>
#include <tbf/write.h>
#include <trust/verify.h>

#include "key_random.h"
#include "package.h"

int key_sign(const struct key *key, const uint8_t digest[32], uint8_t signature[64])
{
    mbedtls_ecp_group group;
    mbedtls_mpi d;
    mbedtls_mpi r;
    mbedtls_mpi s;
    struct key_random random;
    int error = key_random_init(&random);

    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    error = error != 0 ? error : mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1);
    error = error != 0 ? error : mbedtls_mpi_read_binary(&d, key->private_key, 32);
    error = error != 0
                ? error
                : mbedtls_ecdsa_sign_det_ext(&group, &r, &s, &d, digest, 32, MBEDTLS_MD_SHA256,
                                             mbedtls_ctr_drbg_random, &random.drbg);
    error = error != 0 ? error : mbedtls_mpi_write_binary(&r, signature, 32);
    error = error != 0 ? error : mbedtls_mpi_write_binary(&s, signature + 32, 32);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
    key_random_free(&random);
    return error;
}

static int sign_tbf(struct cli *cli, struct tab_member *member, const struct key *key,
                    const char *command)
{
    struct tbf_header header;
    uint8_t digest[32];
    uint8_t signature[64];
    uint8_t *footer;
    uint32_t room;
    int size;
    int code = image_parse(cli, &member->tbf, member->name, &header);

    code = code != EXIT_DONE
               ? code
               : image_make_room(cli, &member->tbf, member->name, 8 + sizeof signature, &header);
    if (code != EXIT_DONE) {
        return code;
    }
    footer = member->tbf.data + header.binary_end;
    room = header.total_size - header.binary_end;
    package_digest(&member->tbf, &header, digest);
    if (command != NULL) {
        code = sign_command_run(cli, command, digest, signature);
    } else if (!key->has_private || key_sign(key, digest, signature) != 0) {
        code = cli_fail(cli, EXIT_FAILED, "give the private key, or --sign-command with --pubkey",
                        "'%s' cannot be signed with this key", member->name);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (trust_verify(key->public_key, digest, signature) != TRUST_VERIFIED) {
        return cli_fail(cli, EXIT_REFUSED, "is --pubkey the key that the command signs with?",
                        "the signature made for '%s' does not verify; nothing was written",
                        member->name);
    }
    size =
        tbf_write_credential(footer, room, TBF_CREDENTIAL_ECDSA_P256, signature, sizeof signature);
    if (size < 0) {
        return cli_fail(cli, EXIT_FAILED, NULL, "the signature does not fit into '%s'",
                        member->name);
    }
    tbf_write_reserved(footer + size, room - (uint32_t)size);
    return EXIT_DONE;
}

int package_sign(struct cli *cli, struct tab *tab, const struct key *key, const char *command)
{
    for (size_t i = 0; i < tab->count; i++) {
        int code = sign_tbf(cli, &tab->member[i], key, command);

        if (code != EXIT_DONE) {
            return code;
        }
    }
    return EXIT_DONE;
}
