// SPDX-License-Identifier: Apache-2.0
/*
 * Processes that ask for anything at any time, and take buffers away or put others in their place
 * meanwhile: no byte outside of what is shared at the moment is touched (each buffer is a block of
 * the heap of its exact length, which the sanitizer guards), each job ends, and each says so once.
 */
#include "capsule_kernel.h"

#include <stdlib.h>
#include <string.h>

#include <crypto/crypto.h>
#include <kernel/capsules.h>

enum { ROUNDS = 300000 };

static uint32_t seed;
static uint8_t *ro[KERNEL_SLOTS][KERNEL_BUFFERS];
static uint8_t *rw[KERNEL_SLOTS][KERNEL_BUFFERS];
static unsigned told[KERNEL_SLOTS];
static unsigned begun[KERNEL_SLOTS];

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Lengths that matter to one driver or the other. */
static size_t any_length(void)
{
    static const size_t lengths[] = {0, 1, 7, 12, 13, 15, 16, 17, 31, 32, 33, 64, 65, 200, 4000};

    if (chance(3) == 0) {
        return 16; /* of keys */
    }
    return chance(2) == 0 ? lengths[chance(sizeof lengths / sizeof lengths[0])] : chance(300);
}

static uint8_t *any_buffer(size_t length)
{
    uint8_t *buffer = malloc(length != 0 ? length : 1);

    assert_non_null(buffer);
    for (size_t i = 0; i < length; i++) {
        buffer[i] = (uint8_t)chance(256);
    }
    return buffer;
}

static void share_read_only(const struct driver *driver, uint32_t slot)
{
    uint32_t number = chance(driver->ro_buffers);
    size_t length = any_length();
    uint8_t *buffer = any_buffer(length);

    kernel_share_ro(kernel_process(slot), number, buffer, length);
    free(ro[slot][number]);
    ro[slot][number] = buffer;
}

/* A read-write buffer goes; what of it is shared to be read goes first. */
static void drop_read_write(const struct driver *driver, uint32_t slot, uint32_t number)
{
    uint32_t source = driver->ro_buffers - 1u;

    if (ro[slot][source] == NULL) {
        kernel_share_ro(kernel_process(slot), source, NULL, 0);
    }
    free(rw[slot][number]);
}

static void share_read_write(const struct driver *driver, uint32_t slot)
{
    uint32_t number = chance(driver->rw_buffers);
    size_t length = any_length();
    uint8_t *buffer = any_buffer(length);

    kernel_share_rw(kernel_process(slot), number, buffer, length);
    drop_read_write(driver, slot, number);
    rw[slot][number] = buffer;
}

/* The same bytes to be read and to be written, at different places. */
static void share_overlapping(const struct driver *driver, uint32_t slot)
{
    uint32_t number = chance(driver->rw_buffers);
    uint32_t source = driver->ro_buffers - 1u;
    size_t length = 64 + any_length();
    size_t skew = chance(48);
    uint8_t *buffer = any_buffer(length);

    kernel_share_rw(kernel_process(slot), number, buffer + skew, length - skew);
    drop_read_write(driver, slot, number);
    kernel_share_ro(kernel_process(slot), source, buffer, length - chance(48));
    free(ro[slot][source]);
    rw[slot][number] = buffer;
    ro[slot][source] = NULL;
}

static uint32_t any_argument(void)
{
    return chance(50) == 0 ? UINT32_MAX - chance(20) : chance(chance(4) != 0 ? 5 : 40);
}

static void hear(uint32_t slot)
{
    struct kernel_upcall upcall;

    while (kernel_upcall(kernel_process(slot), &upcall)) {
        told[slot]++;
    }
}

/* Whether a command begins a job, which makes an upcall. */
static bool begins(const struct driver *driver, uint32_t number)
{
    switch (driver->number) {
    case ABI_DRIVER_CRC:
        return number == ABI_CRC_COMPUTE;
    case ABI_DRIVER_SHA:
        return number == ABI_SHA_HASH || number == ABI_SHA_VERIFY;
    case ABI_DRIVER_HMAC:
        return number != ABI_HMAC_SET_ALGORITHM;
    default:
        return number == ABI_AES_SETUP || number == ABI_AES_CRYPT;
    }
}

static void ask(const struct driver *driver, uint32_t slot)
{
    uint32_t number = chance(10);
    bool is_finish = driver == &aes_driver && number == ABI_AES_FINISH;
    enum abi_error error;

    /* AES: finish takes back the upcall of a job under way. */
    hear(slot);
    error = kernel_command(kernel_process(slot), number, any_argument(), any_argument());
    if (error == ABI_OK && is_finish) {
        told[slot] = begun[slot];
    } else if (error == ABI_OK && begins(driver, number)) {
        begun[slot]++;
    }
}

static void do_anything(const struct driver *driver)
{
    uint32_t slot = chance(KERNEL_SLOTS);

    switch (chance(8)) {
    case 0:
        share_read_only(driver, slot);
        break;
    case 1:
        if (driver->rw_buffers != 0) {
            share_read_write(driver, slot);
        }
        break;
    case 2:
        if (driver->rw_buffers != 0) {
            share_overlapping(driver, slot);
        }
        break;
    case 3:
    case 4:
        (void)kernel_step();
        hear(slot);
        break;
    default:
        ask(driver, slot);
        break;
    }
}

static void abuse(const struct driver *driver, const void *device)
{
    seed = 20260101u;
    kernel_reset(driver, device);
    memset(told, 0, sizeof told);
    memset(begun, 0, sizeof begun);
    for (unsigned round = 0; round < ROUNDS; round++) {
        do_anything(driver);
    }
    kernel_work();
    for (uint32_t slot = 0; slot < KERNEL_SLOTS; slot++) {
        hear(slot);
        assert_in_range(begun[slot], 100, ROUNDS);
        assert_int_equal(told[slot], begun[slot]);
        for (uint32_t number = 0; number < KERNEL_BUFFERS; number++) {
            free(ro[slot][number]);
            free(rw[slot][number]);
            ro[slot][number] = NULL;
            rw[slot][number] = NULL;
        }
    }
}

static void crc_behaves(void **unused)
{
    (void)unused;
    abuse(&crc_driver, &crypto_crc);
}

static void sha_behaves(void **unused)
{
    (void)unused;
    abuse(&sha_driver, &crypto_sha256);
}

static void hmac_behaves(void **unused)
{
    (void)unused;
    abuse(&hmac_driver, &crypto_hmac_sha256.hmac);
}

static void aes_behaves(void **unused)
{
    (void)unused;
    abuse(&aes_driver, &crypto_aes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_behaves),
        cmocka_unit_test(sha_behaves),
        cmocka_unit_test(hmac_behaves),
        cmocka_unit_test(aes_behaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
