// SPDX-License-Identifier: Apache-2.0
#include <base/error.h>

#include <stddef.h>

const char *base_error_name(int error)
{
    switch (error) {
    case BASE_OK:
        return "BASE_OK";
    case BASE_E_COBS:
        return "BASE_E_COBS";
    default:
        return NULL;
    }
}

const char *base_error_text(int error)
{
    switch (error) {
    case BASE_OK:
        return "done";
    case BASE_E_COBS:
        return "the bytes are not a COBS encoding";
    default:
        return NULL;
    }
}
