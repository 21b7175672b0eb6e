// SPDX-License-Identifier: Apache-2.0
/*
 * An app that lives many times, and does something else in each life (scenarios.h): most of it must
 * end in a fault. The supervisor boots it again. What it finds wrong it says, and then waits for
 * ever, which is an end that no scenario has.
 */
#include "check.h"
#include "floating.h"
#include "processes.h"

#include <attempt.h>
#include <gantry/console.h>
#include <gantry/memory.h>

enum { GRANULE = 1024, DIRT = 0xA5, LARGE = 2048, QUEUE = 12, STEP = 64 };

typedef int life(uint32_t argument);

/* Undefined instructions, as data. */
static const uint16_t data_in_flash[4] = {0xDE00, 0xDE00, 0xDE00, 0xDE00};
static uint32_t words_in_ram[4];
static uint8_t buffer[LARGE];
static volatile uint32_t upcalls;
static volatile bool for_ever = true;

static void ensure(const char *what, bool holds)
{
    if (!holds) {
        printf("victim: not so: %s\r\n", what);
        for (;;) {
            syscall_yield_wait();
        }
    }
}

static void subscribe(uint32_t driver, uint32_t function)
{
    uint32_t number = driver == ABI_DRIVER_CONSOLE ? ABI_CONSOLE_UPCALL_WRITTEN : 0;
    struct syscall_return r =
        syscall_subscribe(driver, number, (upcall_function *)(uintptr_t)function, NULL);

    ensure("subscribe succeeds", r.variant == ABI_SUCCESS_2_U32);
    ensure("nothing was subscribed in this life", r.value[0] == 0 && r.value[1] == 0);
}

static void count(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    upcalls++;
}

static void crash(uint32_t a, uint32_t b, uint32_t c, void *userdata)
{
    (void)a;
    (void)b;
    (void)c;
    (void)userdata;
    __builtin_trap();
}

static void arm(uint32_t ms)
{
    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_RELATIVE, ticks_of_ms(ms), 0);
}

static void read_at(uint32_t address)
{
    (void)*(volatile const uint32_t *)(uintptr_t)address;
}

static int try(uint32_t number)
{
    attempt(number);
    return 0;
}

static int read_header(uint32_t argument)
{
    const uint16_t *header = (const uint16_t *)(uintptr_t)memop(ABI_MEMOP_FLASH_START);

    (void)argument;
    ensure("its header has version 2", header[0] == 2);
    return 0;
}

static int read_visible_end(uint32_t offset)
{
    uint32_t start = memop(ABI_MEMOP_MEMORY_START);

    read_at(start + ((memop(ABI_MEMOP_SBRK) - start + GRANULE - 1) & ~(GRANULE - 1u)) + offset);
    return 0;
}

static int call_in_neighbour(uint32_t argument)
{
    (void)argument;
    call_from(memop(ABI_MEMOP_MEMORY_END) + GRANULE);
    return 0;
}

static int call_near_start(uint32_t room)
{
    call_from(memop(ABI_MEMOP_MEMORY_START) + room);
    return 0;
}

/* Where the hardware would let it: between the break and the end of the granule. */
static int call_behind_break(uint32_t argument)
{
    uint32_t start = memop(ABI_MEMOP_MEMORY_START);
    uint32_t used = (memop(ABI_MEMOP_SBRK) - start + GRANULE - 1) & ~(GRANULE - 1u);
    uint32_t end = start + used + argument;

    ensure("the break is moved", syscall_ok(syscall_memop(ABI_MEMOP_BRK, end)));
    call_from(end + 64);
    return 0;
}

static int take_processor(uint32_t argument)
{
    (void)argument;
    grab_privilege();
    ensure("calls go on", syscall_ok(syscall_command(ABI_DRIVER_ALARM, 0, 0, 0)));
    *(volatile uint32_t *)(uintptr_t)0xE000ED08 = 0;
    return 0;
}

static int read_neighbour(uint32_t granule)
{
    spin_ms(3); /* so that both have run since either was changed */
    read_at(memop(ABI_MEMOP_MEMORY_END) + granule * GRANULE + 64);
    return 0;
}

static int fault_in_upcall(uint32_t argument)
{
    (void)argument;
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)&crash);
    arm(1);
    syscall_yield_wait();
    return 0;
}

static int upcall_in_ram(uint32_t argument)
{
    (void)argument;
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)words_in_ram);
    arm(1);
    syscall_yield_wait();
    return 0;
}

static int upcall_in_data(uint32_t argument)
{
    (void)argument;
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)data_in_flash);
    arm(1);
    syscall_yield_wait();
    return 0;
}

static int fault_with_queue(uint32_t argument)
{
    (void)argument;
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)&count);
    for (uint32_t i = 0; i < QUEUE; i++) {
        arm(0);
        spin_ms(1);
    }
    __builtin_trap();
}

static int expect_quiet(uint32_t argument)
{
    (void)argument;
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)&count);
    subscribe(ABI_DRIVER_CONSOLE, (uint32_t)(uintptr_t)&count);
    subscribe(ABI_DRIVER_RNG, (uint32_t)(uintptr_t)&count);
    spin_ms(30);
    ensure("no upcall waits", !syscall_yield_no_wait() && upcalls == 0);
    return 0;
}

