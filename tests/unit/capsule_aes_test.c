// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40006: published texts and messages, for several processes at once, and every error. */
#include "capsule_kernel.h"

#include <string.h>

#include <crypto/crypto.h>
#include <kernel/capsules.h>

#include "crypto_vectors.h"

/* Where the expanded key begins in the grant. */
#define STATE (aes_driver.state_size - sizeof(struct hil_aes_state))

enum { LEADING = 5 };

static uint8_t key[16];
static uint8_t iv[16];
static uint8_t source[4096];
static uint8_t destination[4096];
static uint8_t expected[4096];

static int reset(void **unused)
{
    (void)unused;
    memset(destination, 0xEE, sizeof destination);
    kernel_reset(&aes_driver, &crypto_aes);
    return 0;
}

static void choose(struct process *process, uint32_t mode, bool encrypt)
{
    assert_int_equal(kernel_command(process, ABI_AES_SET_ALGORITHM, mode, encrypt ? 1 : 0), ABI_OK);
}

static void set(struct process *process, uint32_t number, uint32_t value)
{
    assert_int_equal(kernel_command(process, number, value, 0), ABI_OK);
}

static void share_texts(struct process *process, const uint8_t *from, uint8_t *to, size_t length)
{
    kernel_share_ro(process, ABI_AES_RO_SOURCE, from, length);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, to, length);
}

/* Chooses a vector's mode and shares its key and IV. */
static void share_stream(struct process *process, const struct stream_vector *vector, bool encrypt)
{
    choose(process, vector->mode, encrypt);
    kernel_share_ro(process, ABI_AES_RO_KEY, key, from_hex(stream_key, key, sizeof key));
    kernel_share_ro(process, ABI_AES_RO_IV, iv, from_hex(vector->iv, iv, sizeof iv));
}

static void run(struct process *process, uint32_t number, uint32_t bytes, uint32_t tag)
{
    assert_int_equal(kernel_command(process, number, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_AES_UPCALL_DONE, ABI_OK, bytes, tag);
}

static void crypts_published_texts(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    assert_int_equal(kernel_command(process, ABI_COMMAND_EXISTS, 0, 0), ABI_OK);
    for (size_t i = 0; i < STREAM_VECTORS; i++) {
        size_t length = from_hex(stream_text, source, sizeof source);

        from_hex(stream_vectors[i].encrypted, expected, sizeof expected);
        share_stream(process, &stream_vectors[i], true);
        share_texts(process, source, destination, length);
        run(process, ABI_AES_SETUP, (uint32_t)length, 0);
        assert_memory_equal(destination, expected, length);
        assert_int_equal(destination[length], 0xEE);
        assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OK);
        assert_true(kernel_grant_is_clear(0, STATE));
        /* Back again, in place. */
        share_stream(process, &stream_vectors[i], false);
        share_texts(process, destination, destination, length);
        run(process, ABI_AES_SETUP, (uint32_t)length, 0);
        assert_memory_equal(destination, source, length);
    }
}

/* Setup and then crypt, with new buffers each time, are one text; key and IV are read once. */
static void goes_on_with_a_text(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    for (size_t i = 0; i < 2 * STREAM_VECTORS; i++) {
        const struct stream_vector *vector = &stream_vectors[i / 2];
        size_t part = vector->mode == HIL_AES_CTR ? 5 : 16;
        size_t length = from_hex(stream_text, source, sizeof source);

        from_hex(vector->encrypted, expected, sizeof expected);
        share_stream(process, vector, i % 2 == 0);
        if (i % 2 != 0) {
            memcpy(source, expected, length);
            from_hex(stream_text, expected, sizeof expected);
        }
        share_texts(process, source, destination, part);
        run(process, ABI_AES_SETUP, (uint32_t)part, 0);
        kernel_share_ro(process, ABI_AES_RO_KEY, NULL, 0);
        kernel_share_ro(process, ABI_AES_RO_IV, NULL, 0);
        for (size_t at = part; at < length; at += part) {
            part = length - at < part ? length - at : part;
            share_texts(process, source + at, destination + at, part);
            run(process, ABI_AES_CRYPT, (uint32_t)part, 0);
        }
        assert_memory_equal(destination, expected, length);
        assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OK);
        assert_int_equal(kernel_command(process, ABI_AES_CRYPT, 0, 0), ABI_OFF);
        assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OFF);
    }
}

/* A message's place in source and destination. */
struct layout {
    size_t associated;
    size_t message;
    size_t end;
    size_t tag;
};

