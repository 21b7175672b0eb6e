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

/* The last line: which start this was, and how the checks went. */
static inline void report(uint32_t start)
{
    printf(NAME ": start %lu: %lu checks, %lu failed\r\n", (unsigned long)start,
           (unsigned long)checks, (unsigned long)failures);
}

#endif