static int restart_busy(uint32_t argument)
{
    (void)argument;
    memset(buffer, '\r', sizeof buffer);
    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, buffer, sizeof buffer);
    (void)syscall_allow_ro(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, buffer, sizeof buffer);
    ensure("random bytes", syscall_ok(syscall_command(ABI_DRIVER_RNG, ABI_RNG_FILL, LARGE, 0)));
    ensure("text", syscall_ok(syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_WRITE, LARGE, 0)));
    arm(2);
    syscall_exit_restart();
}

/* Everything that it can have under way, and a loop: the supervisor ends it. */
static int work_for_ever(uint32_t argument)
{
    (void)argument;
    (void)syscall_allow_rw(ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, buffer, sizeof buffer);
    subscribe(ABI_DRIVER_ALARM, (uint32_t)(uintptr_t)&count);
    subscribe(ABI_DRIVER_RNG, (uint32_t)(uintptr_t)&count);
    while (for_ever) {
        (void)syscall_command(ABI_DRIVER_RNG, ABI_RNG_FILL, LARGE, 0);
        (void)syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_WRITE, LARGE, 0);
        arm(3);
    }
    return 0;
}

static int exit_with(uint32_t code)
{
    syscall_exit(code);
}

static int exit_and_restart(uint32_t argument)
{
    (void)argument;
    syscall_exit_restart();
}

static int stop_itself(uint32_t argument)
{
    (void)argument;
    ensure("the call succeeds",
           process_control(process_self(), ABI_PROCESS_STOP).variant == ABI_SUCCESS);
    return 0;
}

static int end_itself(uint32_t argument)
{
    (void)argument;
    (void)process_control(process_self(), ABI_PROCESS_TERMINATE);
    ensure("it has ended", false);
    return 0;
}

static int boot_itself(uint32_t argument)
{
    uint32_t id = process_self();

    (void)argument;
    (void)process_control(id, ABI_PROCESS_BOOT);
    (void)process_control(id, ABI_PROCESS_RESUME);
    ensure("it is the same process", process_self() == id);
    return 0;
}

static int fault_itself(uint32_t argument)
{
    (void)argument;
    (void)process_control(process_self(), ABI_PROCESS_FAULT);
    ensure("it has ended", false);
    return 0;
}

static int mask_for_ever(uint32_t argument)
{
    (void)argument;
    grab_privilege();
    while (for_ever) {
    }
    return 0;
}

static int sleep_for_ever(uint32_t argument)
{
    (void)argument;
    while (for_ever) {
        wait_for_interrupt();
    }
    return 0;
}

static int loop_for_ever(uint32_t argument)
{
    (void)argument;
    while (for_ever) {
    }
    return 0;
}

/* All that it can get, bit by bit; `visit` sees each piece. Answers how much that was. */
static uint32_t grow(void (*visit)(uint8_t *piece))
{
    uint32_t size = 0;

    for (;;) {
        struct syscall_return r = syscall_memop(ABI_MEMOP_SBRK, STEP);

        if (!syscall_ok(r)) {
            return size;
        }
        visit((uint8_t *)(uintptr_t)r.value[0]);
        size += STEP;
    }
}

static void make_dirty(uint8_t *piece)
{
    memset(piece, DIRT, STEP);
}

static void see_clear(uint8_t *piece)
{
    for (uint32_t i = 0; i < STEP; i++) {
        ensure("the memory is clear", piece[i] == 0);
    }
}

static int dirty_memory(uint32_t argument)
{
    (void)argument;
    ensure("it gets some", grow(make_dirty) > GRANULE);
    return 0;
}

static int expect_clear(uint32_t argument)
{
    (void)argument;
    ensure("it gets some", grow(see_clear) > GRANULE);
    return 0;
}

/* The kernel has to write its state all the same, or not: it has no memory for more. */
static int share_state_when_full(uint32_t argument)
{
    uint32_t last;

    (void)argument;
    (void)grow(see_clear);
    last = memop(ABI_MEMOP_SBRK) - 16;
    (void)call(ABI_ALLOW_UR, ABI_DRIVER_READ_ONLY_STATE, ABI_STATE_UR_BUFFER, last, 16);
    sleep_ms(5);
    return 0;
}

static int dirty_floating(uint32_t argument)
{
    (void)argument;
    floating_fill(1);
    ensure("they hold what was written", floating_differences(1) == 0);
    return 0;
}

static int expect_clear_floating(uint32_t argument)
{
    uint32_t value[FLOATING_WORDS];

    (void)argument;
    floating_get(value);
    for (uint32_t i = 0; i < FLOATING_WORDS; i++) {
        ensure("the register is 0", value[i] == 0);
    }
    return 0;
}

static int abort_read(uint32_t argument)
{
    (void)argument;
    ensure("the call succeeds",
           syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0).variant ==
               ABI_SUCCESS);
    return 0;
}

static int return_7(uint32_t argument)
{
    (void)argument;
    return 7;
}

int main(void)
{
    static const struct {
        life *live;
        uint32_t argument;
    } lives[] = {
#define SCENARIO(function, argument, id, name, end, report) {function, argument},
#include "scenarios.h"
    };
    struct process self;

    process_read(process_self(), &self);
    ensure("it runs without privilege", control_read() == 3);
    ensure("it has such a life", self.restarts < sizeof lives / sizeof lives[0]);
    return lives[self.restarts].live(lives[self.restarts].argument);
}
