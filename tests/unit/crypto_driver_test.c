// SPDX-License-Identifier: Apache-2.0
/* The drivers of lib/crypto give the published answers, in pieces of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <crypto/crypto.h>
#include <hil/error.h>

#include "crypto_vectors.h"

static uint8_t data[1000000];
static uint8_t key[256];

static bool is_clear(const void *state, size_t size)
{
    const uint8_t *p = state;

    while (size > 0 && *p == 0) {
        p++;
        size--;
    }
    return size == 0;
}

static size_t part(size_t left, size_t piece)
{
    return left < piece ? left : piece;
}

static void hash_in_pieces(size_t length, size_t piece, uint8_t *out)
{
    struct hil_digest_state state;

    memset(&state, 0xA5, sizeof state);
    assert_int_equal(crypto_sha256.start(&crypto_sha256, &state), 0);
    for (size_t at = 0; at < length; at += piece) {
        assert_int_equal(
            crypto_sha256.update(&crypto_sha256, &state, data + at, part(length - at, piece)), 0);
    }
    assert_int_equal(crypto_sha256.finish(&crypto_sha256, &state, out), 0);
    assert_true(is_clear(&state, sizeof state));
}

static void digests_are_the_published_ones(void **unused)
{
    static const size_t pieces[] = {1, 7, 63, 64};

    (void)unused;
    for (size_t i = 0; i < DIGEST_VECTORS; i++) {
        size_t length = from_repeated(&digest_vectors[i].data, data, sizeof data);

        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
            uint8_t expected[32];
            uint8_t got[32];

            from_hex(digest_vectors[i].digest, expected, sizeof expected);
            hash_in_pieces(length, pieces[j], got);
            assert_memory_equal(got, expected, sizeof got);
        }
    }
}

static void code_in_pieces(size_t key_length, size_t length, size_t piece, uint8_t *out)
{
    const struct hil_hmac *hmac = &crypto_hmac_sha256.hmac;
    struct hil_hmac_state state;
    int result;

    memset(&state, 0xA5, sizeof state);
    assert_int_equal(hmac->start(hmac, &state), 0);
    for (size_t at = 0; at < key_length; at += piece) {
        assert_int_equal(hmac->key(hmac, &state, key + at, part(key_length - at, piece)), 0);
    }
    while ((result = hmac->begin(hmac, &state)) == HIL_HMAC_MORE) {
    }
    assert_int_equal(result, 0);
    for (size_t at = 0; at < length; at += piece) {
        assert_int_equal(hmac->update(hmac, &state, data + at, part(length - at, piece)), 0);
    }
    while ((result = hmac->finish(hmac, &state, out)) == HIL_HMAC_MORE) {
    }
    assert_int_equal(result, 0);
    assert_true(is_clear(&state, sizeof state));
}

static void codes_are_the_published_ones(void **unused)
{
    static const size_t pieces[] = {1, 13, 64};

    (void)unused;
    for (size_t i = 0; i < HMAC_VECTORS; i++) {
        size_t key_length = from_repeated(&hmac_vectors[i].key, key, sizeof key);
        size_t length = from_repeated(&hmac_vectors[i].data, data, sizeof data);

        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
            uint8_t expected[32];
            uint8_t got[32];
            size_t size = from_hex(hmac_vectors[i].code, expected, sizeof expected);

            code_in_pieces(key_length, length, pieces[j], got);
            assert_memory_equal(got, expected, size);
        }
    }
}

/* Keys around the length of a block: as they are up to there, hashed from there on. */
static void keys_of_every_length_are_the_same_in_any_pieces(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 7 + 1);
    }
    memset(data, 0x5A, 100);
    for (size_t length = 0; length <= 130; length++) {
        uint8_t whole[32];
        uint8_t pieces[32];

        code_in_pieces(length, 100, 64, whole);
        code_in_pieces(length, 100, 1, pieces);
        assert_memory_equal(whole, pieces, sizeof whole);
        if (length > 64) {
            uint8_t digest[32];
            struct hil_digest_state state;

            assert_int_equal(crypto_sha256.start(&crypto_sha256, &state), 0);
            assert_int_equal(crypto_sha256.update(&crypto_sha256, &state, key, length), 0);
            assert_int_equal(crypto_sha256.finish(&crypto_sha256, &state, digest), 0);
            memcpy(key + 160, key, 32);
            memcpy(key, digest, 32);
            code_in_pieces(32, 100, 64, pieces);
            memcpy(key, key + 160, 32);
            assert_memory_equal(whole, pieces, sizeof whole);
        }
    }
}

