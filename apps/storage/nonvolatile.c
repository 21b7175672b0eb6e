// SPDX-License-Identifier: Apache-2.0
/* Counts its starts in the area that all apps share, at PLACE, and tries what lies outside. */
#include <gantry/storage.h>

#include "check.h"

static uint8_t data[9000];

static uint32_t count_starts(void)
{
    uint32_t boots = 0;
    size_t done = 0;

    expect("reading the count", nonvolatile_read(PLACE, &boots, sizeof boots, &done), ABI_OK);
    boots = boots == UINT32_MAX ? 1 : boots + 1;
    expect("storing the count", nonvolatile_write(PLACE, &boots, sizeof boots, &done), ABI_OK);
    expect("length", (uint32_t)done, sizeof boots);
    return boots;
}

static void bounds(void)
{
    uint32_t size = nonvolatile_size();
    size_t done = 0;

    expect("wrapping read", nonvolatile_read(0xFFFFFFF0u, data, 0x20, &done), ABI_INVAL);
    expect("wrapping write", nonvolatile_write(0xFFFFFFF0u, data, 0x20, &done), ABI_INVAL);
    expect("across the end", nonvolatile_write(size - 4, data, 5, &done), ABI_INVAL);
    expect("behind the end", nonvolatile_read(size + 1, data, 1, &done), ABI_INVAL);
    expect("no buffer", nonvolatile_write(0, NULL, 0, &done), ABI_RESERVE);
    /* The buffer is shorter than what is asked for: as much as it holds. */
    (void)syscall_allow_rw(ABI_DRIVER_NONVOLATILE, 0, data, 3);
    expect("clamped",
           syscall_error(syscall_command(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_READ, PLACE, 100)),
           ABI_OK);
    {
        uint32_t answer[3];

        syscall_yield_wait_for(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_UPCALL_READ, answer);
        expect("length of the clamped", answer[0], 3);
    }
}

/* More than a page, off its edges; then again while the buffer goes away. */
static void pages(void)
{
    uint32_t answer[3];
    size_t done = 0;
    uint32_t bad = 0;

    for (uint32_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 3 + NAME[3]);
    }
    expect("long write", nonvolatile_write(PLACE + 10, data, sizeof data, &done), ABI_OK);
    expect("its length", (uint32_t)done, sizeof data);
    for (uint32_t i = 0; i < sizeof data; i++) {
        data[i] = 0;
    }
    expect("second while one waits", nonvolatile_read_begin(PLACE + 10, data, sizeof data), ABI_OK);
    expect("refused", nonvolatile_write_begin(PLACE, data, 1), ABI_NOMEM);
    syscall_yield_wait_for(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_UPCALL_READ, answer);
    expect("long read", answer[0], sizeof data);
    for (uint32_t i = 0; i < sizeof data; i++) {
        bad += data[i] != (uint8_t)(i * 3 + NAME[3]);
    }
    expect("bytes that differ", bad, 0);
    expect("begin", nonvolatile_write_begin(PLACE + 10, data, sizeof data), ABI_OK);
    (void)syscall_allow_ro(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_RO_WRITE, data, 1);
    syscall_yield_wait_for(ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_UPCALL_WRITTEN, answer);
    expect("shrunk", answer[0], 0);
}

int main(void)
{
    uint32_t start = count_starts();

    bounds();
    pages();
    report(start);
    return (int)failures;
}
