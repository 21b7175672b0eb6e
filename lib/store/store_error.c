// SPDX-License-Identifier: Apache-2.0
#include <store/error.h>

#include <stddef.h>

struct entry {
    int error;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {STORE_OK, "STORE_OK", "done"},
    {STORE_BUSY, "STORE_BUSY", "the operation goes on"},
    {STORE_E_BUSY, "STORE_E_BUSY", "another change of the flash is under way"},
    {STORE_E_CONFIG, "STORE_E_CONFIG", "the board's memory map does not fit its flash"},
    {STORE_E_JOURNAL, "STORE_E_JOURNAL", "the journal cannot be read, though it holds records"},
    {STORE_E_READ_ONLY, "STORE_E_READ_ONLY", "the journal is damaged: the device is read-only"},
    {STORE_E_FULL, "STORE_E_FULL", "the journal is full"},
    {STORE_E_APPS, "STORE_E_APPS", "the device holds as many apps as it can list"},
    {STORE_E_IDENTITIES, "STORE_E_IDENTITIES",
     "the device remembers as many app identities as it can"},
    {STORE_E_OLDER, "STORE_E_OLDER", "the version is older than the device accepts"},
    {STORE_E_OWNER, "STORE_E_OWNER", "the app's identity belongs to another owner"},
    {STORE_E_SPACE, "STORE_E_SPACE", "no gap in the flash is large enough"},
    {STORE_E_REGION, "STORE_E_REGION",
     "the memory protection unit can cover the app in no free place"},
    {STORE_E_NOT_FOUND, "STORE_E_NOT_FOUND", "there is no such app or record"},
    {STORE_E_TRANSFER, "STORE_E_TRANSFER", "another transfer is half-finished"},
    {STORE_E_ORDER, "STORE_E_ORDER", "that step cannot come yet"},
    {STORE_E_ARGUMENT, "STORE_E_ARGUMENT", "a value is outside its range"},
    {STORE_E_SHARED, "STORE_E_SHARED", "the app shares an erase page with another one"},
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

const char *store_error_name(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->name : NULL;
}

const char *store_error_text(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->text : NULL;
}
