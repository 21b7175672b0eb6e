// SPDX-License-Identifier: Apache-2.0
#include <link/error.h>
#include <link/protocol.h>

#include <stddef.h>

struct entry {
    int number;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {LINK_E_SILENT, "LINK_E_SILENT", "the device does not answer"},
    {LINK_E_GARBLED, "LINK_E_GARBLED", "what comes from the line is not Gantry's protocol"},
    {LINK_E_VERSION, "LINK_E_VERSION", "the device speaks another version of the protocol"},
    {LINK_E_IO, "LINK_E_IO", "the line failed"},
    {LINK_E_INTERRUPTED, "LINK_E_INTERRUPTED", "interrupted"},
    {LINK_E_PROTOCOL, "LINK_E_PROTOCOL", "the device's answer has the wrong form"},
    {LINK_E_SESSION, "LINK_E_SESSION", "the device has lost the session (was it restarted?)"},
    {LINK_E_STUCK, "LINK_E_STUCK", "the device answers, but does not get on"},
    {LINK_OK, "LINK_OK", "done"},
    {LINK_PENDING, "LINK_PENDING", "the device is still at work"},
    {LINK_BUSY, "LINK_BUSY", "the device is busy with another job"},
    {LINK_NO_SESSION, "LINK_NO_SESSION", "the device has no session"},
    {LINK_UNKNOWN, "LINK_UNKNOWN", "the device does not know this command"},
    {LINK_MALFORMED, "LINK_MALFORMED", "the device finds the request malformed"},
    {LINK_STATE, "LINK_STATE", "not possible in the present state"},
    {LINK_NOT_FOUND, "LINK_NOT_FOUND", "the device has no such app or process"},
    {LINK_NOTHING, "LINK_NOTHING", "it is so already"},
    {LINK_KEY_UNKNOWN, "LINK_KEY_UNKNOWN", "it is signed by a key that this device does not trust"},
    {LINK_SIGNATURE, "LINK_SIGNATURE", "its signature does not belong to it"},
    {LINK_DIGEST, "LINK_DIGEST", "what arrived does not have the announced digest"},
    {LINK_OLDER, "LINK_OLDER", "it is older than what this device accepts"},
    {LINK_OWNER, "LINK_OWNER", "its identity belongs to another owner on this device"},
    {LINK_POLICY, "LINK_POLICY", "the owner of its key may not sign this app"},
    {LINK_NO_FLASH, "LINK_NO_FLASH", "there is not enough free flash"},
    {LINK_NO_RAM, "LINK_NO_RAM", "there is not enough free RAM"},
    {LINK_NO_SLOT, "LINK_NO_SLOT", "the device has no place for another app or process"},
    {LINK_NO_IDENTITY, "LINK_NO_IDENTITY",
     "the device remembers as many names of apps as it can, removed ones included"},
    {LINK_HEADER, "LINK_HEADER", "its header does not say what was announced"},
    {LINK_FLASH, "LINK_FLASH", "the device's flash failed"},
    {LINK_UNSUPPORTED, "LINK_UNSUPPORTED", "this device cannot do that"},
    {LINK_INCOMPLETE, "LINK_INCOMPLETE", "data is missing"},
    {LINK_WRONG_KIND, "LINK_WRONG_KIND", "a kernel where an app is due, or the other way round"},
    {LINK_LOCKED, "LINK_LOCKED", "the device is locked: an operator must sign"},
    {LINK_READ_ONLY, "LINK_READ_ONLY", "the device's journal is damaged; it changes nothing"},
    {LINK_WRONG_BOARD, "LINK_WRONG_BOARD", "this kernel is for another board or slot"},
};

static const struct entry *find(int number)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].number == number) {
            return &entries[i];
        }
    }
    return NULL;
}

const char *link_error_name(int error)
{
    const struct entry *entry = error < 0 ? find(error) : NULL;

    return entry != NULL ? entry->name : NULL;
}

const char *link_error_text(int error)
{
    const struct entry *entry = error < 0 ? find(error) : NULL;

    return entry != NULL ? entry->text : NULL;
}

const char *link_status_name(int status)
{
    const struct entry *entry = status >= 0 ? find(status) : NULL;

    return entry != NULL ? entry->name : NULL;
}

const char *link_status_text(int status)
{
    const struct entry *entry = status >= 0 ? find(status) : NULL;

    return entry != NULL ? entry->text : NULL;
}