/* Lays a vector out in source, encrypted or not, and as it shall be in expected. */
static struct layout lay_out(struct process *process, const struct message_vector *vector,
                             bool encrypt)
{
    const char *from = encrypt ? vector->text : vector->encrypted;
    const char *to = encrypt ? vector->encrypted : vector->text;
    struct layout layout = {.associated = LEADING};

    choose(process, vector->mode, encrypt);
    kernel_share_ro(process, ABI_AES_RO_KEY, key, from_hex(vector->key, key, sizeof key));
    kernel_share_ro(process, ABI_AES_RO_IV, iv, from_hex(vector->iv, iv, sizeof iv));
    memset(source, 0x11, LEADING);
    layout.message = LEADING + from_hex(vector->associated, source + LEADING, 64);
    layout.end = layout.message + from_hex(from, source + layout.message, 64);
    layout.tag = from_hex(vector->tag, source + layout.end, 16);
    memcpy(expected, source, layout.message);
    from_hex(to, expected + layout.message, 64);
    memcpy(expected + layout.end, source + layout.end, layout.tag);
    set(process, ABI_AES_SET_ASSOCIATED_OFFSET, (uint32_t)layout.associated);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, (uint32_t)layout.message);
    set(process, ABI_AES_SET_TAG_LENGTH, (uint32_t)layout.tag);
    return layout;
}

static void crypts_published_messages(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    for (size_t i = 0; i < MESSAGE_VECTORS; i++) {
        struct layout layout = lay_out(process, &message_vectors[i], true);
        size_t whole = layout.end + layout.tag;

        kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end);
        kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, whole);
        run(process, ABI_AES_SETUP, (uint32_t)whole, 1);
        assert_memory_equal(destination, expected, whole);
        assert_int_equal(destination[whole], 0xEE);
        assert_true(kernel_grant_is_clear(0, STATE));
        /* One setup, one message: no second one with the same IV. */
        assert_int_equal(kernel_command(process, ABI_AES_CRYPT, 0, 0), ABI_OFF);
        assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OK);
        assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OFF);
        /* Back again, in place; the tag stays where it is. */
        lay_out(process, &message_vectors[i], false);
        memcpy(destination, source, whole);
        share_texts(process, destination, destination, whole);
        run(process, ABI_AES_SETUP, (uint32_t)layout.end, 1);
        assert_memory_equal(destination, expected, layout.end);
        memset(destination, 0xEE, sizeof destination);
    }
}

static void encrypts_without_room_for_the_tag(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout = lay_out(process, &message_vectors[0], true);

    (void)unused;
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, layout.end + layout.tag - 1);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end, 0);
    assert_memory_equal(destination, expected, layout.end);
    assert_int_equal(destination[layout.end], 0xEE);
}

static void gcm_has_a_whole_tag_unless_told_otherwise(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout = lay_out(process, &message_vectors[8], true);

    (void)unused;
    set(process, ABI_AES_SET_TAG_LENGTH, 0);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, sizeof destination);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end + 16, 1);
    assert_memory_equal(destination, expected, layout.end + 16);
    set(process, ABI_AES_SET_TAG_LENGTH, 12);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end + 12, 1);
    assert_memory_equal(destination, expected, layout.end + 12);
}

/* A nonce may be shorter than 13 bytes; more than that of what is shared is not looked at. */
static void ivs_may_lie_in_longer_buffers(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    for (size_t i = 0; i < MESSAGE_VECTORS; i++) {
        struct layout layout = lay_out(process, &message_vectors[i], true);

        kernel_share_ro(process, ABI_AES_RO_IV, iv, sizeof iv);
        kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end);
        kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, layout.end + layout.tag);
        run(process, ABI_AES_SETUP, (uint32_t)(layout.end + layout.tag), 1);
        assert_memory_equal(destination, expected, layout.end + layout.tag);
    }
}

/* CCM that authenticates only: everything is associated data, and is copied as it is. */
static void authenticates_an_open_message(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout = lay_out(process, &message_vectors[0], true);
    uint8_t tag[8];

    (void)unused;
    from_hex("f6443b6fcd578e24", tag, sizeof tag);
    set(process, ABI_AES_SET_CONFIDENTIAL, 0);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, layout.end + 8);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end + 8, 1);
    assert_memory_equal(destination, source, layout.end);
    assert_memory_equal(destination + layout.end, tag, sizeof tag);

    choose(process, HIL_AES_CCM, false);
    memcpy(source + layout.end, tag, sizeof tag);
    share_texts(process, source, destination, layout.end + 8);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end, 1);
    source[layout.end - 1] ^= 1;
    run(process, ABI_AES_SETUP, 0, 0);
    set(process, ABI_AES_SET_CONFIDENTIAL, 1);
}

