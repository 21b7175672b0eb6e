// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40003: the codes of RFC 4231, for several processes at once, and every error. */
#include "capsule_kernel.h"

#include <string.h>

#include <crypto/crypto.h>
#include <kernel/capsules.h>

#include "crypto_vectors.h"

/* Where the key and the rest of the secrets begin in the grant. */
#define STATE (hmac_driver.state_size - sizeof(struct hil_hmac_state))

static uint8_t key[256];
static uint8_t data[4000];
static uint8_t code[32];

static int reset(void **unused)
{
    (void)unused;
    memset(code, 0, sizeof code);
    kernel_reset(&hmac_driver, &crypto_hmac_sha256.hmac);
    return 0;
}

static uint32_t address_of(const void *at)
{
    return (uint32_t)(uintptr_t)at;
}

/* Shares a vector's key and data; answers the length of its code. */
static size_t share(struct process *process, size_t index, uint8_t expected[32])
{
    kernel_share_ro(process, ABI_HMAC_RO_KEY, key,
                    from_repeated(&hmac_vectors[index].key, key, sizeof key));
    kernel_share_ro(process, ABI_HMAC_RO_DATA, data,
                    from_repeated(&hmac_vectors[index].data, data, sizeof data));
    return from_hex(hmac_vectors[index].code, expected, 32);
}

static void choose(struct process *process)
{
    assert_int_equal(kernel_command(process, ABI_HMAC_SET_ALGORITHM, ABI_HMAC_SHA256, 0), ABI_OK);
}

static void makes_published_codes(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    choose(process);
    for (size_t i = 0; i < HMAC_VECTORS; i++) {
        uint8_t expected[32];
        uint8_t room[33];
        size_t length = share(process, i, expected);

        memset(room, 0x77, sizeof room);
        kernel_share_rw(process, ABI_HMAC_RW_CODE, room, length);
        assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(room), 0);
        assert_memory_equal(room, expected, length);
        assert_int_equal(room[length], 0x77);
        assert_true(kernel_grant_is_clear(0, STATE));
    }
}

/* A message in parts, the key shared only for the first one. */
static void goes_on_with_a_message(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    choose(process);
    for (size_t i = 0; i < HMAC_VECTORS; i++) {
        uint8_t expected[32];
        size_t size = share(process, i, expected);
        size_t length = from_repeated(&hmac_vectors[i].data, data, sizeof data);

        for (size_t at = 0; at < length; at += 3) {
            kernel_share_ro(process, ABI_HMAC_RO_DATA, data + at,
                            length - at < 3 ? length - at : 3);
            assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_OK);
            kernel_work();
            kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, 0, 0);
            kernel_share_ro(process, ABI_HMAC_RO_KEY, NULL, 0);
        }
        kernel_share_rw(process, ABI_HMAC_RW_CODE, code, size);
        assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(code), 0);
        assert_memory_equal(code, expected, size);
        assert_true(kernel_grant_is_clear(0, STATE));
        assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_OFF);
    }
}

static void verify(struct process *process, enum abi_hmac how, uint32_t equal)
{
    if (how == ABI_HMAC_VERIFY_FINISH) {
        assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, 0, 0);
    }
    assert_int_equal(kernel_command(process, how, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_VERIFIED, ABI_OK, equal, 0);
}

