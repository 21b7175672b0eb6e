// SPDX-License-Identifier: Apache-2.0
/* Storage drivers: bounds and errors. What they store is tested elsewhere. */
#include "check.h"
#include "drivers.h"

enum { SHARED = ABI_DRIVER_NONVOLATILE, FLASH = ABI_DRIVER_APP_FLASH, GUARD = 0xA5 };

static uint8_t memory[64];

static void check_nonvolatile(void)
{
    uint32_t ram = (uint32_t)(uintptr_t)memory;
    struct syscall_return r = call(ABI_COMMAND, SHARED, ABI_NONVOLATILE_SIZE, 1, 2);
    struct observed seen;

    check_begin("61", "non-volatile storage: nothing behind its end is read or written");
    check_equal("size", r.variant, ABI_SUCCESS_U32);
    check_true("it has some", r.value[0] > 64);
    for (uint32_t command = ABI_NONVOLATILE_READ; command <= ABI_NONVOLATILE_WRITE; command++) {
        fails("no buffer", call(ABI_COMMAND, SHARED, command, 0, 32), ABI_RESERVE);
    }
    (void)call(ABI_ALLOW_RW, SHARED, ABI_NONVOLATILE_RW_READ, ram, 32);
    (void)call(ABI_ALLOW_RO, SHARED, ABI_NONVOLATILE_RO_WRITE, ram, 32);
    for (uint32_t command = ABI_NONVOLATILE_READ; command <= ABI_NONVOLATILE_WRITE; command++) {
        fails("a sum that wraps", call(ABI_COMMAND, SHARED, command, 0xFFFFFFF0, 0x20), ABI_INVAL);
        fails("across the end", call(ABI_COMMAND, SHARED, command, r.value[0] - 31, 32), ABI_INVAL);
        fails("behind the end", call(ABI_COMMAND, SHARED, command, r.value[0], 1), ABI_INVAL);
        fails("all and one more", call(ABI_COMMAND, SHARED, command, 1, r.value[0]), ABI_INVAL);
        fails("length -1", call(ABI_COMMAND, SHARED, command, 0, 0xFFFFFFFF), ABI_INVAL);
    }
    memory[32] = GUARD;
    succeeds("the last bytes",
             call(ABI_COMMAND, SHARED, ABI_NONVOLATILE_READ, r.value[0] - 32, 32));
    yield(ABI_YIELD_WAIT_FOR, SHARED, ABI_NONVOLATILE_UPCALL_READ, CHANGES_RESULTS, &seen);
    check_equal("bytes", seen.after.r[0], 32);
    check_equal("the byte behind", memory[32], GUARD);
    (void)call(ABI_ALLOW_RW, SHARED, ABI_NONVOLATILE_RW_READ, 0, 0);
    (void)call(ABI_ALLOW_RO, SHARED, ABI_NONVOLATILE_RO_WRITE, 0, 0);
    check_end();
}

/* This app has no writeable region: there is nothing that it may write. */
static void check_app_flash(void)
{
    struct place place;
    uint32_t ram = (uint32_t)(uintptr_t)memory;

    place_find(&place);
    check_begin("139", "an app writes no flash outside of its writeable regions");
    (void)call(ABI_ALLOW_RO, FLASH, ABI_APP_FLASH_RO_DATA, ram, 4);
    fails("its header", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, place.flash, 2), ABI_INVAL);
    fails(
        "its code",
        call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, (uint32_t)(uintptr_t)&check_storage & ~3u, 2),
        ABI_INVAL);
    fails("its footers", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, place.footers, 2),
          ABI_INVAL);
    fails("across its end", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, place.flash_end - 2, 2),
          ABI_INVAL);
    fails("the next app", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, place.flash_end, 2),
          ABI_INVAL);
    fails("the kernel", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, 0x21020000, 2), ABI_INVAL);
    fails("the end of memory", call(ABI_COMMAND, FLASH, ABI_APP_FLASH_WRITE, 0xFFFFFFFE, 2),
          ABI_INVAL);
    (void)call(ABI_ALLOW_RO, FLASH, ABI_APP_FLASH_RO_DATA, 0, 0);
    check_end();
}

void check_storage(void)
{
    check_nonvolatile();
    check_app_flash();
}
