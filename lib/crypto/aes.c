// SPDX-License-Identifier: Apache-2.0
/* AES and its modes as a driver: CTR, CBC, ECB and CCM by mbedTLS, GCM by gcm.c. */
#include <crypto/crypto.h>

#include <assert.h>

#include <hil/error.h>
#include <mbedtls/aes.h>
#include <mbedtls/ccm.h>
#include <mbedtls/platform_util.h>

#include "gcm.h"

/* CTR, CBC and ECB. */
struct stream {
    mbedtls_aes_context aes;
    size_t used; /* CTR: bytes of `mask` that are used up */
    uint8_t iv[HIL_AES_BLOCK];
    uint8_t mask[HIL_AES_BLOCK];
};

struct message {
    uint8_t mode; /* enum hil_aes_mode */
    bool encrypt;
    uint8_t tag_length;
    union {
        struct stream stream;
        mbedtls_ccm_context ccm;
        struct gcm gcm;
    } as;
};

static_assert(sizeof(struct hil_aes_state) >= sizeof(struct message),
              "struct hil_aes_state must hold every mode's context");

static struct message *message_of(struct hil_aes_state *state)
{
    return (struct message *)(void *)state->inside;
}

static int start_stream(struct message *message, const struct hil_aes_setup *setup)
{
    struct stream *stream = &message->as.stream;
    /* Only a block cipher that is used backwards needs its key turned round: CTR never is. */
    bool backwards = !setup->encrypt && setup->mode != HIL_AES_CTR;

    for (uint32_t i = 0; setup->mode != HIL_AES_ECB && i < HIL_AES_BLOCK; i++) {
        stream->iv[i] = setup->iv[i];
    }
    mbedtls_aes_init(&stream->aes);
    return backwards ? mbedtls_aes_setkey_dec(&stream->aes, setup->key, HIL_AES_KEY_SIZE * 8)
                     : mbedtls_aes_setkey_enc(&stream->aes, setup->key, HIL_AES_KEY_SIZE * 8);
}

/* As CCM*, which is CCM and may do without a tag. */
static int start_ccm(struct message *message, const struct hil_aes_setup *setup)
{
    mbedtls_ccm_context *ccm = &message->as.ccm;
    int result;

    mbedtls_ccm_init(ccm);
    message->tag_length = (uint8_t)setup->tag_length;
    result = mbedtls_ccm_setkey(ccm, MBEDTLS_CIPHER_ID_AES, setup->key, HIL_AES_KEY_SIZE * 8);
    if (result == 0) {
        result = mbedtls_ccm_starts(
            ccm, setup->encrypt ? MBEDTLS_CCM_STAR_ENCRYPT : MBEDTLS_CCM_STAR_DECRYPT, setup->iv,
            setup->iv_length);
    }
    if (result == 0) {
        result = mbedtls_ccm_set_lengths(ccm, setup->associated_length, setup->message_length,
                                         setup->tag_length);
    }
    return result;
}

static void clear(const struct hil_aes *aes, struct hil_aes_state *state)
{
    (void)aes;
    mbedtls_platform_zeroize(state, sizeof *state);
}

static int start(const struct hil_aes *aes, struct hil_aes_state *state,
                 const struct hil_aes_setup *setup)
{
    struct message *message = message_of(state);
    int result;

    clear(aes, state);
    message->mode = (uint8_t)setup->mode;
    message->encrypt = setup->encrypt;
    if (setup->mode == HIL_AES_CCM) {
        result = start_ccm(message, setup);
    } else if (setup->mode == HIL_AES_GCM) {
        result = gcm_start(&message->as.gcm, setup->key, setup->iv);
    } else {
        result = start_stream(message, setup);
    }
    if (result != 0) {
        clear(aes, state);
    }
    return result == 0 ? 0 : result == MBEDTLS_ERR_CCM_BAD_INPUT ? HIL_E_UNSUPPORTED : HIL_E_IO;
}

static int associate(const struct hil_aes *aes, struct hil_aes_state *state, const uint8_t *data,
                     size_t length)
{
    struct message *message = message_of(state);

    (void)aes;
    if (message->mode == HIL_AES_GCM) {
        gcm_associate(&message->as.gcm, data, length);
        return 0;
    }
    return mbedtls_ccm_update_ad(&message->as.ccm, data, length) == 0 ? 0 : HIL_E_IO;
}

static int crypt_blocks(struct message *message, uint8_t *data, size_t length)
{
    struct stream *stream = &message->as.stream;
    int direction = message->encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT;
    int result = 0;

    if (message->mode == HIL_AES_CBC) {
        return mbedtls_aes_crypt_cbc(&stream->aes, direction, length, stream->iv, data, data);
    }
    for (size_t at = 0; at < length && result == 0; at += HIL_AES_BLOCK) {
        result = mbedtls_aes_crypt_ecb(&stream->aes, direction, data + at, data + at);
    }
    return result;
}

static int crypt(const struct hil_aes *aes, struct hil_aes_state *state, uint8_t *data,
                 size_t length)
{
    struct message *message = message_of(state);
    size_t done;
    int result;

    (void)aes;
    if (message->mode == HIL_AES_CCM) {
        result = mbedtls_ccm_update(&message->as.ccm, data, length, data, length, &done);
    } else if (message->mode == HIL_AES_GCM) {
        result = gcm_crypt(&message->as.gcm, message->encrypt, data, length);
    } else if (message->mode == HIL_AES_CTR) {
        struct stream *stream = &message->as.stream;

        result = mbedtls_aes_crypt_ctr(&stream->aes, length, &stream->used, stream->iv,
                                       stream->mask, data, data);
    } else if (length % HIL_AES_BLOCK != 0) {
        return HIL_E_UNSUPPORTED;
    } else {
        result = crypt_blocks(message, data, length);
    }
    return result == 0 ? 0 : HIL_E_IO;
}

static int finish(const struct hil_aes *aes, struct hil_aes_state *state,
                  uint8_t tag[HIL_AES_TAG_MAX])
{
    struct message *message = message_of(state);
    int result = 0;

    if (message->mode == HIL_AES_GCM) {
        gcm_finish(&message->as.gcm, tag);
    } else {
        result = mbedtls_ccm_finish(&message->as.ccm, tag, message->tag_length);
    }
    clear(aes, state);
    return result == 0 ? 0 : HIL_E_IO;
}

const struct hil_aes crypto_aes = {
    .piece =
        {
            [HIL_AES_CTR] = 48,
            [HIL_AES_CBC] = 48,
            [HIL_AES_ECB] = 48,
            [HIL_AES_CCM] = 16,
            [HIL_AES_GCM] = 16,
        },
    .start = start,
    .associate = associate,
    .crypt = crypt,
    .finish = finish,
    .clear = clear,
};
