// SPDX-License-Identifier: Apache-2.0
#include <hil/error.h>

#include <stddef.h>

struct entry {
    int error;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {HIL_OK, "HIL_OK", "done"},
    {HIL_E_BUSY, "HIL_E_BUSY", "an operation of this device is still running"},
    {HIL_E_ADDRESS, "HIL_E_ADDRESS", "the address is outside the device or not aligned"},
    {HIL_E_PROTECTED, "HIL_E_PROTECTED", "this range may not be changed"},
    {HIL_E_NOT_ERASED, "HIL_E_NOT_ERASED", "the flash must be erased before it is programmed"},
    {HIL_E_IO, "HIL_E_IO", "the device reported a failure"},
    {HIL_E_UNSUPPORTED, "HIL_E_UNSUPPORTED", "the device cannot do that"},
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

const char *hil_error_name(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->name : NULL;
}

const char *hil_error_text(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->text : NULL;
}