static void crypt_in_pieces(struct hil_aes_state *state, uint8_t *text, size_t length, size_t piece)
{
    for (size_t at = 0; at < length; at += piece) {
        assert_int_equal(crypto_aes.crypt(&crypto_aes, state, text + at, part(length - at, piece)),
                         0);
    }
}

static void streams_are_the_published_ones(void **unused)
{
    uint8_t text[64];
    uint8_t encrypted[64];
    uint8_t iv[16];
    uint8_t buffer[64];

    (void)unused;
    from_hex(stream_key, key, sizeof key);
    from_hex(stream_text, text, sizeof text);
    for (size_t i = 0; i < STREAM_VECTORS; i++) {
        struct hil_aes_setup setup = {.mode = stream_vectors[i].mode, .key = key, .iv = iv};

        setup.iv_length = (uint32_t)from_hex(stream_vectors[i].iv, iv, sizeof iv);
        from_hex(stream_vectors[i].encrypted, encrypted, sizeof encrypted);
        for (size_t piece = 16; piece <= crypto_aes.piece[setup.mode]; piece += 16) {
            struct hil_aes_state state;

            memcpy(buffer, text, sizeof buffer);
            setup.encrypt = true;
            assert_int_equal(crypto_aes.start(&crypto_aes, &state, &setup), 0);
            crypt_in_pieces(&state, buffer, sizeof buffer, piece);
            assert_memory_equal(buffer, encrypted, sizeof buffer);
            setup.encrypt = false;
            assert_int_equal(crypto_aes.start(&crypto_aes, &state, &setup), 0);
            crypt_in_pieces(&state, buffer, sizeof buffer, piece);
            assert_memory_equal(buffer, text, sizeof buffer);
            crypto_aes.clear(&crypto_aes, &state);
            assert_true(is_clear(&state, sizeof state));
        }
    }
}

/* A counter goes on inside a block, wherever a piece ended. */
static void counter_mode_takes_pieces_of_any_length(void **unused)
{
    uint8_t text[64];
    uint8_t encrypted[64];
    uint8_t iv[16];
    const struct stream_vector *vector = &stream_vectors[2];
    struct hil_aes_setup setup = {.mode = HIL_AES_CTR, .encrypt = true, .key = key, .iv = iv};

    (void)unused;
    assert_int_equal(vector->mode, HIL_AES_CTR);
    from_hex(stream_key, key, sizeof key);
    setup.iv_length = (uint32_t)from_hex(vector->iv, iv, sizeof iv);
    from_hex(vector->encrypted, encrypted, sizeof encrypted);
    for (size_t piece = 1; piece <= 64; piece++) {
        struct hil_aes_state state;

        from_hex(stream_text, text, sizeof text);
        assert_int_equal(crypto_aes.start(&crypto_aes, &state, &setup), 0);
        crypt_in_pieces(&state, text, sizeof text, piece);
        assert_memory_equal(text, encrypted, sizeof text);
    }
}

static void parts_of_blocks_are_refused(void **unused)
{
    static const enum hil_aes_mode modes[] = {HIL_AES_CBC, HIL_AES_ECB};
    uint8_t block[16] = {0};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct hil_aes_state state;
        struct hil_aes_setup setup = {.mode = modes[i], .key = key, .iv = block, .iv_length = 16};

        assert_int_equal(crypto_aes.start(&crypto_aes, &state, &setup), 0);
        assert_int_equal(crypto_aes.crypt(&crypto_aes, &state, block, 15), HIL_E_UNSUPPORTED);
    }
}

struct message {
    uint8_t key[16];
    uint8_t iv[16];
    uint8_t associated[64];
    uint8_t text[64];
    uint8_t encrypted[64];
    uint8_t tag[16];
    size_t associated_length;
    size_t length;
    size_t tag_length;
    struct hil_aes_setup setup;
};

static void load(const struct message_vector *vector, struct message *message)
{
    from_hex(vector->key, message->key, 16);
    message->associated_length = from_hex(vector->associated, message->associated, 64);
    message->length = from_hex(vector->text, message->text, 64);
    assert_int_equal(from_hex(vector->encrypted, message->encrypted, 64), message->length);
    message->tag_length = from_hex(vector->tag, message->tag, 16);
    message->setup = (struct hil_aes_setup){
        .mode = vector->mode,
        .key = message->key,
        .iv = message->iv,
        .iv_length = (uint32_t)from_hex(vector->iv, message->iv, 16),
        .associated_length = (uint32_t)message->associated_length,
        .message_length = (uint32_t)message->length,
        .tag_length = (uint32_t)message->tag_length,
    };
}

