// SPDX-License-Identifier: Apache-2.0
/* Counts its starts in its own area, fills that, and tries what lies outside. */
#include <gantry/storage.h>

#include "check.h"

static uint8_t data[5000];

static void fill(uint8_t seed, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        data[i] = (uint8_t)(seed + i * 5);
    }
}

/* The first byte that is not as fill() would make it; length: none. */
static uint32_t differs(uint8_t seed, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (data[i] != (uint8_t)(seed + i * 5)) {
            return i;
        }
    }
    return length;
}

static uint32_t count_starts(void)
{
    uint32_t boots = 0;

    expect("reading the count", isolated_read(0, &boots, sizeof boots), ABI_OK);
    boots = boots == UINT32_MAX ? 1 : boots + 1;
    expect("storing the count", isolated_write(0, &boots, sizeof boots), ABI_OK);
    return boots;
}

static void bounds(uint32_t size)
{
    uint32_t upcall = ABI_ISOLATED_UPCALL_WRITTEN;
    uint32_t answer[3];

    expect("last byte", isolated_write(size - 1, NAME, 1), ABI_OK);
    expect("behind the end", isolated_write(size, NAME, 1), ABI_INVAL);
    expect("across the end", isolated_write(size - 1, NAME, 2), ABI_INVAL);
    expect("wrapping", isolated_write(UINT32_MAX - 1, NAME, 4), ABI_INVAL);
    expect("read behind the end", isolated_read(size, data, 1), ABI_INVAL);
    expect("read too much", isolated_read(0, data, size + 1), ABI_INVAL);
    expect("nothing to write", isolated_write(0, NULL, 0), ABI_RESERVE);
    expect("nothing to read to", isolated_read(0, NULL, 0), ABI_RESERVE);
    /* An offset that only a 64-bit machine can have. */
    (void)syscall_allow_ro(ABI_DRIVER_ISOLATED_STORAGE, 0, NAME, 1);
    expect("high word",
           syscall_error(syscall_command(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_WRITE, 0, 1)),
           ABI_OK);
    syscall_yield_wait_for(ABI_DRIVER_ISOLATED_STORAGE, upcall, answer);
    expect("high word is outside", answer[0], ABI_INVAL);
}

/* Requests while one is under way, and a buffer that is taken back meanwhile. */
static void races(void)
{
    uint32_t answer[3];

    fill(1, 1000);
    expect("begin", isolated_write_begin(100, data, 1000), ABI_OK);
    expect("second", isolated_write_begin(200, data, 10), ABI_BUSY);
    syscall_yield_wait_for(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_UPCALL_WRITTEN, answer);
    expect("its end", answer[0] == ABI_OK || answer[0] == ABI_RESERVE, 1);
    fill(2, 1000);
    expect("write", isolated_write(100, data, 1000), ABI_OK);
    fill(3, 1000);
    expect("begin anew", isolated_write_begin(100, data, 1000), ABI_OK);
    (void)syscall_allow_ro(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_RO_WRITE, NULL, 0);
    syscall_yield_wait_for(ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_UPCALL_WRITTEN, answer);
    expect("buffer that went away", answer[0], ABI_RESERVE);
    expect("read", isolated_read(100, data, 1000), ABI_OK);
    expect("the old bytes are there", differs(2, 1000), 1000);
}

int main(void)
{
    uint32_t size = 0;
    uint32_t start;

    expect("size", isolated_size(&size), ABI_OK);
    start = count_starts();
    fill(NAME[3], size - 8);
    expect("write all", isolated_write(4, data, size - 8), ABI_OK);
    fill(0, size);
    expect("read all", isolated_read(4, data, size - 8), ABI_OK);
    expect("all bytes", differs(NAME[3], size - 8), size - 8);
    bounds(size);
    races();
    report(start);
    return (int)failures;
}
