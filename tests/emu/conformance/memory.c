// SPDX-License-Identifier: Apache-2.0
/* What a process is given, and how it asks for more. */
#include "check.h"
#include "suite.h"

enum { FRAME = 32, GRANULE = 1024, STEP = 100 };

static struct place place;

static void check_start(void)
{
    const struct noted *n = noted();
    const uint8_t *header = (const uint8_t *)(uintptr_t)place.flash;
    uint32_t header_size = (uint32_t)header[2] + header[3] * 256u;

    check_begin("16", "an app starts with its binary, RAM, size and break in r0 to r3");
    check_true("r0 lies behind the header", n->r[0] >= place.flash + header_size);
    check_true("r0 lies in front of this code",
               n->r[0] < (uint32_t)(uintptr_t)&check_memory && (n->r[0] & 3u) == 0);
    check_equal("r1 and memop 2", n->r[1], place.ram);
    check_equal("r1 + r2 and memop 3", n->r[1] + n->r[2], place.ram_end);
    check_equal("r3: one exception frame is accessible", n->r[3], place.ram + FRAME);
    check_true("memop 4 and 5 enclose the binary",
               place.flash < n->r[0] && n->r[0] < place.footers && place.footers < place.flash_end);
    check_equal("the object has the size that its header says", place.flash_end - place.flash,
                ((const uint32_t *)(uintptr_t)place.flash)[1]);
    check_end();

    check_begin("17", "stack and RAM start at multiples of 8, the other registers are 0");
    check_equal("sp and the break", n->sp, n->r[3]);
    check_equal("sp modulo 8", n->sp & 7u, 0);
    check_equal("RAM modulo 8", n->r[1] & 7u, 0);
    check_equal("r4 to r12", n->others, 0);
    check_equal("lr", n->lr, 1);
    check_equal("CONTROL: unprivileged, process stack", n->control, 3);
    check_end();
}

static uint32_t sum_of(uint32_t from, uint32_t to)
{
    uint32_t sum = 0;

    for (uint32_t at = from; at < to; at++) {
        sum += *(volatile const uint8_t *)(uintptr_t)at;
    }
    return sum;
}

static void check_break(void)
{
    uint32_t old = place.app_break;

    check_begin("18", "sbrk answers the old break; brk takes it back");
    succeeds_with("sbrk 0", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0, 0, 0), old);
    succeeds_with("sbrk 100", call(ABI_MEMOP, ABI_MEMOP_SBRK, STEP, 0, 0), old);
    succeeds_with("sbrk 0", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0, 0, 0), old + STEP);
    succeeds_with("sbrk -100", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0u - STEP, 0, 0), old + STEP);
    succeeds("brk to the same place", call(ABI_MEMOP, ABI_MEMOP_BRK, old, 0, 0));
    succeeds_with("sbrk 0", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0, 0, 0), old);
    check_end();

    check_begin("20", "fresh memory is clear");
    succeeds_with("sbrk", call(ABI_MEMOP, ABI_MEMOP_SBRK, 2 * GRANULE, 0, 0), old);
    check_equal("sum of the fresh bytes", sum_of(old, old + 2 * GRANULE), 0);
    check_end();

    check_begin("145", "memory between the break and what the hardware shows is clear");
    place.app_break = old + 2 * GRANULE;
    check_equal("sum up to the next granule",
                sum_of(place.app_break,
                       place.ram + ((place.app_break - place.ram + GRANULE - 1) & ~(GRANULE - 1u))),
                0);
    check_end();
}