static void verifies_codes(void **unused)
{
    static const enum abi_hmac ways[] = {ABI_HMAC_VERIFY, ABI_HMAC_VERIFY_FINISH};
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    choose(process);
    share(process, 6, expected);
    kernel_share_ro(process, ABI_HMAC_RO_COMPARE, expected, sizeof expected);
    for (size_t way = 0; way < 2; way++) {
        verify(process, ways[way], 1);
        for (unsigned bit = 0; bit < 256; bit++) {
            expected[bit / 8] ^= (uint8_t)(1u << bit % 8);
            verify(process, ways[way], 0);
            expected[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* A code that is cut short is easier to guess: it is no code to compare with. */
static void verifies_whole_codes_only(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    choose(process);
    share(process, 0, expected);
    assert_int_equal(kernel_command(process, ABI_HMAC_VERIFY, 0, 0), ABI_RESERVE);
    kernel_share_ro(process, ABI_HMAC_RO_COMPARE, expected, 31);
    assert_int_equal(kernel_command(process, ABI_HMAC_VERIFY, 0, 0), ABI_SIZE);
    kernel_share_ro(process, ABI_HMAC_RO_COMPARE, expected, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_VERIFY, 0, 0), ABI_OK);
    kernel_share_ro(process, ABI_HMAC_RO_COMPARE, expected, 1);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_VERIFIED, ABI_SIZE, 0, 0);
}

static void processes_take_turns(void **unused)
{
    struct process *slow = kernel_process(0);
    struct process *quick = kernel_process(1);
    uint8_t expected_slow[32];
    uint8_t expected_quick[32];
    uint8_t code_slow[32];
    static uint8_t long_data[4000];
    struct kernel_upcall upcall;

    (void)unused;
    choose(slow);
    choose(quick);
    share(slow, 0, expected_slow);
    kernel_share_ro(slow, ABI_HMAC_RO_DATA, long_data, sizeof long_data);
    kernel_share_rw(slow, ABI_HMAC_RW_CODE, expected_slow, 32);
    assert_int_equal(kernel_command(slow, ABI_HMAC_RUN, 0, 0), ABI_OK);
    kernel_work();
    assert_true(kernel_upcall(slow, &upcall));

    kernel_share_rw(slow, ABI_HMAC_RW_CODE, code_slow, 32);
    assert_int_equal(kernel_command(slow, ABI_HMAC_RUN, 0, 0), ABI_OK);
    for (int i = 0; i < 20; i++) {
        assert_true(kernel_step());
    }
    share(quick, 1, expected_quick);
    kernel_share_rw(quick, ABI_HMAC_RW_CODE, code, 32);
    assert_int_equal(kernel_command(quick, ABI_HMAC_RUN, 0, 0), ABI_OK);
    for (int i = 0; i < 14; i++) {
        assert_true(kernel_step());
    }
    kernel_expect(quick, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(code), 0);
    assert_memory_equal(code, expected_quick, 32);
    assert_false(kernel_upcall(slow, &upcall));
    kernel_work();
    kernel_expect(slow, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(code_slow), 0);
    assert_memory_equal(code_slow, expected_slow, 32);
}

static void wrong_requests_are_refused(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    for (uint32_t algorithm = ABI_HMAC_SHA384; algorithm <= ABI_HMAC_MD5 + 1; algorithm++) {
        assert_int_equal(kernel_command(process, ABI_HMAC_SET_ALGORITHM, algorithm, 0),
                         ABI_NOSUPPORT);
    }
    assert_int_equal(kernel_command(process, 6, 0, 0), ABI_NOSUPPORT);
    assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_OFF);
    share(process, 0, expected);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, code, 32);
    kernel_share_ro(process, ABI_HMAC_RO_COMPARE, expected, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_VERIFY_FINISH, 0, 0), ABI_OFF);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_INVAL);
    choose(process);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, NULL, 0);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_RESERVE);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, code, 32);
    kernel_share_ro(process, ABI_HMAC_RO_KEY, NULL, 0);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_RESERVE);
    share(process, 0, expected);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_NOMEM);
    assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_NOMEM);
    assert_int_equal(kernel_command(process, ABI_HMAC_VERIFY, 0, 0), ABI_NOMEM);
    assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_BUSY);
    assert_int_equal(kernel_command(process, ABI_HMAC_SET_ALGORITHM, ABI_HMAC_SHA256, 0), ABI_BUSY);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(code), 0);
    assert_memory_equal(code, expected, 32);
    kernel_refuse_grants();
    assert_int_equal(kernel_command(kernel_process(2), ABI_HMAC_RUN, 0, 0), ABI_NOMEM);
}

