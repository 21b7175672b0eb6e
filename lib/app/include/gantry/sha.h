// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 by the kernel (driver 0x40005), for data of any length, in RAM or flash. One hash at a
 * time per app. Errors, besides those of system calls: ABI_NODEVICE when the board has no such
 * driver.
 */
#ifndef GANTRY_SHA_H
#define GANTRY_SHA_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

#define SHA256_SIZE 32u

/** Whether the board can hash. */
bool sha_exists(void);

/**
 * Hashes length bytes and waits for the digest; other upcalls are not run meanwhile.
 * @param digest  receives SHA256_SIZE bytes; may lie in the data
 */
enum abi_error sha256(const void *data, size_t length, uint8_t digest[SHA256_SIZE]);
/** Hashes length bytes and tells whether that gives the digest, in constant time; waits. */
enum abi_error sha256_verify(const void *data, size_t length, const uint8_t digest[SHA256_SIZE],
                             bool *equal);

/**
 * Begins to hash. Data and digest are the kernel's until done(status, 0, 0, userdata) has run,
 * which it does while the app yields; call sha_release() then, or at any time before to give up:
 * the status is then ABI_RESERVE or ABI_NOMEM.
 * @return ABI_OK; ABI_NOMEM while a hash is under way, whose buffers are then lost
 */
enum abi_error sha256_start(const void *data, size_t length, uint8_t digest[SHA256_SIZE],
                            upcall_function *done, void *userdata);
/** Takes the buffers back. */
void sha_release(void);

GANTRY_C_END

#endif
