// SPDX-License-Identifier: Apache-2.0
#include "c_name.h"

#include <string.h>

bool c_name_is_sound(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const size_t length = strlen(text);

    return length > 0 && length < C_NAME_MAX && strspn(text, letters) == length &&
           (text[0] < '0' || text[0] > '9');
}
