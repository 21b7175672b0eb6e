// SPDX-License-Identifier: Apache-2.0
/* Counts its starts in its own flash, and tries what lies outside of its writeable region. */
#include <gantry/storage.h>

#include "check.h"

enum { WORDS = 1200 }; /* more than a page */

APP_FLASH static const volatile uint32_t kept[WORDS] = {0};

static uint32_t copy[WORDS];

static uint32_t count_starts(void)
{
    uint32_t boots = kept[0] + 1;

    expect("storing the count", app_flash_write((const void *)&kept[0], &boots, sizeof boots),
           ABI_OK);
    expect("what is stored", kept[0], boots);
    return boots;
}

static void all(void)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < WORDS; i++) {
        copy[i] = i * 0x01010101u + kept[0];
    }
    copy[0] = kept[0];
    expect("write all", app_flash_write((const void *)kept, copy, sizeof copy), ABI_OK);
    for (uint32_t i = 0; i < WORDS; i++) {
        bad += kept[i] != copy[i];
    }
    expect("words that differ", bad, 0);
}

static enum abi_error write_at(uint32_t address, uint32_t length)
{
    return app_flash_write((const void *)(uintptr_t)address, copy, length);
}

static void bounds(void)
{
    uint32_t region = (uint32_t)(uintptr_t)kept;
    uint32_t start = syscall_memop(ABI_MEMOP_FLASH_START, 0).value[0];
    uint32_t end = syscall_memop(ABI_MEMOP_FLASH_END, 0).value[0];
    const void *last = (const void *)(uintptr_t)(region + sizeof kept - 4);
    uint32_t answer[3];

    expect("in front", write_at(region - 4, 4), ABI_INVAL);
    expect("behind", write_at(region + sizeof kept, 16), ABI_INVAL);
    expect("across the end", write_at(region + sizeof kept - 4, 16), ABI_INVAL);
    expect("header", write_at(start, 4), ABI_INVAL);
    expect("end of the object", write_at(end - 4, 4), ABI_INVAL);
    expect("next object", write_at(end, 4), ABI_INVAL);
    expect("wrapping", write_at(0xFFFFFFFCu, 16), ABI_INVAL);
    expect("RAM", write_at((uint32_t)(uintptr_t)copy, 4), ABI_INVAL);
    expect("no data", write_at(region, 0), ABI_RESERVE);
    /* A small write waits for another request while its buffer becomes a long one, which would run
     * out of the region. */
    expect("before it", kv_change_begin(ABI_KV_SET, NAME, sizeof NAME - 1, copy, 500), ABI_OK);
    expect("begin", app_flash_write_begin(last, copy, 4), ABI_OK);
    expect("second", app_flash_write_begin(last, copy, 512), ABI_NOMEM);
    syscall_yield_wait_for(ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_UPCALL_DONE, answer);
    expect("what became of it", answer[0], ABI_INVAL);
}

int main(void)
{
    uint32_t start = count_starts();

    all();
    bounds();
    report(start);
    return (int)failures;
}
