// SPDX-License-Identifier: Apache-2.0
/*
 * Writes everywhere without end, for tests that cut the power: each value is filled with a number
 * that grows, so that one which is half old and half new shows. At its start it looks at what the
 * last run left.
 */
#include <gantry/storage.h>

#include "check.h"

enum { KV_WORDS = 120, PAGE_WORDS = 700, FLASH_WORDS = 100, SHOWN = 4 };

APP_FLASH static const volatile uint32_t kept[FLASH_WORDS] = {0};

static uint32_t words[PAGE_WORDS];

static void fill(uint32_t number, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        words[i] = number;
    }
}

/* The number that all words hold; complains when they differ. */
static uint32_t number_of(const char *what, const volatile uint32_t *from, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (from[i] != from[0]) {
            expect(what, from[i], from[0]);
            break;
        }
    }
    return from[0];
}

static uint32_t look(void)
{
    uint32_t number;
    size_t length = 0;
    enum abi_error error = kv_get(NAME, sizeof NAME - 1, words, KV_WORDS * 4, &length);

    expect("kv", error == ABI_OK || error == ABI_NOSUPPORT, 1);
    number = error == ABI_OK ? number_of("kv value", words, KV_WORDS) : 0;
    expect("isolated", isolated_read(0, words, PAGE_WORDS * 4), ABI_OK);
    (void)number_of("isolated page", words, PAGE_WORDS);
    (void)number_of("own flash", kept, FLASH_WORDS);
    return number;
}

int main(void)
{
    uint32_t found = look();
    uint32_t number = found;

    for (;;) {
        number++;
        fill(number, PAGE_WORDS);
        expect("kv set", kv_set(NAME, sizeof NAME - 1, words, KV_WORDS * 4), ABI_OK);
        expect("isolated write", isolated_write(0, words, PAGE_WORDS * 4), ABI_OK);
        expect("flash write", app_flash_write((const void *)kept, words, FLASH_WORDS * 4), ABI_OK);
        if (number % SHOWN == 0) {
            printf(NAME ": found %lu, wrote %lu, %lu failed\r\n", (unsigned long)found,
                   (unsigned long)number, (unsigned long)failures);
        }
    }
}