static void check_limits(void)
{
    uint32_t top = place.app_break;
    uint32_t buffer = top - 16;

    check_begin("124", "sums that wrap are refused");
    fails("sbrk of the smallest number", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0x80000000, 0, 0),
          ABI_NOMEM);
    fails("sbrk of the largest", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0x7FFFFFFF, 0, 0), ABI_NOMEM);
    fails("sbrk to address 0", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0u - top, 0, 0), ABI_NOMEM);
    refuses("buffer that wraps",
            call(ABI_ALLOW_RW, ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, 0xFFFFFFF0, 0x20),
            ABI_INVAL, 0xFFFFFFF0, 0x20);
    refuses("buffer that wraps into own RAM",
            call(ABI_ALLOW_RO, ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, place.ram, 0xFFFFFFFF),
            ABI_INVAL, place.ram, 0xFFFFFFFF);
    check_end();

    check_begin("136", "brk to the start of RAM is refused, and the kernel goes on");
    fails("brk", call(ABI_MEMOP, ABI_MEMOP_BRK, place.ram, 0, 0), ABI_NOMEM);
    fails("brk below", call(ABI_MEMOP, ABI_MEMOP_BRK, place.ram - 1, 0, 0), ABI_NOMEM);
    fails("brk to 0", call(ABI_MEMOP, ABI_MEMOP_BRK, 0, 0, 0), ABI_NOMEM);
    succeeds_with("sbrk 0", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0, 0, 0), top);
    check_end();

    check_begin("122", "a buffer across the break is refused");
    refuses("read-write", call(ABI_ALLOW_RW, ABI_DRIVER_CONSOLE, 1, top - 4, 8), ABI_INVAL, top - 4,
            8);
    refuses("read-only", call(ABI_ALLOW_RO, ABI_DRIVER_CONSOLE, 0, top - 4, 8), ABI_INVAL, top - 4,
            8);
    answers("up to the break", call(ABI_ALLOW_RW, ABI_DRIVER_CONSOLE, 1, buffer, 16),
            ABI_SUCCESS_2_U32, 0, 0, 0);
    check_end();

    check_begin("123", "the break stays above every buffer that was ever shared");
    fails("below the buffer's end", call(ABI_MEMOP, ABI_MEMOP_BRK, top - 1, 0, 0), ABI_NOMEM);
    answers("un-allow", call(ABI_ALLOW_RW, ABI_DRIVER_CONSOLE, 1, 0, 0), ABI_SUCCESS_2_U32, buffer,
            16, 0);
    fails("below it, un-allowed", call(ABI_MEMOP, ABI_MEMOP_BRK, top - 1, 0, 0), ABI_NOMEM);
    fails("sbrk below it", call(ABI_MEMOP, ABI_MEMOP_SBRK, 0u - 1, 0, 0), ABI_NOMEM);
    succeeds("to its end", call(ABI_MEMOP, ABI_MEMOP_BRK, top, 0, 0));
    check_end();

    check_begin("19", "a break in what the kernel keeps is refused");
    place_find(&place);
    fails("behind the grants' start", call(ABI_MEMOP, ABI_MEMOP_BRK, place.grants + 1, 0, 0),
          ABI_NOMEM);
    fails("at the end of the block", call(ABI_MEMOP, ABI_MEMOP_BRK, place.ram_end, 0, 0),
          ABI_NOMEM);
    fails("behind the block", call(ABI_MEMOP, ABI_MEMOP_BRK, place.ram_end + 4, 0, 0), ABI_NOMEM);
    fails("at the end of the address space", call(ABI_MEMOP, ABI_MEMOP_BRK, 0xFFFFFFFF, 0, 0),
          ABI_NOMEM);
    check_equal("the break", memop(ABI_MEMOP_SBRK), top);
    check_end();
}

/* For every break that it can have, the grants begin behind what the hardware shows. */
static void check_room(void)
{
    uint32_t highest = memop(ABI_MEMOP_SBRK);
    uint32_t refused = 0;

    check_begin("109", "what the hardware shows never reaches the grants, wherever the break is");
    for (;;) {
        struct syscall_return r = call(ABI_MEMOP, ABI_MEMOP_SBRK, 8, 0, 0);

        if (r.variant != ABI_SUCCESS_U32) {
            fails("the last one", r, ABI_NOMEM);
            refused++;
            break;
        }
        highest += 8;
        check_true("the grants lie behind the granule",
                   place.ram + ((highest - place.ram + GRANULE - 1) & ~(GRANULE - 1u)) <=
                       memop(ABI_MEMOP_GRANT_START));
    }
    check_equal("refused", refused, 1);
    succeeds("brk back", call(ABI_MEMOP, ABI_MEMOP_BRK, place.app_break, 0, 0));
    check_end();
}

static void check_memops(void)
{
    check_begin("21", "memops that do not exist, and regions that do not");
    fails("memop 99", call(ABI_MEMOP, 99, 0, 0, 0), ABI_NOSUPPORT);
    fails("memop 12", call(ABI_MEMOP, 12, 0, 0, 0), ABI_NOSUPPORT);
    fails("memop -1", call(ABI_MEMOP, 0xFFFFFFFF, 0, 0, 0), ABI_NOSUPPORT);
    succeeds_with("number of writeable regions",
                  call(ABI_MEMOP, ABI_MEMOP_WRITEABLE_COUNT, 0, 0, 0), 0);
    fails("start of a region", call(ABI_MEMOP, ABI_MEMOP_WRITEABLE_START, 0, 0, 0), ABI_FAIL);
    fails("end of a region", call(ABI_MEMOP, ABI_MEMOP_WRITEABLE_END, 0xFFFFFFFF, 0, 0), ABI_FAIL);
    succeeds("stack top, anywhere", call(ABI_MEMOP, ABI_MEMOP_STACK_TOP, 0xFFFFFFFF, 0, 0));
    succeeds("heap start, anywhere", call(ABI_MEMOP, ABI_MEMOP_HEAP_START, 0, 0, 0));
    check_end();
}

void check_memory(void)
{
    place_find(&place);
    check_start();
    check_break();
    check_limits();
    check_room();
    check_memops();
}
