// SPDX-License-Identifier: Apache-2.0
/*
 * Values that outlive a reboot. Each function waits until the data is in flash, or why it is not is
 * known; meanwhile other upcalls of the app do not run. Those named *_begin only begin: then the
 * function given to *_listen is called, and buffers must stay as they are until then.
 *
 * What an app stores belongs to its identity (its name or ShortID): an update finds it again, other
 * apps do not.
 */
#ifndef GANTRY_STORAGE_H
#define GANTRY_STORAGE_H

#include <gantry/syscall.h>

GANTRY_C_BEGIN

/**
 * Reads a value.
 * @param key, key_length   1 to ABI_KV_KEY_MAX bytes
 * @param value, capacity   receives the value, or its first part
 * @param length            receives the whole value's length; NULL: not wanted
 * @return ABI_OK; ABI_SIZE when there was room for a part only; ABI_NOSUPPORT when there is no such
 *         key, or only one of another app; ABI_NOMEM while a request of this app is under way;
 *         ABI_INVAL for an app without identity
 */
enum abi_error kv_get(const void *key, size_t key_length, void *value, size_t capacity,
                      size_t *length);
/**
 * Stores a value, whether the key exists or not: afterwards the old one is there or the new one,
 * whenever power goes.
 * @param value, length  0 to ABI_KV_VALUE_MAX bytes
 * @return ABI_OK, ABI_SIZE (key or value too long), ABI_NOMEM (also: the store is full), ABI_INVAL,
 *         ABI_NOSUPPORT (the key is another app's)
 */
enum abi_error kv_set(const void *key, size_t key_length, const void *value, size_t length);
/** Stores a value under a new key; ABI_NOSUPPORT when it exists. */
enum abi_error kv_add(const void *key, size_t key_length, const void *value, size_t length);
/** Stores a value under a key that exists; ABI_NOSUPPORT when it does not. */
enum abi_error kv_update(const void *key, size_t key_length, const void *value, size_t length);
/** Removes key and value; ABI_NOSUPPORT when there is no such key. */
enum abi_error kv_delete(const void *key, size_t key_length);
/** Frees what other tools left dead. */
enum abi_error kv_collect(void);

/** Sets who hears that a request is over: function(status, length of the value, 0, userdata). */
enum abi_error kv_listen(upcall_function *function, void *userdata);
/** Begins reading a value into `value`. */
enum abi_error kv_get_begin(const void *key, size_t key_length, void *value, size_t capacity);
/** Begins a request: ABI_KV_SET, ABI_KV_ADD, ABI_KV_UPDATE, ABI_KV_DELETE or ABI_KV_COLLECT. */
enum abi_error kv_change_begin(uint32_t command, const void *key, size_t key_length,
                               const void *value, size_t length);

/**
 * Bytes of the app's own area; the first request of an app, of whatever kind, gives it one.
 * @param size  receives the bytes; not NULL
 * @return ABI_OK; ABI_NOSUPPORT for an app without identity or right to store; ABI_NOMEM when all
 *         areas are taken
 */
enum abi_error isolated_size(uint32_t *size);
/**
 * Reads from the app's own area.
 * @param offset        of the first byte
 * @param data, length  all of it lies in the area, else ABI_INVAL; length 0: ABI_RESERVE
 */
enum abi_error isolated_read(uint32_t offset, void *data, size_t length);
/** Writes to the app's own area: page by page, each wholly or not at all, whenever power goes. */
enum abi_error isolated_write(uint32_t offset, const void *data, size_t length);
/** Sets who hears that a request is over: function(status, length, 0, userdata).
 * @param upcall  ABI_ISOLATED_UPCALL_SIZE, _READ or _WRITTEN */
enum abi_error isolated_listen(uint32_t upcall, upcall_function *function, void *userdata);
/** Begins reading. */
enum abi_error isolated_read_begin(uint32_t offset, void *data, size_t length);
/** Begins writing. */
enum abi_error isolated_write_begin(uint32_t offset, const void *data, size_t length);

/** Bytes of the area that all apps share; 0 when the board has none. */
uint32_t nonvolatile_size(void);
/**
 * Reads from the shared area. Every app can read and change all of it.
 * @param offset        of the first byte
 * @param data, length  offset and length must lie in the area, else ABI_INVAL
 * @param done          receives the bytes that were read; not NULL
 */
enum abi_error nonvolatile_read(uint32_t offset, void *data, size_t length, size_t *done);
/** Writes to the shared area: page by page, each wholly or not at all. */
enum abi_error nonvolatile_write(uint32_t offset, const void *data, size_t length, size_t *done);
/** Sets who hears that a request is over: function(length, 0, 0, userdata).
 * @param upcall  ABI_NONVOLATILE_UPCALL_READ or _WRITTEN */
enum abi_error nonvolatile_listen(uint32_t upcall, upcall_function *function, void *userdata);
/** Begins reading. */
enum abi_error nonvolatile_read_begin(uint32_t offset, void *data, size_t length);
/** Begins writing. */
enum abi_error nonvolatile_write_begin(uint32_t offset, const void *data, size_t length);

/** Puts a variable into a writeable region: APP_FLASH static const volatile uint32_t counter = 0;
 * `const`, since only app_flash_write() changes it; `volatile`, since that does. */
#define APP_FLASH __attribute__((section(".wfr.app")))

/**
 * Writes a writeable region of the app's own flash; variables get there with APP_FLASH.
 * @param target        address in such a region
 * @param data, length  what goes there; the other bytes of the page stay, whenever power goes
 * @return ABI_OK; ABI_INVAL when not all of it lies in one writeable region
 */
enum abi_error app_flash_write(const void *target, const void *data, size_t length);
/** Sets who hears that a write is over: function(status, 0, 0, userdata). */
enum abi_error app_flash_listen(upcall_function *function, void *userdata);
/** Begins writing. */
enum abi_error app_flash_write_begin(const void *target, const void *data, size_t length);

GANTRY_C_END

#endif
