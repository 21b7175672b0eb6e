// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: hands the kernel pointers, lengths and numbers that it must refuse, and sees that it
 * does, each with the right code. The process lives on.
 */
#include <gantry/console.h>
#include <gantry/syscall.h>

static unsigned passed;
static unsigned failed;

static void expect(const char *what, struct syscall_return got, uint32_t variant, uint32_t error)
{
    bool ok = got.variant == variant && (variant >= ABI_SUCCESS || got.value[0] == error);

    passed += ok ? 1u : 0u;
    failed += ok ? 0u : 1u;
    if (!ok) {
        printf("FAIL %s: variant %lu, value %lu\r\n", what, (unsigned long)got.variant,
               (unsigned long)got.value[0]);
    }
}

static void *at(uint32_t address)
{
    return (void *)(uintptr_t)address;
}

static void forge_buffers(void)
{
    uint32_t start = syscall_memop(ABI_MEMOP_MEMORY_START, 0).value[0];
    uint32_t end = syscall_memop(ABI_MEMOP_SBRK, 0).value[0];
    uint32_t flash = syscall_memop(ABI_MEMOP_FLASH_START, 0).value[0];
    static const uint8_t constant[4] = {1, 2, 3, 4};
    const struct {
        const char *what;
        uint32_t address;
        uint32_t length;
    } bad[] = {
        {"null", 0, 4},
        {"kernel RAM", 0x20000000, 16},
        {"device", 0x40004000, 4},
        {"below own RAM", start - 1, 2},
        {"across the break", end - 4, 5},
        {"behind the break", end, 1},
        {"wrap", 0xFFFFFFF0, 0x20},
        {"wrap to own RAM", start, 0xFFFFFFFF},
        {"everything", 0, 0xFFFFFFFF},
        {"header", flash, 16},
    };

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect(bad[i].what, syscall_allow_rw(1, 1, at(bad[i].address), bad[i].length),
               ABI_FAILURE_2_U32, ABI_INVAL);
        expect(bad[i].what, syscall_allow_ro(1, 1, at(bad[i].address), bad[i].length),
               ABI_FAILURE_2_U32, ABI_INVAL);
    }
    expect("flash, writeable", syscall_allow_rw(1, 1, (void *)(uintptr_t)constant, 4),
           ABI_FAILURE_2_U32, ABI_INVAL);
    expect("flash, read-only", syscall_allow_ro(1, 1, constant, 4), ABI_SUCCESS_2_U32, 0);
    expect("anything of length 0", syscall_allow_rw(1, 1, at(0xDEADBEEF), 0), ABI_SUCCESS_2_U32, 0);
    expect("no such buffer", syscall_allow_rw(1, 200, NULL, 0), ABI_FAILURE_2_U32, ABI_NOSUPPORT);
    expect("no such driver", syscall_allow_rw(0x7FFFFFFF, 0, NULL, 0), ABI_FAILURE_2_U32,
           ABI_NODEVICE);
}

static void forge_numbers(void)
{
    upcall_function *kernel = (upcall_function *)(uintptr_t)0x20000001;

    expect("upcall in kernel RAM", syscall_subscribe(1, 1, kernel, NULL), ABI_FAILURE_2_U32,
           ABI_INVAL);
    expect("no such upcall", syscall_subscribe(1, 99, NULL, NULL), ABI_FAILURE_2_U32,
           ABI_NOSUPPORT);
    expect("no such driver", syscall_subscribe(0x7FFFFFFF, 0, NULL, NULL), ABI_FAILURE_2_U32,
           ABI_NODEVICE);
    expect("subscribe to LEDs", syscall_subscribe(2, 0, NULL, NULL), ABI_FAILURE_2_U32, ABI_NOMEM);
    expect("no such driver", syscall_command(0xFFFFFFFF, 1, 2, 3), ABI_FAILURE, ABI_NODEVICE);
    expect("no such command", syscall_command(1, 9999, 0, 0), ABI_FAILURE, ABI_NOSUPPORT);
    expect("no such LED", syscall_command(2, 1, 0xFFFFFFFF, 0), ABI_FAILURE, ABI_INVAL);
    expect("no such button", syscall_command(3, 1, 32, 0), ABI_FAILURE, ABI_INVAL);
    expect("no such memop", syscall_memop(99, 0), ABI_FAILURE, ABI_NOSUPPORT);
    expect("break in the grants",
           syscall_memop(ABI_MEMOP_BRK, syscall_memop(ABI_MEMOP_MEMORY_END, 0).value[0]),
           ABI_FAILURE, ABI_NOMEM);
    expect("break below RAM",
           syscall_memop(ABI_MEMOP_BRK, syscall_memop(ABI_MEMOP_MEMORY_START, 0).value[0] - 1),
           ABI_FAILURE, ABI_NOMEM);
    expect("break far below", syscall_memop(ABI_MEMOP_SBRK, 0x80000000), ABI_FAILURE, ABI_NOMEM);
    expect("no writeable region", syscall_memop(ABI_MEMOP_WRITEABLE_START, 0), ABI_FAILURE,
           ABI_FAIL);
}

int main(void)
{
    forge_buffers();
    forge_numbers();
    printf("%u passed, %u failed\r\n", passed, failed);
    return 0;
}