/* CCM without a tag encrypts, and vouches for nothing. */
static void ccm_may_do_without_a_tag(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout = lay_out(process, &message_vectors[0], true);

    (void)unused;
    set(process, ABI_AES_SET_TAG_LENGTH, 0);
    share_texts(process, source, destination, layout.end);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end, 0);
    assert_memory_equal(destination, expected, layout.end);
    choose(process, HIL_AES_CCM, false);
    share_texts(process, destination, destination, layout.end);
    run(process, ABI_AES_SETUP, (uint32_t)layout.end, 0);
    assert_memory_equal(destination, source, layout.end);
}

static void wipes_a_message_whose_tag_is_wrong(void **unused)
{
    struct process *process = kernel_process(0);
    static const uint8_t zeros[64];

    (void)unused;
    for (size_t i = 0; i < MESSAGE_VECTORS; i++) {
        struct layout layout = lay_out(process, &message_vectors[i], false);
        size_t whole = layout.end + layout.tag;

        for (size_t at = layout.associated; at < whole; at++) {
            source[at] ^= 0x40;
            memset(destination, 0xEE, sizeof destination);
            share_texts(process, source, destination, whole);
            run(process, ABI_AES_SETUP, 0, 0);
            assert_memory_equal(destination + layout.message, zeros, layout.end - layout.message);
            assert_int_equal(destination[layout.end], 0xEE);
            source[at] ^= 0x40;
        }
    }
}

/* A long message is wiped in pieces; it may be taken away meanwhile. */
static void wipes_what_is_still_shared(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t *last = destination + sizeof destination - 17;

    (void)unused;
    choose(process, HIL_AES_GCM, false);
    kernel_share_ro(process, ABI_AES_RO_KEY, key, sizeof key);
    kernel_share_ro(process, ABI_AES_RO_IV, iv, sizeof iv);
    share_texts(process, source, destination, sizeof destination);
    run(process, ABI_AES_SETUP, 0, 0);
    assert_int_equal(*last, 0);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
    while (*last == 0) {
        assert_true(kernel_step());
    }
    assert_true(kernel_step()); /* the tag */
    assert_true(kernel_step()); /* a piece is wiped */
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, 600);
    kernel_work();
    kernel_expect(process, ABI_AES_UPCALL_DONE, ABI_OK, 0, 0);
    assert_int_equal(destination[599], 0);
    assert_int_not_equal(*last, 0);
}

static void processes_take_turns(void **unused)
{
    struct process *slow = kernel_process(0);
    struct process *quick = kernel_process(1);
    static uint8_t long_text[2048];
    static uint8_t whole[2048];
    struct kernel_upcall upcall;
    size_t length;

    (void)unused;
    share_stream(slow, &stream_vectors[1], true);
    share_texts(slow, long_text, whole, sizeof long_text);
    run(slow, ABI_AES_SETUP, sizeof long_text, 0);
    assert_int_equal(kernel_command(slow, ABI_AES_FINISH, 0, 0), ABI_OK);

    share_texts(slow, long_text, long_text, sizeof long_text);
    assert_int_equal(kernel_command(slow, ABI_AES_SETUP, 0, 0), ABI_OK);
    assert_true(kernel_step());
    length = from_hex(stream_text, source, sizeof source);
    from_hex(stream_vectors[2].encrypted, expected, sizeof expected);
    share_stream(quick, &stream_vectors[2], true);
    share_texts(quick, source, destination, length);
    assert_int_equal(kernel_command(quick, ABI_AES_SETUP, 0, 0), ABI_OK);
    for (int i = 0; i < 3; i++) {
        assert_true(kernel_step());
    }
    kernel_expect(quick, ABI_AES_UPCALL_DONE, ABI_OK, (uint32_t)length, 0);
    assert_memory_equal(destination, expected, length);
    assert_false(kernel_upcall(slow, &upcall));
    kernel_work();
    kernel_expect(slow, ABI_AES_UPCALL_DONE, ABI_OK, sizeof long_text, 0);
    assert_memory_equal(long_text, whole, sizeof long_text);
}

