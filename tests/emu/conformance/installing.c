// SPDX-License-Identifier: Apache-2.0
/* The app loader's commands with what they must refuse. That it installs apps is tested elsewhere.
 */
#include "check.h"
#include "drivers.h"

enum { LOADER = ABI_DRIVER_APP_LOADER, SIZE = 0x1000, BLOCK = 64 };

/* The beginning of an object: version 2, header of 16 bytes, its size. */
static uint32_t block[BLOCK / 4] = {0x00100002, SIZE};

static void refused_write(const char *what, uint32_t offset, uint32_t length)
{
    fails(what, call(ABI_COMMAND, LOADER, ABI_APP_LOADER_WRITE, offset, length), ABI_INVAL);
}

static uint32_t status_of(uint32_t upcall)
{
    struct observed seen;

    yield(ABI_YIELD_WAIT_FOR, LOADER, upcall, CHANGES_RESULTS, &seen);
    return seen.after.r[0];
}

static void check_setup(void)
{
    static const uint32_t sizes[] = {0, 1, 8, 15, 17, 0xFFFFFFFF};

    check_begin("142", "the app loader refuses sizes that no app has, and goes on");
    succeeds("present", call(ABI_COMMAND, LOADER, ABI_COMMAND_EXISTS, 1, 2));
    for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        fails("a size", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_SETUP, sizes[i], 2), ABI_INVAL);
    }
    fails("abort of nothing", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_ABORT, 1, 2), ABI_INVAL);
    fails("unload of nobody", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_UNLOAD, 0, 2), ABI_INVAL);
    check_end();
}

static void check_write(void)
{
    check_begin("60", "the app loader refuses writes that would not begin with the right header");
    (void)call(ABI_ALLOW_RO, LOADER, ABI_APP_LOADER_RO_DATA, (uint32_t)(uintptr_t)block, BLOCK);
    refused_write("without a setup", 0, BLOCK);
    succeeds("setup", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_SETUP, SIZE, 2));
    check_equal("its status", status_of(ABI_APP_LOADER_UPCALL_SETUP), ABI_OK);
    fails("setup once more", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_SETUP, SIZE, 2), ABI_BUSY);
    for (uint32_t offset = 1; offset < 8; offset++) {
        refused_write("in the middle of the header", offset, 8);
    }
    refused_write("4 bytes of the header", 0, 4);
    refused_write("nothing", 0, 0);
    refused_write("behind the end", SIZE - BLOCK + 8, BLOCK);
    refused_write("a sum that wraps", 0xFFFFFFF0, 0x20);
    refused_write("more than the buffer", 0, BLOCK + 8);
    block[1] = SIZE + 16;
    refused_write("a header with another size", 0, BLOCK);
    block[1] = SIZE;
    block[0] = 0x00100003;
    refused_write("a header of version 3", 0, BLOCK);
    block[0] = 0x00100002;
    fails("finalize", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_FINALIZE, 1, 2), ABI_INVAL);
    fails("load", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_LOAD, 1, 2), ABI_INVAL);
    succeeds("the right header", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_WRITE, 0, BLOCK));
    check_equal("its status", status_of(ABI_APP_LOADER_UPCALL_WRITTEN), ABI_OK);
    fails("finalize", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_FINALIZE, 1, 2), ABI_INVAL);
    succeeds("abort", call(ABI_COMMAND, LOADER, ABI_APP_LOADER_ABORT, 1, 2));
    check_equal("its status", status_of(ABI_APP_LOADER_UPCALL_ABORTED), ABI_OK);
    (void)call(ABI_ALLOW_RO, LOADER, ABI_APP_LOADER_RO_DATA, 0, 0);
    check_end();
}

void check_installing(void)
{
    check_setup();
    check_write();
}
