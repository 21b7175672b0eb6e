// SPDX-License-Identifier: Apache-2.0
/* Driver 0x40002: known check values, for several processes at once, and every error. */
#include "capsule_kernel.h"

#include <string.h>

#include <crypto/crypto.h>
#include <kernel/capsules.h>

#include "crypto_vectors.h"

static uint8_t text[3000];

static int reset(void **unused)
{
    (void)unused;
    kernel_reset(&crc_driver, &crypto_crc);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 31);
    }
    return 0;
}

static void exists(void **unused)
{
    (void)unused;
    assert_int_equal(kernel_command(kernel_process(0), ABI_COMMAND_EXISTS, 0, 0), ABI_OK);
    assert_int_equal(kernel_command(kernel_process(0), 2, 0, 0), ABI_NOSUPPORT);
}

static void computes_known_values(void **unused)
{
    struct process *process = kernel_process(1);

    (void)unused;
    for (size_t i = 0; i < CRC_VECTORS; i++) {
        uint32_t length = (uint32_t)strlen(crc_vectors[i].text);
        uint32_t width = crc_vectors[i].algorithm == HIL_CRC_CCITT ? 16 : 32;

        kernel_share_ro(process, ABI_CRC_RO_DATA, crc_vectors[i].text, length);
        assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, crc_vectors[i].algorithm, length),
                         ABI_OK);
        kernel_work();
        kernel_expect(process, ABI_CRC_UPCALL_DONE, ABI_OK, crc_vectors[i].value, width);
    }
}

static uint32_t value_of(uint32_t length)
{
    struct process *process = kernel_process(2);
    struct kernel_upcall upcall;

    kernel_share_ro(process, ABI_CRC_RO_DATA, text, length);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, length), ABI_OK);
    kernel_work();
    assert_true(kernel_upcall(process, &upcall));
    return upcall.argument[1];
}

static void processes_take_turns(void **unused)
{
    struct process *slow = kernel_process(0);
    struct process *quick = kernel_process(1);
    uint32_t expected_slow = value_of(3000);
    uint32_t expected_quick = value_of(100);
    struct kernel_upcall upcall;

    (void)unused;
    kernel_share_ro(slow, ABI_CRC_RO_DATA, text, 3000);
    kernel_share_ro(quick, ABI_CRC_RO_DATA, text, 3000);
    assert_int_equal(kernel_command(slow, ABI_CRC_COMPUTE, ABI_CRC_32, 3000), ABI_OK);
    assert_true(kernel_step());
    assert_int_equal(kernel_command(quick, ABI_CRC_COMPUTE, ABI_CRC_32, 100), ABI_OK);
    for (int i = 0; i < 4; i++) {
        assert_true(kernel_step());
    }
    kernel_expect(quick, ABI_CRC_UPCALL_DONE, ABI_OK, expected_quick, 32);
    assert_false(kernel_upcall(slow, &upcall));
    kernel_work();
    kernel_expect(slow, ABI_CRC_UPCALL_DONE, ABI_OK, expected_slow, 32);
}

static void wrong_requests_are_refused(void **unused)
{
    struct process *process = kernel_process(0);
    struct kernel_upcall upcall;

    (void)unused;
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 1), ABI_SIZE);
    kernel_share_ro(process, ABI_CRC_RO_DATA, text, 200);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, 3, 100), ABI_INVAL);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 201), ABI_SIZE);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 0), ABI_SIZE);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, UINT32_MAX), ABI_SIZE);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 200), ABI_OK);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 200), ABI_BUSY);
    kernel_work();
    assert_true(kernel_upcall(process, &upcall));
    assert_false(kernel_upcall(process, &upcall));
    kernel_refuse_grants();
    assert_int_equal(kernel_command(kernel_process(2), ABI_CRC_COMPUTE, ABI_CRC_32, 200),
                     ABI_NOMEM);
}

static void a_buffer_that_goes_or_shrinks_ends_the_job(void **unused)
{
    static const struct {
        uint32_t left;
        enum abi_error error;
    } cases[] = {{0, ABI_RESERVE}, {1, ABI_SIZE}, {299, ABI_SIZE}};
    struct process *process = kernel_process(0);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kernel_share_ro(process, ABI_CRC_RO_DATA, text, 300);
        assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 300), ABI_OK);
        assert_true(kernel_step());
        kernel_share_ro(process, ABI_CRC_RO_DATA, text, cases[i].left);
        kernel_work();
        kernel_expect(process, ABI_CRC_UPCALL_DONE, cases[i].error, 0, 0);
    }
}

static void a_process_that_ends_takes_its_job_with_it(void **unused)
{
    struct process *process = kernel_process(0);

    (void)unused;
    kernel_share_ro(process, ABI_CRC_RO_DATA, text, 300);
    assert_int_equal(kernel_command(process, ABI_CRC_COMPUTE, ABI_CRC_32, 300), ABI_OK);
    assert_true(kernel_step());
    kernel_end(0);
    assert_in_range(kernel_work(), 0, 1);
    assert_int_equal(value_of(100), value_of(100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(exists, reset),
        cmocka_unit_test_setup(computes_known_values, reset),
        cmocka_unit_test_setup(processes_take_turns, reset),
        cmocka_unit_test_setup(wrong_requests_are_refused, reset),
        cmocka_unit_test_setup(a_buffer_that_goes_or_shrinks_ends_the_job, reset),
        cmocka_unit_test_setup(a_process_that_ends_takes_its_job_with_it, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
