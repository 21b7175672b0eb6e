// SPDX-License-Identifier: Apache-2.0
/* trust_verify() on the host: mbedTLS's general elliptic-curve code. */
#include <trust/verify.h>

#include <string.h>

#include <mbedtls/ecdsa.h>

static int verify(mbedtls_ecp_group *group, mbedtls_ecp_point *point, mbedtls_mpi *r,
                  mbedtls_mpi *s, const uint8_t *public_key, const uint8_t *digest,
                  const uint8_t *signature)
{
    uint8_t uncompressed[1 + TRUST_PUBLIC_SIZE] = {4};
    int error;

    memcpy(uncompressed + 1, public_key, TRUST_PUBLIC_SIZE);
    error = mbedtls_ecp_group_load(group, MBEDTLS_ECP_DP_SECP256R1);
    error = error != 0
                ? error
                : mbedtls_ecp_point_read_binary(group, point, uncompressed, sizeof uncompressed);
    error = error != 0 ? error : mbedtls_ecp_check_pubkey(group, point);
    error = error != 0 ? error : mbedtls_mpi_read_binary(r, signature, 32);
    error = error != 0 ? error : mbedtls_mpi_read_binary(s, signature + 32, 32);
    return error != 0 ? error : mbedtls_ecdsa_verify(group, digest, 32, point, r, s);
}

uint32_t trust_verify(const uint8_t public_key[TRUST_PUBLIC_SIZE], const uint8_t digest[32],
                      const uint8_t signature[TRUST_SIGNATURE_SIZE])
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi r;
    mbedtls_mpi s;
    int error;

    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    error = verify(&group, &point, &r, &s, public_key, digest, signature);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    return error == 0 ? TRUST_VERIFIED : TRUST_REFUSED;
}