static void wrong_texts_are_refused(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    assert_int_equal(kernel_command(process, ABI_AES_SET_ALGORITHM, 5, 1), ABI_NOSUPPORT);
    assert_int_equal(kernel_command(process, 9, 0, 0), ABI_NOSUPPORT);
    assert_int_equal(kernel_command(process, ABI_AES_CRYPT, 0, 0), ABI_OFF);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    choose(process, HIL_AES_CBC, true);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_RESERVE);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, 32);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_RESERVE);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, 31);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_SIZE);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, 32);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_RESERVE);
    kernel_share_ro(process, ABI_AES_RO_KEY, key, 16);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_RESERVE);
    kernel_share_ro(process, ABI_AES_RO_IV, iv, 15);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    kernel_share_ro(process, ABI_AES_RO_IV, iv, 16);
    kernel_share_ro(process, ABI_AES_RO_KEY, source, 32); /* AES-256 is not AES-128 with half */
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    kernel_share_ro(process, ABI_AES_RO_KEY, key, 16);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, 24);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_SIZE);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, 32);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_NOMEM);
    assert_int_equal(kernel_command(process, ABI_AES_CRYPT, 0, 0), ABI_BUSY);
    assert_int_equal(kernel_command(process, ABI_AES_SET_ALGORITHM, HIL_AES_CTR, 1), ABI_BUSY);
    assert_int_equal(kernel_command(process, ABI_AES_SET_MESSAGE_OFFSET, 1, 0), ABI_BUSY);
    kernel_work();
    kernel_expect(process, ABI_AES_UPCALL_DONE, ABI_OK, 32, 0);
    kernel_refuse_grants();
    assert_int_equal(kernel_command(kernel_process(2), ABI_AES_SETUP, 0, 0), ABI_NOMEM);
}

static void wrong_messages_are_refused(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout;

    (void)unused;
    for (uint32_t tag = 0; tag <= 20; tag++) {
        bool ccm = tag == 0 || (tag >= 4 && tag <= 16 && tag % 2 == 0);
        bool gcm = tag == 0 || tag == 4 || tag == 8 || (tag >= 12 && tag <= 16);

        layout = lay_out(process, &message_vectors[0], true);
        set(process, ABI_AES_SET_TAG_LENGTH, tag);
        share_texts(process, source, destination, layout.end);
        assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ccm ? ABI_OK : ABI_INVAL);
        (void)kernel_command(process, ABI_AES_FINISH, 0, 0);
        choose(process, HIL_AES_GCM, true);
        assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), gcm ? ABI_OK : ABI_INVAL);
        (void)kernel_command(process, ABI_AES_FINISH, 0, 0);
    }
    lay_out(process, &message_vectors[0], false);
    share_texts(process, source, destination, 7);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_SIZE);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, NULL, 0);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_RESERVE);
    share_texts(process, source, destination, 100);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, 93);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, UINT32_MAX);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, LEADING - 1);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, LEADING);
    kernel_share_ro(process, ABI_AES_RO_IV, iv, 6);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
    choose(process, HIL_AES_GCM, false);
    kernel_share_ro(process, ABI_AES_RO_IV, iv, 11);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_INVAL);
}

static void ccm_messages_have_a_greatest_length(void **unused)
{
    struct process *process = kernel_process(0);
    static uint8_t large[65536 + 8];

    (void)unused;
    lay_out(process, &message_vectors[0], true);
    set(process, ABI_AES_SET_ASSOCIATED_OFFSET, 0);
    set(process, ABI_AES_SET_MESSAGE_OFFSET, 0);
    share_texts(process, large, large, 65536);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_SIZE);
    assert_true(kernel_grant_is_clear(0, STATE));
    kernel_share_ro(process, ABI_AES_RO_SOURCE, large, 65535);
    kernel_share_rw(process, ABI_AES_RW_DESTINATION, large, sizeof large);
    run(process, ABI_AES_SETUP, 65543, 1);
}

static void a_buffer_that_goes_or_shrinks_ends_the_job(void **unused)
{
    static const struct {
        bool source;
        uint32_t left;
        enum abi_error error;
    } cases[] = {
        {true, 0, ABI_RESERVE},  {true, 1, ABI_SIZE},  {true, 255, ABI_SIZE},
        {false, 0, ABI_RESERVE}, {false, 1, ABI_SIZE}, {false, 255, ABI_SIZE},
    };
    struct process *process = kernel_process(0);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        share_stream(process, &stream_vectors[1], true);
        share_texts(process, source, destination, 256);
        assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
        assert_true(kernel_step());
        memset(destination, 0xEE, sizeof destination);
        if (cases[i].source) {
            kernel_share_ro(process, ABI_AES_RO_SOURCE, source, cases[i].left);
        } else {
            kernel_share_rw(process, ABI_AES_RW_DESTINATION, destination, cases[i].left);
        }
        kernel_work();
        kernel_expect(process, ABI_AES_UPCALL_DONE, cases[i].error, 0, 0);
        assert_true(kernel_grant_is_clear(0, STATE));
        assert_int_equal(destination[0], 0xEE);
        assert_int_equal(kernel_command(process, ABI_AES_CRYPT, 0, 0), ABI_OFF);
    }
}

