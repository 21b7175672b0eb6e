// SPDX-License-Identifier: Apache-2.0
/*
 * Signatures: with a key of our own, or made elsewhere. All are verified before they count.
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

/* Where signatures come from: the key, or whoever is asked. */
struct source {
    const struct key *key;
    package_signer *signer;
    void *context;
};

static int make_signature(struct cli *cli, const struct tab_member *member,
                          const struct source *source, const uint8_t digest[32],
                          uint8_t signature[64])
{
    if (source->signer != NULL) {
        int code = source->signer(source->context, member->name, digest, signature);

        return code == EXIT_DONE ? EXIT_DONE
                                 : cli_fail(cli, code, "look at what the signer says",
                                            "there is no signature for '%s'", member->name);
    }
    if (!source->key->has_private || key_sign(source->key, digest, signature) != 0) {
        return cli_fail(cli, EXIT_FAILED, "give the private key, or --sign-command with --pubkey",
                        "'%s' cannot be signed with this key", member->name);
    }
    return EXIT_DONE;
}

/* The object with room for a signature, and what has to be signed of it. */
static int prepare(struct cli *cli, struct tab_member *member, struct tbf_header *header,
                   uint8_t digest[32])
{
    int code = image_parse(cli, &member->tbf, member->name, header);

    code = code != EXIT_DONE
               ? code
               : image_make_room(cli, &member->tbf, member->name, 8 + TBF_ECDSA_SIZE, header);
    if (code == EXIT_DONE) {
        package_digest(&member->tbf, header, digest);
    }
    return code;
}

static int sign_tbf(struct cli *cli, struct tab_member *member, const struct source *source)
{
    struct tbf_header header;
    uint8_t digest[32];
    uint8_t signature[TBF_ECDSA_SIZE];
    uint8_t *footer;
    uint32_t room;
    int size;
    int code = prepare(cli, member, &header, digest);

    code = code != EXIT_DONE ? code : make_signature(cli, member, source, digest, signature);
    if (code != EXIT_DONE) {
        return code;
    }
    if (trust_verify(source->key->public_key, digest, signature) != TRUST_VERIFIED) {
        return cli_fail(cli, EXIT_REFUSED, "is --pubkey the key that the signature was made with?",
                        "the signature made for '%s' does not verify; nothing was written",
                        member->name);
    }
    footer = member->tbf.data + header.binary_end;
    room = header.total_size - header.binary_end;
    size =
        tbf_write_credential(footer, room, TBF_CREDENTIAL_ECDSA_P256, signature, sizeof signature);
    if (size < 0) {
        return cli_fail(cli, EXIT_FAILED, NULL, "the signature does not fit into '%s'",
                        member->name);
    }
    tbf_write_reserved(footer + size, room - (uint32_t)size);
    return EXIT_DONE;
}

static int sign_all(struct cli *cli, struct tab *tab, const struct source *source)
{
    for (size_t i = 0; i < tab->count; i++) {
        int code = sign_tbf(cli, &tab->member[i], source);

        if (code != EXIT_DONE) {
            return code;
        }
    }
    return EXIT_DONE;
}

int package_sign(struct cli *cli, struct tab *tab, const struct key *key)
{
    const struct source source = {.key = key};

    return sign_all(cli, tab, &source);
}

int package_sign_by(struct cli *cli, struct tab *tab, const struct key *key, package_signer *signer,
                    void *context)
{
    const struct source source = {.key = key, .signer = signer, .context = context};

    return sign_all(cli, tab, &source);
}

int package_prepare(struct cli *cli, struct tab *tab)
{
    int code = EXIT_DONE;

    for (size_t i = 0; i < tab->count && code == EXIT_DONE; i++) {
        struct tbf_header header;
        uint8_t digest[32];

        code = prepare(cli, &tab->member[i], &header, digest);
    }
    return code;
}
