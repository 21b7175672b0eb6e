// SPDX-License-Identifier: Apache-2.0
/* Counted checks for the storage apps; the name of the app is its NAME. */
#ifndef STORAGE_CHECK_H
#define STORAGE_CHECK_H

#include <gantry/console.h>

#include <stdint.h>

static uint32_t checks;
static uint32_t failures;

static void expect(const char *what, uint32_t got, uint32_t wanted)
{
    checks++;
    if (got != wanted) {
        failures++;
        printf(NAME ": FAIL %s: %lu instead of %lu\r\n", what, (unsigned long)got,
               (unsigned long)wanted);
    }
}

static void report(void)
{
    printf(NAME ": %lu checks, %lu failed\r\n", (unsigned long)checks, (unsigned long)failures);
}

#endif
