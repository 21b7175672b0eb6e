// SPDX-License-Identifier: Apache-2.0
/* CRC, SHA, HMAC and AES: algorithms that are not there, calls out of order. What they compute is
 * tested elsewhere. */
#include "check.h"
#include "drivers.h"

enum { CRC = ABI_DRIVER_CRC, SHA = ABI_DRIVER_SHA, HMAC = ABI_DRIVER_HMAC, AES = ABI_DRIVER_AES };

static const uint8_t digits[] = "123456789";

static void check_crc(void)
{
    struct observed seen;

    check_begin("157", "CRC: algorithms and lengths have their bounds");
    (void)call(ABI_ALLOW_RO, CRC, ABI_CRC_RO_DATA, (uint32_t)(uintptr_t)digits, 9);
    fails("no such algorithm", call(ABI_COMMAND, CRC, ABI_CRC_COMPUTE, 3, 9), ABI_INVAL);
    fails("longer than the buffer", call(ABI_COMMAND, CRC, ABI_CRC_COMPUTE, ABI_CRC_32, 10),
          ABI_SIZE);
    succeeds("compute", call(ABI_COMMAND, CRC, ABI_CRC_COMPUTE, ABI_CRC_32, 9));
    yield(ABI_YIELD_WAIT_FOR, CRC, ABI_CRC_UPCALL_DONE, CHANGES_RESULTS, &seen);
    check_equal("status", seen.after.r[0], ABI_OK);
    check_equal("the check value of CRC-32", seen.after.r[1], 0xCBF43926);
    check_equal("its width", seen.after.r[2], 32);
    (void)call(ABI_ALLOW_RO, CRC, ABI_CRC_RO_DATA, 0, 0);
    check_end();
}

static void check_digests(void)
{
    check_begin("158", "SHA, HMAC and AES: algorithms that are not there, calls out of order");
    fails("SHA, algorithm 1", call(ABI_COMMAND, SHA, ABI_SHA_SET_ALGORITHM, 1, 2), ABI_NOSUPPORT);
    fails("SHA, no such command", call(ABI_COMMAND, SHA, 4, 1, 2), ABI_NOSUPPORT);
    fails("HMAC, algorithm 6", call(ABI_COMMAND, HMAC, ABI_HMAC_SET_ALGORITHM, 6, 2),
          ABI_NOSUPPORT);
    succeeds("HMAC, SHA-256", call(ABI_COMMAND, HMAC, ABI_HMAC_SET_ALGORITHM, ABI_HMAC_SHA256, 2));
    fails("HMAC, finish first", call(ABI_COMMAND, HMAC, ABI_HMAC_FINISH, 1, 2), ABI_OFF);
    fails("HMAC, verify first", call(ABI_COMMAND, HMAC, ABI_HMAC_VERIFY_FINISH, 1, 2), ABI_OFF);
    fails("AES, algorithm 9", call(ABI_COMMAND, AES, ABI_AES_SET_ALGORITHM, 9, 1), ABI_NOSUPPORT);
    fails("AES, crypt first", call(ABI_COMMAND, AES, ABI_AES_CRYPT, 1, 2), ABI_OFF);
    fails("AES, finish first", call(ABI_COMMAND, AES, ABI_AES_FINISH, 1, 2), ABI_OFF);
    check_end();
}

void check_computing(void)
{
    check_crc();
    check_digests();
}
