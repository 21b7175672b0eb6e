// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40005: published digests, for several processes at once, and every error. */
#include "capsule_kernel.h"

#include <string.h>

#include <crypto/crypto.h>
#include <kernel/capsules.h>

#include "crypto_vectors.h"

/* Where the hash begins in the grant. */
#define STATE (sha_driver.state_size - sizeof(struct hil_digest_state))

static uint8_t data[1000000];

static int reset(void **unused)
{
    (void)unused;
    kernel_reset(&sha_driver, &crypto_sha256);
    return 0;
}

static size_t load(size_t index, uint8_t digest[32])
{
    from_hex(digest_vectors[index].digest, digest, 32);
    return from_repeated(&digest_vectors[index].data, data, sizeof data);
}

static void hashes_published_data(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    assert_int_equal(kernel_command(process, ABI_COMMAND_EXISTS, 0, 0), ABI_OK);
    for (size_t i = 0; i < DIGEST_VECTORS; i++) {
        uint8_t expected[32];
        uint8_t digest[33] = {[32] = 0x77};

        kernel_share_ro(process, ABI_SHA_RO_DATA, data, load(i, expected));
        kernel_share_rw(process, ABI_SHA_RW_DIGEST, digest, sizeof digest);
        assert_int_equal(kernel_command(process, ABI_SHA_SET_ALGORITHM, ABI_SHA_256, 0), ABI_OK);
        assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_SHA_UPCALL_HASHED, ABI_OK, 0, 0);
        assert_memory_equal(digest, expected, sizeof expected);
        assert_int_equal(digest[32], 0x77);
        assert_true(kernel_grant_is_clear(0, STATE));
    }
}