/* The tag that is taken away before it is looked at is a wrong one. */
static void a_tag_that_goes_is_wrong(void **unused)
{
    struct process *process = kernel_process(0);
    struct layout layout = lay_out(process, &message_vectors[0], false);

    (void)unused;
    share_texts(process, source, destination, layout.end + layout.tag);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
    kernel_share_ro(process, ABI_AES_RO_SOURCE, source, layout.end + layout.tag - 1);
    kernel_work();
    kernel_expect(process, ABI_AES_UPCALL_DONE, ABI_OK, 0, 0);
    assert_int_equal(destination[layout.message], 0);
}

/* Overlapping buffers, either way round, reach nothing outside of the destination. */
static void buffers_may_overlap(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    for (int skew = -40; skew <= 40; skew += 8) {
        uint8_t *to = source + 1024 + skew;

        for (size_t mode = HIL_AES_CTR; mode < HIL_AES_MODES; mode++) {
            memset(source, 0x33, sizeof source);
            choose(process, (uint32_t)mode, true);
            set(process, ABI_AES_SET_TAG_LENGTH, 8);
            kernel_share_ro(process, ABI_AES_RO_KEY, key, 16);
            kernel_share_ro(process, ABI_AES_RO_IV, iv, 16);
            share_texts(process, source + 1024, to, 256);
            run(process, ABI_AES_SETUP, 256, 0);
            assert_int_equal(to[-1], 0x33);
            assert_int_equal(to[256], 0x33);
        }
    }
}

/* Finish takes effect at once, also on a job under way, which then says nothing. */
static void finish_ends_a_job(void **unused)
{
    struct process *process = kernel_process(0);
    struct kernel_upcall upcall;

    (void)unused;
    share_stream(process, &stream_vectors[2], true);
    share_texts(process, source, destination, 1024);
    assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
    assert_true(kernel_step());
    assert_false(kernel_grant_is_clear(0, STATE));
    assert_int_equal(kernel_command(process, ABI_AES_FINISH, 0, 0), ABI_OK);
    assert_true(kernel_grant_is_clear(0, STATE));
    assert_in_range(kernel_work(), 0, 1);
    assert_false(kernel_upcall(process, &upcall));
}

static void a_process_that_ends_leaves_no_key_behind(void **unused)
{
    static const unsigned steps[] = {0, 1, 100}; /* begun, under way, waiting for more */

    (void)unused;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct process *process;

        kernel_reset(&aes_driver, &crypto_aes);
        process = kernel_process(0);
        share_stream(process, &stream_vectors[1], false);
        share_texts(process, source, destination, 1024);
        assert_int_equal(kernel_command(process, ABI_AES_SETUP, 0, 0), ABI_OK);
        for (unsigned step = 0; step < steps[i]; step++) {
            (void)kernel_step();
        }
        assert_false(kernel_grant_is_clear(0, STATE));
        kernel_end(0);
        assert_true(kernel_grant_is_clear(0, STATE));
        assert_in_range(kernel_work(), 0, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(crypts_published_texts, reset),
        cmocka_unit_test_setup(goes_on_with_a_text, reset),
        cmocka_unit_test_setup(crypts_published_messages, reset),
        cmocka_unit_test_setup(encrypts_without_room_for_the_tag, reset),
        cmocka_unit_test_setup(gcm_has_a_whole_tag_unless_told_otherwise, reset),
        cmocka_unit_test_setup(ivs_may_lie_in_longer_buffers, reset),
        cmocka_unit_test_setup(authenticates_an_open_message, reset),
        cmocka_unit_test_setup(ccm_may_do_without_a_tag, reset),
        cmocka_unit_test_setup(wipes_a_message_whose_tag_is_wrong, reset),
        cmocka_unit_test_setup(wipes_what_is_still_shared, reset),
        cmocka_unit_test_setup(processes_take_turns, reset),
        cmocka_unit_test_setup(wrong_texts_are_refused, reset),
        cmocka_unit_test_setup(wrong_messages_are_refused, reset),
        cmocka_unit_test_setup(ccm_messages_have_a_greatest_length, reset),
        cmocka_unit_test_setup(a_buffer_that_goes_or_shrinks_ends_the_job, reset),
        cmocka_unit_test_setup(a_tag_that_goes_is_wrong, reset),
        cmocka_unit_test_setup(buffers_may_overlap, reset),
        cmocka_unit_test_setup(finish_ends_a_job, reset),
        cmocka_unit_test_setup(a_process_that_ends_leaves_no_key_behind, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
