// SPDX-License-Identifier: Apache-2.0
/*
 * HMAC-SHA-256 by the kernel (driver 0x40003), RFC 2104, for keys and data of any length. One code
 * at a time per app. Errors, besides those of system calls: ABI_NODEVICE when the board has no such
 * driver; ABI_RESERVE for an empty key.
 */
#ifndef GANTRY_HMAC_H
#define GANTRY_HMAC_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

#define HMAC_SHA256_SIZE 32u

/** Whether the board can make codes; gives a message up that was begun. */
bool hmac_exists(void);

/** Makes the code of length bytes and waits for it; other upcalls are not run meanwhile. */
enum abi_error hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
                           uint8_t code[HMAC_SHA256_SIZE]);
/** Tells whether a code is that of the data, in constant time; waits. */
enum abi_error hmac_sha256_verify(const void *key, size_t key_length, const void *data,
                                  size_t length, const uint8_t code[HMAC_SHA256_SIZE], bool *equal);

/**
 * The same with data in parts: begin, add as often as needed, then end or end with a comparison.
 * Each waits. The key is used by hmac_sha256_begin() only, the kernel keeps it until the end.
 */
enum abi_error hmac_sha256_begin(const void *key, size_t key_length, const void *data,
                                 size_t length);
/** Adds length bytes; ABI_RESERVE when nothing was begun. */
enum abi_error hmac_sha256_add(const void *data, size_t length);
/** Makes the code; ABI_OFF when nothing was begun. */
enum abi_error hmac_sha256_end(uint8_t code[HMAC_SHA256_SIZE]);
/** Tells whether a code is that of all the data; ABI_OFF when nothing was begun. */
enum abi_error hmac_sha256_end_verify(const uint8_t code[HMAC_SHA256_SIZE], bool *equal);

/**
 * Begins to make a code. Key, data and code are the kernel's until done(status, address of the
 * code, 0, userdata) has run, which it does while the app yields; call hmac_release() then, or at
 * any time before to give up: the status is then ABI_RESERVE.
 * @return ABI_OK, ABI_BUSY or ABI_NOMEM while another is under way
 */
enum abi_error hmac_sha256_start(const void *key, size_t key_length, const void *data,
                                 size_t length, uint8_t code[HMAC_SHA256_SIZE],
                                 upcall_function *done, void *userdata);
/** Takes the buffers back. */
void hmac_release(void);

GANTRY_C_END

#endif