static void verifies_digests(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t digest[33];

    (void)unused;
    kernel_share_ro(process, ABI_SHA_RO_DATA, data, load(1, digest));
    for (unsigned bit = 0; bit < 256; bit += 51) {
        kernel_share_ro(process, ABI_SHA_RO_COMPARE, digest, 32);
        assert_int_equal(kernel_command(process, ABI_SHA_VERIFY, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_SHA_UPCALL_VERIFIED, ABI_OK, 1, 0);
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(kernel_command(process, ABI_SHA_VERIFY, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_SHA_UPCALL_VERIFIED, ABI_OK, 0, 0);
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (uint32_t length = 0; length <= 33; length += 11) {
        kernel_share_ro(process, ABI_SHA_RO_COMPARE, digest, length);
        assert_int_equal(kernel_command(process, ABI_SHA_VERIFY, 0, 0), ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_SHA_UPCALL_VERIFIED, ABI_NOMEM, 0, 0);
    }
}

static void processes_take_turns(void **unused)
{
    struct process *slow = kernel_process(0);
    struct process *quick = kernel_process(2);
    uint8_t expected_slow[32];
    uint8_t expected_quick[32];
    uint8_t digest_slow[32];
    uint8_t digest_quick[32];
    struct kernel_upcall upcall;

    (void)unused;
    kernel_share_ro(quick, ABI_SHA_RO_DATA, "abc", 3);
    load(1, expected_quick);
    kernel_share_ro(slow, ABI_SHA_RO_DATA, data, load(3, expected_slow));
    kernel_share_rw(slow, ABI_SHA_RW_DIGEST, digest_slow, 32);
    kernel_share_rw(quick, ABI_SHA_RW_DIGEST, digest_quick, 32);
    assert_int_equal(kernel_command(slow, ABI_SHA_HASH, 0, 0), ABI_OK);
    for (int i = 0; i < 5; i++) {
        assert_true(kernel_step());
    }
    assert_int_equal(kernel_command(quick, ABI_SHA_HASH, 0, 0), ABI_OK);
    for (int i = 0; i < 4; i++) {
        assert_true(kernel_step());
    }
    kernel_expect(quick, ABI_SHA_UPCALL_HASHED, ABI_OK, 0, 0);
    assert_memory_equal(digest_quick, expected_quick, 32);
    assert_false(kernel_upcall(slow, &upcall));
    kernel_work();
    kernel_expect(slow, ABI_SHA_UPCALL_HASHED, ABI_OK, 0, 0);
    assert_memory_equal(digest_slow, expected_slow, 32);
}

static void wrong_requests_are_refused(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t digest[32];

    (void)unused;
    assert_int_equal(kernel_command(process, ABI_SHA_SET_ALGORITHM, 1, 0), ABI_NOSUPPORT);
    assert_int_equal(kernel_command(process, 4, 0, 0), ABI_NOSUPPORT);
    kernel_share_ro(process, ABI_SHA_RO_DATA, data, 100);
    kernel_share_rw(process, ABI_SHA_RW_DIGEST, digest, 31);
    assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_OK);
    assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_NOMEM);
    assert_int_equal(kernel_command(process, ABI_SHA_VERIFY, 0, 0), ABI_NOMEM);
    kernel_work();
    kernel_expect(process, ABI_SHA_UPCALL_HASHED, ABI_NOMEM, 0, 0);
    kernel_refuse_grants();
    assert_int_equal(kernel_command(kernel_process(2), ABI_SHA_HASH, 0, 0), ABI_NOMEM);
}

static void a_buffer_that_goes_or_shrinks_ends_the_job(void **unused)
{
    static const struct {
        uint32_t left;
        enum abi_error error;
    } cases[] = {{0, ABI_RESERVE}, {1, ABI_SIZE}, {299, ABI_SIZE}};
    struct process *process = kernel_process(0);
    uint8_t digest[32] = {0};

    (void)unused;
    kernel_share_rw(process, ABI_SHA_RW_DIGEST, digest, 32);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kernel_share_ro(process, ABI_SHA_RO_DATA, data, 300);
        assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_OK);
        assert_true(kernel_step());
        kernel_share_ro(process, ABI_SHA_RO_DATA, data, cases[i].left);
        kernel_work();
        kernel_expect(process, ABI_SHA_UPCALL_HASHED, cases[i].error, 0, 0);
        assert_true(kernel_grant_is_clear(0, STATE));
        assert_int_equal(digest[0], 0);
    }
}

/* The digest may be stored over the data: it is complete by then. */
static void the_digest_may_lie_in_the_data(void **unused)
{
    struct process *process = kernel_process(0);
    uint8_t expected[32];
    size_t length = load(2, expected);

    (void)unused;
    kernel_share_ro(process, ABI_SHA_RO_DATA, data, length);
    kernel_share_rw(process, ABI_SHA_RW_DIGEST, data + 5, 32);
    assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_OK);
    kernel_work();
    kernel_expect(process, ABI_SHA_UPCALL_HASHED, ABI_OK, 0, 0);
    assert_memory_equal(data + 5, expected, 32);
}

static void a_process_that_ends_leaves_nothing_behind(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    kernel_share_ro(process, ABI_SHA_RO_DATA, data, 300);
    assert_int_equal(kernel_command(process, ABI_SHA_HASH, 0, 0), ABI_OK);
    assert_true(kernel_step());
    assert_false(kernel_grant_is_clear(0, STATE));
    kernel_end(0);
    assert_true(kernel_grant_is_clear(0, STATE));
    assert_in_range(kernel_work(), 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hashes_published_data, reset),
        cmocka_unit_test_setup(verifies_digests, reset),
        cmocka_unit_test_setup(processes_take_turns, reset),
        cmocka_unit_test_setup(wrong_requests_are_refused, reset),
        cmocka_unit_test_setup(a_buffer_that_goes_or_shrinks_ends_the_job, reset),
        cmocka_unit_test_setup(the_digest_may_lie_in_the_data, reset),
        cmocka_unit_test_setup(a_process_that_ends_leaves_nothing_behind, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
