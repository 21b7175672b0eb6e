// SPDX-License-Identifier: Apache-2.0
/*
 * AES-128 by the kernel (driver 0x40006), in the modes CTR, CBC, ECB, CCM and GCM (SP 800-38A, C,
 * D). One text or message at a time per app. Errors, besides those of system calls: ABI_NODEVICE
 * when the board has no such driver.
 *
 * The source of a CCM or GCM message is its associated data, then the message, then, to decrypt,
 * the tag. The destination gets a copy of the associated data, the message, and, to encrypt, the
 * tag. It may be the source itself. Never use the same key and IV for two messages.
 */
#ifndef GANTRY_AES_H
#define GANTRY_AES_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

#define AES_KEY_SIZE   16u
#define AES_BLOCK_SIZE 16u

/** What to do, and with what. */
struct aes_setup {
    enum abi_aes_algorithm algorithm;
    bool encrypt;
    const uint8_t *key; /* AES_KEY_SIZE bytes */
    /* CTR, CBC: 16 bytes; CCM: 7 to 13; GCM: 12; ECB: none. */
    const uint8_t *iv;
    size_t iv_length;
    /* CCM and GCM only: */
    size_t associated_length; /* bytes */
    size_t tag_length;        /* CCM: 0 (none), 4, 6 ... 16; GCM: 4, 8, 12 to 16, or 0 for 16 */
    bool open_text;           /* CCM: the message is not encrypted, only authenticated */
};

/** Whether the board can do it. */
bool aes_exists(void);

/**
 * Encrypts or decrypts and waits; other upcalls are not run meanwhile. With CTR, CBC and ECB the
 * kernel keeps the key until aes_finish(), so that aes_next() can go on; the sources of CBC and ECB
 * are whole blocks.
 * @param source, source_length            in RAM or flash
 * @param destination, destination_length  room for the source, and for a new tag
 * @param length       receives the bytes stored; NULL: not wanted
 * @param tag_is_good  receives whether a tag was stored or is right; NULL: not wanted. A message
 *                     whose tag is wrong is wiped, and length is 0.
 * @return ABI_OK also when the tag is wrong; ABI_INVAL for a key, IV or tag of a wrong length;
 *         ABI_SIZE for texts of a wrong length
 */
enum abi_error aes_crypt(const struct aes_setup *setup, const void *source, size_t source_length,
                         void *destination, size_t destination_length, size_t *length,
                         bool *tag_is_good);
/** Goes on with a text of CTR, CBC or ECB and waits; ABI_OFF when there is none. */
enum abi_error aes_next(const void *source, void *destination, size_t length);
/** Has the kernel forget key and text, also while it works; ABI_OFF when there are none. */
enum abi_error aes_finish(void);

/**
 * Begins to encrypt or decrypt. Source and destination are the kernel's until done(status, bytes, 1
 * when a tag was stored or is right, userdata) has run, which it does while the app yields; call
 * aes_release() then, or at any time before to give up: the status is then ABI_RESERVE. Key and IV
 * are read at once.
 * @return ABI_OK, ABI_BUSY while another is under way, or as aes_crypt()
 */
enum abi_error aes_start(const struct aes_setup *setup, const void *source, size_t source_length,
                         void *destination, size_t destination_length, upcall_function *done,
                         void *userdata);
/** The same for aes_next(). */
enum abi_error aes_next_start(const void *source, void *destination, size_t length,
                              upcall_function *done, void *userdata);
/** Takes the buffers back. */
void aes_release(void);

GANTRY_C_END

#endif
