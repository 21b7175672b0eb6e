// SPDX-License-Identifier: Apache-2.0
/*
 * The context in which signatures are checked and flash is hashed: unprivileged, with a stack and a
 * mailbox of its own, able to execute the kernel image and to read app flash or the other slot, and
 * nothing else. It runs in slices of at most 1 ms when no process is ready, and gets at least one
 * in 10 ms otherwise.
 *
 * Kernel loop only. One job at a time.
 */
#ifndef KERNEL_VERIFIER_H
#define KERNEL_VERIFIER_H

#include <stdbool.h>
#include <stdint.h>

/** Jobs so far, the one under way included. */
uint32_t verifier_jobs(void);

/** How a job ended. */
struct verifier_result {
    bool ok;            /* hash: it was computed; signature: it was verified */
    uint8_t digest[32]; /* hash jobs */
};

/** Told in the kernel loop when a job is over; the result is valid during the call. */
typedef void verifier_done(void *context, const struct verifier_result *result);

/**
 * Starts hashing a range of flash.
 * @param address, length  the range; inside the board's app region or one of the kernel slots
 * @param patch  NULL, or 8 bytes that stand for those at offset 8 to 15 (a TBF header's flags and
 *               checksum as they were signed); copied
 * @return 0, KERNEL_E_BUSY, or KERNEL_E_ADDRESS for a range outside
 */
int verifier_hash(uint32_t address, uint32_t length, const uint8_t *patch, verifier_done *done,
                  void *context);

/** Bytes of a range that are left out, offsets. */
struct verifier_gap {
    uint32_t start;
    uint32_t end;
};
#define VERIFIER_GAPS 8u

/**
 * The same without some of the bytes.
 * @param gaps, count  copied; each in the range and behind the one before, none before offset 16;
 *                     0 to VERIFIER_GAPS
 */
int verifier_hash_around(uint32_t address, uint32_t length, const uint8_t *patch,
                         const struct verifier_gap *gaps, uint32_t count, verifier_done *done,
                         void *context);

/**
 * Starts checking an ECDSA P-256 signature; the inputs are copied.
 * @param public_key  64 bytes
 * @param digest      32 bytes
 * @param signature   64 bytes
 * @return 0 or KERNEL_E_BUSY
 */
int verifier_check(const uint8_t *public_key, const uint8_t *digest, const uint8_t *signature,
                   verifier_done *done, void *context);

#endif
