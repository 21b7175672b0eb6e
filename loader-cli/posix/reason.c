// SPDX-License-Identifier: Apache-2.0
/* The function of that name which POSIX means: GNU's writes elsewhere. */
#undef _GNU_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "reason.h"

#include <stdio.h>
#include <string.h>

struct reason reason(int error)
{
    struct reason why;

    if (strerror_r(error, why.text, sizeof why.text) != 0) {
        snprintf(why.text, sizeof why.text, "error %d", error);
    }
    return why;
}
