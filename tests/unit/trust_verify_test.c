// SPDX-License-Identifier: Apache-2.0
/* Linked once with the host's verifier and once with the devices': both must answer alike. */
#include <trust/sha256.h>
#include <trust/verify.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* RFC 6979, appendix A.2.5: P-256, SHA-256, message "sample". */
static const char key_hex[] = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                              "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
static const char signature_hex[] =
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
static const char order_hex[] = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

struct vector {
    uint8_t key[TRUST_PUBLIC_SIZE];
    uint8_t signature[TRUST_SIGNATURE_SIZE];
    uint8_t order[32];
    uint8_t digest[TRUST_DIGEST_SIZE];
};

static void from_hex(const char *hex, uint8_t *out)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        unsigned value;

        assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
        out[i] = (uint8_t)value;
    }
}

static struct vector sample(void)
{
    struct vector v;

    from_hex(key_hex, v.key);
    from_hex(signature_hex, v.signature);
    from_hex(order_hex, v.order);
    trust_sha256("sample", 6, v.digest);
    return v;
}

static void published_digests_hold(void **state)
{
    uint8_t digest[TRUST_DIGEST_SIZE];
    uint8_t wanted[TRUST_DIGEST_SIZE];

    (void)state;
    from_hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", wanted);
    trust_sha256("abc", 3, digest);
    assert_memory_equal(digest, wanted, sizeof wanted);
    from_hex("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", wanted);
    trust_sha256(NULL, 0, digest);
    assert_memory_equal(digest, wanted, sizeof wanted);
}

static void a_hash_in_pieces_is_the_hash_of_the_whole(void **state)
{
    uint8_t data[200];
    uint8_t whole[TRUST_DIGEST_SIZE];
    uint8_t pieces[TRUST_DIGEST_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)i;
    }
    trust_sha256(data, sizeof data, whole);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        struct trust_sha256 hash;

        trust_sha256_init(&hash);
        trust_sha256_update(&hash, data, cut);
        trust_sha256_update(&hash, data + cut, sizeof data - cut);
        trust_sha256_finish(&hash, pieces);
        assert_memory_equal(pieces, whole, sizeof whole);
    }
}

static void the_published_signature_is_verified(void **state)
{
    struct vector v = sample();

    (void)state;
    assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_VERIFIED);
}

static void any_flipped_bit_is_refused(void **state)
{
    struct vector v = sample();
    uint8_t *fields[] = {v.key, v.signature, v.digest};
    const size_t sizes[] = {sizeof v.key, sizeof v.signature, sizeof v.digest};

    (void)state;
    for (size_t f = 0; f < 3; f++) {
        for (size_t bit = 0; bit < 8 * sizes[f]; bit += 7) {
            fields[f][bit / 8] ^= (uint8_t)(1u << (bit % 8));
            assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_REFUSED);
            fields[f][bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    }
}

/* Subtracts big-endian 32-byte numbers: out = a - b. */
static void subtract(const uint8_t *a, const uint8_t *b, uint8_t *out)
{
    int borrow = 0;

    for (int i = 31; i >= 0; i--) {
        int value = a[i] - b[i] - borrow;

        borrow = value < 0;
        out[i] = (uint8_t)(value & 0xFF);
    }
}

static void the_other_half_of_s_is_accepted_as_documented(void **state)
{
    struct vector v = sample();
    uint8_t other[32];

    (void)state;
    subtract(v.order, v.signature + 32, other);
    memcpy(v.signature + 32, other, sizeof other);
    assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_VERIFIED);
}

static void r_and_s_out_of_range_are_refused(void **state)
{
    for (int half = 0; half < 2; half++) {
        for (int kind = 0; kind < 4; kind++) {
            struct vector v = sample();
            uint8_t *field = v.signature + 32 * half;

            (void)state;
            memset(field, kind == 3 ? 0xFF : 0, 32);
            if (kind == 1 || kind == 2) {
                memcpy(field, v.order, 32);
                field[31] = (uint8_t)(field[31] + (kind == 2));
            }
            assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_REFUSED);
        }
    }
}

static void a_point_off_the_curve_is_refused(void **state)
{
    struct vector v = sample();

    (void)state;
    memset(v.key, 0, sizeof v.key);
    assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_REFUSED);
    memset(v.key, 0xFF, sizeof v.key);
    assert_int_equal(trust_verify(v.key, v.digest, v.signature), TRUST_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_digests_hold),
        cmocka_unit_test(a_hash_in_pieces_is_the_hash_of_the_whole),
        cmocka_unit_test(the_published_signature_is_verified),
        cmocka_unit_test(any_flipped_bit_is_refused),
        cmocka_unit_test(the_other_half_of_s_is_accepted_as_documented),
        cmocka_unit_test(r_and_s_out_of_range_are_refused),
        cmocka_unit_test(a_point_off_the_curve_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
