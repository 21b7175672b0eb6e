// SPDX-License-Identifier: Apache-2.0
#include <kv/error.h>

#include <stddef.h>

struct entry {
    int error;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {KV_OK, "KV_OK", "done"},
    {KV_BUSY, "KV_BUSY", "the operation goes on"},
    {KV_MORE, "KV_MORE", "the operation waits for bytes of the value"},
    {KV_E_BUSY, "KV_E_BUSY", "another operation on the stored data is under way"},
    {KV_E_CONFIG, "KV_E_CONFIG", "the board's storage does not fit its flash"},
    {KV_E_NOT_FOUND, "KV_E_NOT_FOUND", "there is no such key"},
    {KV_E_FULL, "KV_E_FULL", "the key-value store is full"},
    {KV_E_SIZE, "KV_E_SIZE", "the value is too long"},
    {KV_E_ARGUMENT, "KV_E_ARGUMENT", "a value is outside its range"},
    {KV_E_CANCELLED, "KV_E_CANCELLED", "the operation was given up"},
};

static const struct entry *find(int error)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].error == error) {
            return &entries[i];
        }
    }
    return NULL;
}

const char *kv_error_name(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->name : NULL;
}

const char *kv_error_text(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->text : NULL;
}