/* In each stage the job ends with a status, and the key is gone. */
static void a_buffer_that_goes_or_shrinks_ends_the_job(void **unused)
{
    static const struct {
        uint32_t buffer;
        unsigned steps;
        uint32_t left;
        enum abi_error error;
    } cases[] = {
        {ABI_HMAC_RO_KEY, 1, 0, ABI_RESERVE},  {ABI_HMAC_RO_KEY, 1, 130, ABI_SIZE},
        {ABI_HMAC_RO_DATA, 7, 0, ABI_RESERVE}, {ABI_HMAC_RO_DATA, 7, 151, ABI_SIZE},
        {ABI_HMAC_RO_DATA, 1, 0, ABI_RESERVE},
    };
    struct process *process = kernel_process(0);

    (void)unused;
    choose(process);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t expected[32];

        share(process, 6, expected);
        kernel_share_rw(process, ABI_HMAC_RW_CODE, code, 32);
        assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
        for (unsigned step = 0; step < cases[i].steps; step++) {
            assert_true(kernel_step());
        }
        kernel_share_ro(process, cases[i].buffer, key, cases[i].left);
        kernel_work();
        kernel_expect(process, ABI_HMAC_UPCALL_DONE, cases[i].error, 0, 0);
        assert_true(kernel_grant_is_clear(0, STATE));
        assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_OFF);
    }
    assert_int_equal(code[0], 0);
}

static void a_code_without_a_place_is_told(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    choose(process);
    share(process, 0, expected);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, code, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
    assert_true(kernel_step());
    kernel_share_rw(process, ABI_HMAC_RW_CODE, NULL, 0);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_RESERVE, 0, 0);
    assert_true(kernel_grant_is_clear(0, STATE));
}

/* Setting the algorithm, or running something else, gives a begun message up. */
static void a_begun_message_can_be_given_up(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    choose(process);
    share(process, 1, expected);
    assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, 0, 0);
    assert_false(kernel_grant_is_clear(0, STATE));
    choose(process);
    assert_true(kernel_grant_is_clear(0, STATE));
    assert_int_equal(kernel_command(process, ABI_HMAC_FINISH, 0, 0), ABI_OFF);

    assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, 0, 0);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, code, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(code), 0);
    assert_memory_equal(code, expected, 32);
}

/* Key, data and code in the same bytes. */
static void buffers_may_be_the_same(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];
    uint8_t same[32];

    (void)unused;
    memset(same, 0x42, sizeof same);
    choose(process);
    kernel_share_ro(process, ABI_HMAC_RO_KEY, same, 32);
    kernel_share_ro(process, ABI_HMAC_RO_DATA, same, 32);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, expected, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(expected), 0);
    kernel_share_rw(process, ABI_HMAC_RW_CODE, same, 32);
    assert_int_equal(kernel_command(process, ABI_HMAC_RUN, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_HMAC_UPCALL_DONE, ABI_OK, address_of(same), 0);
    assert_memory_equal(same, expected, 32);
}

static void a_process_that_ends_leaves_no_key_behind(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];

    (void)unused;
    choose(process);
    share(process, 0, expected);
    assert_int_equal(kernel_command(process, ABI_HMAC_UPDATE, 0, 0), ABI_OK);
    for (int i = 0; i < 3; i++) {
        assert_true(kernel_step());
    }
    assert_false(kernel_grant_is_clear(0, STATE));
    kernel_end(0);
    assert_true(kernel_grant_is_clear(0, STATE));
    assert_in_range(kernel_work(), 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(makes_published_codes, reset),
        cmocka_unit_test_setup(goes_on_with_a_message, reset),
        cmocka_unit_test_setup(verifies_codes, reset),
        cmocka_unit_test_setup(verifies_whole_codes_only, reset),
        cmocka_unit_test_setup(processes_take_turns, reset),
        cmocka_unit_test_setup(wrong_requests_are_refused, reset),
        cmocka_unit_test_setup(a_buffer_that_goes_or_shrinks_ends_the_job, reset),
        cmocka_unit_test_setup(a_code_without_a_place_is_told, reset),
        cmocka_unit_test_setup(a_begun_message_can_be_given_up, reset),
        cmocka_unit_test_setup(buffers_may_be_the_same, reset),
        cmocka_unit_test_setup(a_process_that_ends_leaves_no_key_behind, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
