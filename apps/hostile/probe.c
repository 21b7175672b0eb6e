// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: one attempt per run, and each must end in a fault of this process alone. PROBE is the
 * number of the attempt; the build makes one app of each. What gets through prints ESCAPED.
 */
#include <gantry/console.h>
#include <gantry/syscall.h>

static uint32_t memop(uint32_t operation)
{
    return syscall_memop(operation, 0).value[0];
}

static void read_at(uint32_t address)
{
    printf("read 0x%lx\r\n", (unsigned long)address);
    (void)*(volatile const uint32_t *)(uintptr_t)address;
}

static void write_at(uint32_t address)
{
    printf("write 0x%lx\r\n", (unsigned long)address);
    *(volatile uint32_t *)(uintptr_t)address = 0;
}

static void jump_to(uint32_t address)
{
    printf("jump to 0x%lx\r\n", (unsigned long)address);
    ((void (*)(void))(uintptr_t)(address | 1u))();
}

/* Makes a system call with another stack pointer. */
static void call_with_stack(uint32_t sp)
{
    printf("system call with sp 0x%lx\r\n", (unsigned long)sp);
    __asm volatile("mov sp, %0\n\tmovs r0, #2\n\tsvc #5" ::"r"(sp) : "r0", "memory");
}

/* The compiler must not see that it never ends. */
static volatile uint32_t depth_limit = UINT32_MAX;

static uint32_t overflow(uint32_t depth)
{
    volatile uint32_t block[64];

    block[0] = depth;
    return depth < depth_limit ? overflow(depth + 1) + block[0] : block[0];
}

/* The next multiple of the step in which the hardware shows memory. */
static uint32_t visible_end(void)
{
    uint32_t start = memop(ABI_MEMOP_MEMORY_START);
    uint32_t end = (uint32_t)(uintptr_t)syscall_memop(ABI_MEMOP_SBRK, 0).value[0];

    return start + ((end - start + 1023u) & ~1023u);
}

static void attempt(void)
{
    uint32_t ram = memop(ABI_MEMOP_MEMORY_START);
    uint32_t flash = memop(ABI_MEMOP_FLASH_START);

    switch (PROBE) {
    case 1:
        read_at(ram - 4); /* below its RAM */
        break;
    case 2:
        read_at(visible_end()); /* above what it was given */
        break;
    case 3:
        read_at(memop(ABI_MEMOP_GRANT_START)); /* its own grants */
        break;
    case 4:
        read_at(memop(ABI_MEMOP_MEMORY_END)); /* behind its block */
        break;
    case 5:
        read_at(0x20000000); /* kernel RAM */
        break;
    case 6:
        read_at(flash - 4); /* flash in front of its object */
        break;
    case 7:
        read_at((memop(ABI_MEMOP_FLASH_END) + 4095u) & ~4095u); /* flash behind it */
        break;
    case 8:
        write_at(flash); /* its own flash */
        break;
    case 9:
        read_at(0x21020200); /* the kernel's code */
        break;
    case 10:
        jump_to(0x21020400); /* into the kernel */
        break;
    case 11:
        jump_to(ram); /* RAM is not executable */
        break;
    case 12:
        read_at(0x40004000); /* a device */
        break;
    case 13:
        write_at(0xE000ED94); /* the protection unit itself */
        break;
    case 14:
        (void)overflow(0); /* the stack */
        break;
    case 15:
        call_with_stack(0);
        break;
    case 16:
        call_with_stack(4);
        break;
    case 17:
        call_with_stack(0xFFFFFFFC);
        break;
    case 18:
        call_with_stack(0x20001000); /* kernel RAM */
        break;
    case 19:
        call_with_stack(memop(ABI_MEMOP_MEMORY_END)); /* own grants */
        break;
    case 20:
        call_with_stack(flash + 64); /* flash */
        break;
    case 21:
        __asm volatile("svc #200"); /* no such class */
        break;
    case 22:
        __asm volatile("udf #0");
        break;
    case 23:
        __asm volatile("cdp p7, #0, c0, c0, c0, #0"); /* a coprocessor that is not there */
        break;
    case 24:
        __asm volatile("mov lr, #0xFFFFFFF9\n\tbx lr"); /* an exception return, forged */
        break;
    default:
        break;
    }
}

int main(void)
{
    attempt();
    console_print("ESCAPED\r\n");
    return 0;
}
