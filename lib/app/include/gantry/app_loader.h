// SPDX-License-Identifier: Apache-2.0
/*
 * Installing an app from within an app (Tock's driver 0x10001). The kernel verifies the object as
 * strictly as one that comes over the line: a signature by a key that it trusts, version, owner,
 * space. Only for apps whose own key may install (docs/security.md); for others everything answers
 * ABI_NODEVICE.
 *
 * The order is setup, write until all is written, finalize, load. One app at a time has the driver,
 * from its setup to its load or abort: meanwhile others, and hosts that want to install, hear
 * ABI_BUSY. What was not loaded when the app ends, or when power goes, is given up.
 *
 * The functions that end in _start begin something and return; its end is told by an upcall, which
 * app_loader_listen() subscribes to. One thing at a time. The others wait; other upcalls are not
 * run meanwhile.
 */
#ifndef GANTRY_APP_LOADER_H
#define GANTRY_APP_LOADER_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/** Whether this app may install apps here and nobody else is at it. Gives up an upload of its own.
 */
enum abi_error app_loader_available(void);

/**
 * Installs a whole object and starts it: all steps. After an error nothing of it is left.
 * @param object  a signed TBF object, in RAM or flash
 * @param size    bytes, a multiple of 4
 * @return ABI_OK, or what a step below answers
 */
enum abi_error app_loader_install(const void *object, size_t size);

/**
 * Reserves flash for an object.
 * @param size  bytes: what the object's header says; a multiple of 4, at least 16
 * @return ABI_OK; ABI_INVAL (the size); ABI_FAIL (no room); ABI_BUSY (somebody else installs)
 */
enum abi_error app_loader_setup(uint32_t size);
/**
 * Writes a part of the object; each byte once, in any order that leaves at most four pieces with
 * gaps between them. The first 8 bytes come in one piece, and a write never begins inside of them.
 * @param offset  in the object, a multiple of 4
 * @param length  bytes, a multiple of 4
 * @return ABI_OK; ABI_INVAL (offset, length, or a header that names another size than setup)
 */
enum abi_error app_loader_write(uint32_t offset, const void *data, size_t length);
/** Says that everything is written. @return ABI_OK; ABI_INVAL (it is not) */
enum abi_error app_loader_finalize(void);
/**
 * Has the object verified, installed and started. The upload is over in any case.
 * @return ABI_OK; ABI_NOMEM (too little RAM for it); ABI_INVAL (the protection unit cannot cover
 *         it); ABI_OFF (the device failed); ABI_FAIL (everything else, signature and version
 * first); ABI_INVAL also when it was not finalized
 */
enum abi_error app_loader_load(void);
/** Gives the upload up. @return ABI_OK; ABI_INVAL (there is none) */
enum abi_error app_loader_abort(void);
/**
 * Ends the process of another app and frees its RAM. The app stays installed: it starts again at
 * the next boot.
 * @param short_id  of the app
 * @param address   receives where it lies in flash; may be NULL
 * @return ABI_OK; ABI_INVAL (0, or the caller's own); ABI_FAIL (no such process); ABI_BUSY
 */
enum abi_error app_loader_unload(uint32_t short_id, uint32_t *address);

/**
 * Sets who hears of the end of a command: function(status, value, 0, userdata); value is the number
 * of bytes for a write, the flash address for an unload, else 0.
 * @param upcall  ABI_APP_LOADER_UPCALL_*
 */
enum abi_error app_loader_listen(uint32_t upcall, upcall_function *function, void *userdata);
enum abi_error app_loader_setup_start(uint32_t size);
/** The data must stay until the upcall: the kernel takes them bit by bit. */
enum abi_error app_loader_write_start(uint32_t offset, const void *data, size_t length);
enum abi_error app_loader_finalize_start(void);
enum abi_error app_loader_load_start(void);
enum abi_error app_loader_abort_start(void);

GANTRY_C_END

#endif
