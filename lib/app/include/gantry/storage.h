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

#endif
