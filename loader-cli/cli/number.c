// SPDX-License-Identifier: Apache-2.0
#include "number.h"

#include <errno.h>
#include <stdlib.h>

bool number_read(const char *text, uint32_t *value)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 0);
    *value = (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n <= UINT32_MAX;
}