static void crypt_message(const struct message *message, bool encrypt, uint8_t *text, uint8_t *tag)
{
    struct hil_aes_setup setup = message->setup;
    size_t piece = crypto_aes.piece[setup.mode];
    struct hil_aes_state state;

    setup.encrypt = encrypt;
    memset(&state, 0xA5, sizeof state);
    assert_int_equal(crypto_aes.start(&crypto_aes, &state, &setup), 0);
    for (size_t at = 0; at < message->associated_length; at += piece) {
        assert_int_equal(crypto_aes.associate(&crypto_aes, &state, message->associated + at,
                                              part(message->associated_length - at, piece)),
                         0);
    }
    crypt_in_pieces(&state, text, message->length, piece);
    assert_int_equal(crypto_aes.finish(&crypto_aes, &state, tag), 0);
    assert_true(is_clear(&state, sizeof state));
}

static void messages_are_the_published_ones(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MESSAGE_VECTORS; i++) {
        struct message message;
        uint8_t text[64];
        uint8_t tag[16];

        load(&message_vectors[i], &message);
        memcpy(text, message.text, sizeof text);
        crypt_message(&message, true, text, tag);
        assert_memory_equal(text, message.encrypted, message.length);
        assert_memory_equal(tag, message.tag, message.tag_length);
        crypt_message(&message, false, text, tag);
        assert_memory_equal(text, message.text, message.length);
        assert_memory_equal(tag, message.tag, message.tag_length);
    }
}

/* Every single bit of message and associated data counts. */
static void tags_depend_on_every_bit(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MESSAGE_VECTORS; i++) {
        struct message message;
        uint8_t text[64];
        uint8_t tag[16];

        load(&message_vectors[i], &message);
        for (size_t bit = 0; bit < 8 * message.associated_length; bit++) {
            memcpy(text, message.encrypted, sizeof text);
            message.associated[bit / 8] ^= (uint8_t)(1u << bit % 8);
            crypt_message(&message, false, text, tag);
            message.associated[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_memory_not_equal(tag, message.tag, message.tag_length);
        }
        for (size_t bit = 0; bit < 8 * message.length; bit++) {
            memcpy(text, message.encrypted, sizeof text);
            text[bit / 8] ^= (uint8_t)(1u << bit % 8);
            crypt_message(&message, false, text, tag);
            assert_memory_not_equal(tag, message.tag, message.tag_length);
        }
    }
}

static void ccm_refuses_lengths_that_it_does_not_have(void **unused)
{
    struct message message;
    struct hil_aes_state state;

    (void)unused;
    load(&message_vectors[0], &message);
    message.setup.tag_length = 2;
    assert_int_equal(crypto_aes.start(&crypto_aes, &state, &message.setup), HIL_E_UNSUPPORTED);
    assert_true(is_clear(&state, sizeof state));
    load(&message_vectors[0], &message);
    message.setup.message_length = 65536; /* a nonce of 13 bytes leaves 16 bits for the length */
    assert_int_equal(crypto_aes.start(&crypto_aes, &state, &message.setup), HIL_E_UNSUPPORTED);
    load(&message_vectors[0], &message);
    message.setup.iv_length = 6;
    assert_int_equal(crypto_aes.start(&crypto_aes, &state, &message.setup), HIL_E_UNSUPPORTED);
}

static void check_values_are_the_known_ones(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < CRC_VECTORS; i++) {
        enum hil_crc_algorithm algorithm = crc_vectors[i].algorithm;
        const char *text = crc_vectors[i].text;

        for (size_t piece = 1; piece <= strlen(text); piece++) {
            uint32_t value = crypto_crc.start(&crypto_crc, algorithm);

            for (size_t at = 0; at < strlen(text); at += piece) {
                value = crypto_crc.update(&crypto_crc, algorithm, value, (const uint8_t *)text + at,
                                          part(strlen(text) - at, piece));
            }
            assert_int_equal(crypto_crc.finish(&crypto_crc, algorithm, value),
                             crc_vectors[i].value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_the_published_ones),
        cmocka_unit_test(codes_are_the_published_ones),
        cmocka_unit_test(keys_of_every_length_are_the_same_in_any_pieces),
        cmocka_unit_test(streams_are_the_published_ones),
        cmocka_unit_test(counter_mode_takes_pieces_of_any_length),
        cmocka_unit_test(parts_of_blocks_are_refused),
        cmocka_unit_test(messages_are_the_published_ones),
        cmocka_unit_test(tags_depend_on_every_bit),
        cmocka_unit_test(ccm_refuses_lengths_that_it_does_not_have),
        cmocka_unit_test(check_values_are_the_known_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
