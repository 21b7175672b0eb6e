// SPDX-License-Identifier: Apache-2.0
/*
 * Generated sweeps: every argument of every class at 0, -1 and around each edge of each region.
 * What the answer must be is worked out here, from the region's bounds alone, with sums that cannot
 * wrap.
 */
#include "check.h"
#include "suite.h"

#include <gantry/memory.h>

enum { CONSOLE = ABI_DRIVER_CONSOLE, REACH = 4, EDGES = 20, LENGTHS = 16 };

#define MISSING 0x7FFFFFFFu

static struct place place;
static uint32_t edge[EDGES];
static uint32_t edges;

static void add_edge(uint32_t address)
{
    if (edges < EDGES) {
        edge[edges++] = address;
    }
}

static void find_edges(void)
{
    place_find(&place);
    edges = 0;
    add_edge(0);
    add_edge(0x20000000); /* the kernel's RAM */
    add_edge(0x20004000);
    add_edge(place.ram);
    add_edge(place.app_break);
    add_edge(place.grants);
    add_edge(place.ram_end);
    add_edge(0x21000000); /* flash: journal, kernel, this app */
    add_edge(0x21020000);
    add_edge(place.flash);
    add_edge(place.binary);
    add_edge(place.footers);
    add_edge(place.flash_end);
    add_edge(0x40000000); /* devices */
    add_edge(0x7FFFFFFF);
    add_edge(0x80000000);
    add_edge(0xE000E000); /* the processor's own registers */
    add_edge(0xFFFFFFFC);
}

/* Whether [address, address + length) lies inside [low, high). */
static bool inside(uint32_t address, uint32_t length, uint32_t low, uint32_t high)
{
    return address >= low && (uint64_t)address + length <= high;
}

static bool own_ram(uint32_t address, uint32_t length)
{
    return inside(address, length, place.ram, place.app_break);
}

static bool own_flash(uint32_t address, uint32_t length)
{
    return inside(address, length, place.binary, place.footers);
}

/* Addresses around the edges: index 0 to edges * (2 * REACH + 1) - 1. */
static uint32_t addresses(void)
{
    return edges * (2 * REACH + 1);
}

static uint32_t address_at(uint32_t index)
{
    return edge[index / (2 * REACH + 1)] + index % (2 * REACH + 1) - REACH;
}

static uint32_t length_at(uint32_t index, uint32_t address)
{
    const uint32_t length[LENGTHS] = {0,
                                      1,
                                      2,
                                      3,
                                      4,
                                      5,
                                      8,
                                      32,
                                      0xFFFFFFFF,
                                      0xFFFFFFFC,
                                      0x80000000,
                                      0u - address,
                                      1u - address,
                                      place.app_break - address,
                                      place.app_break - address + 1,
                                      place.footers - address};

    return length[index];
}

/* All buffers of one class, in a slot that nothing uses. */
static void sweep_allow(uint32_t class_number, uint32_t driver, bool writeable)
{
    struct syscall_return back = call(class_number, driver, 0, 0, 0);
    uint32_t held = 0;
    uint32_t held_length = 0;
    uint32_t taken = 0;

    check_equal("an empty buffer", back.variant, ABI_SUCCESS_2_U32);
    for (uint32_t i = 0; i < addresses() * LENGTHS; i++) {
        uint32_t address = address_at(i / LENGTHS);
        uint32_t length = length_at(i % LENGTHS, address);
        struct syscall_return r = call(class_number, driver, 0, address, length);

        if (length == 0 || own_ram(address, length) || (!writeable && own_flash(address, length))) {
            answers("a good buffer", r, ABI_SUCCESS_2_U32, held, held_length, 0);
            held = address;
            held_length = length;
            taken += length != 0 ? 1u : 0;
        } else {
            refuses("a bad buffer", r, ABI_INVAL, address, length);
        }
    }
    check_true("some buffers were good", taken > 50);
    (void)call(class_number, driver, 0, 0, 0);
}

static void sweep_subscribe(void)
{
    uint32_t held = 0;
    uint32_t taken = 0;

    (void)call(ABI_SUBSCRIBE, CONSOLE, 0, 0, 0);
    for (uint32_t i = 0; i < addresses(); i++) {
        uint32_t function = address_at(i);
        struct syscall_return r = call(ABI_SUBSCRIBE, CONSOLE, 0, function, i);

        if (function == 0 || own_ram(function, 4) || own_flash(function, 4)) {
            check_equal("a good function", r.variant, ABI_SUCCESS_2_U32);
            check_equal("the one before", r.value[0], held);
            held = function;
            taken++;
        } else {
            refuses("a bad function", r, ABI_INVAL, function, i);
        }
    }
    check_true("some functions were good", taken > 10);
    (void)call(ABI_SUBSCRIBE, CONSOLE, 0, 0, 0);
}

/* Breaks that would move it; those that would not harm are left to check 18. */
static void sweep_break(void)
{
    uint32_t at = memop(ABI_MEMOP_SBRK);

    for (uint32_t i = 0; i < addresses(); i++) {
        uint32_t wanted = address_at(i);

        if (wanted < at || wanted > place.grants) {
            fails("brk", call(ABI_MEMOP, ABI_MEMOP_BRK, wanted, 0, 0), ABI_NOMEM);
            fails("sbrk", call(ABI_MEMOP, ABI_MEMOP_SBRK, wanted - at, 0, 0), ABI_NOMEM);
        }
    }
    check_equal("the break", memop(ABI_MEMOP_SBRK), at);
}

/* Numbers of operations, drivers, commands, buffers. */
static void sweep_numbers(void)
{
    for (uint32_t i = 0; i < addresses(); i++) {
        uint32_t number = address_at(i);

        if (number > ABI_MEMOP_HEAP_START) {
            fails("memop", call(ABI_MEMOP, number, number, 0, 0), ABI_NOSUPPORT);
            fails("exit", call(ABI_EXIT, number, number, 0, 0), ABI_NOSUPPORT);
            fails("command", call(ABI_COMMAND, CONSOLE, number, number, number), ABI_NOSUPPORT);
            refuses("buffer", call(ABI_ALLOW_RW, CONSOLE, number, place.ram, 4), ABI_NOSUPPORT,
                    place.ram, 4);
            refuses("upcall", call(ABI_SUBSCRIBE, CONSOLE, number, 0, number), ABI_NOSUPPORT, 0,
                    number);
            fails("driver", call(ABI_COMMAND, number | 0x80000000u, number, 0, 0), ABI_NODEVICE);
        }
    }
}

static void sweep_yields(void)
{
    struct observed seen;

    for (uint32_t i = 0; i < addresses(); i++) {
        uint32_t number = address_at(i);

        if (number > ABI_YIELD_WAIT_FOR) {
            yield(number, number, number, CHANGES_NOTHING, &seen);
            yield(ABI_YIELD_WAIT_FOR, CONSOLE, number | 0x100u, CHANGES_NOTHING, &seen);
            yield(ABI_YIELD_WAIT_FOR, number | 0x80000000u, 0, CHANGES_NOTHING, &seen);
        }
        if (!own_ram(number, 1)) {
            yield(ABI_YIELD_NO_WAIT, number, 0, CHANGES_NOTHING, &seen);
        }
    }
}

/* A legal answer: a variant that exists, and an error that exists. */
static void legal(struct syscall_return r)
{
    bool success = r.variant >= ABI_SUCCESS && r.variant <= ABI_SUCCESS_U32_U64;

    check_true("the variant exists", success || r.variant <= ABI_FAILURE_U64);
    check_true("the error exists", success || (r.value[0] >= ABI_FAIL && r.value[0] <= ABI_NOACK));
}

/* What a driver has under way comes to its end, and its events are forgotten. An alarm that was
 * left over must not end the sleep. */
static void forget(uint32_t driver, uint32_t upcalls)
{
    (void)call(ABI_COMMAND, ABI_DRIVER_ALARM, ABI_ALARM_STOP, 0, 0);
    (void)call(ABI_SUBSCRIBE, ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, 0, 0);
    sleep_ms(5);
    for (uint32_t number = 0; number < upcalls; number++) {
        (void)call(ABI_SUBSCRIBE, driver, number, 0, 0);
    }
}

/* Shares the same few bytes with every driver that takes some; length 0 takes them back. */
static void share_all(uint32_t address, uint32_t length)
{
    static const struct {
        uint32_t class_number;
        uint32_t driver;
        uint32_t number;
    } buffers[] = {
        {ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ},
        {ABI_ALLOW_RW, ABI_DRIVER_ADC, ABI_ADC_RW_FIRST},
        {ABI_ALLOW_RW, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER},
        {ABI_ALLOW_RW, ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION},
        {ABI_ALLOW_RO, ABI_DRIVER_CRC, ABI_CRC_RO_DATA},
        {ABI_ALLOW_RO, ABI_DRIVER_APP_FLASH, ABI_APP_FLASH_RO_DATA},
        {ABI_ALLOW_RW, ABI_DRIVER_NONVOLATILE, ABI_NONVOLATILE_RW_READ},
        {ABI_ALLOW_RW, ABI_DRIVER_ISOLATED_STORAGE, ABI_ISOLATED_RW_READ},
    };

    for (uint32_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        check_equal(
            "share",
            call(buffers[i].class_number, buffers[i].driver, buffers[i].number, address, length)
                .variant,
            ABI_SUCCESS_2_U32);
    }
}

/*
 * Every command of the drivers that cannot end the caller, with every argument. Buffers are the
 * smallest, between guards. The app loader has checks of its own.
 */
static void sweep_commands(void)
{
    static const struct {
        uint32_t number;
        uint16_t last; /* command that is tried: mostly the first that does not exist */
        uint16_t upcalls;
    } drivers[] = {
        {ABI_DRIVER_ALARM, 7, 1},
        {CONSOLE, 4, 3},
        {ABI_DRIVER_LED, 5, 0},
        {ABI_DRIVER_BUTTON, 4, 1},
        {ABI_DRIVER_GPIO, 11, 1},
        {ABI_DRIVER_ADC, 6, 2},
        {ABI_DRIVER_READ_ONLY_STATE, 2, 0},
        {ABI_DRIVER_IPC, 4, 0},
        {ABI_DRIVER_PROCESS_INFO, 5, 0},
        {ABI_DRIVER_RNG, 2, 1},
        {ABI_DRIVER_CRC, 2, 1},
        {ABI_DRIVER_HMAC, 6, 2},
        {ABI_DRIVER_SHA, 4, 2},
        {ABI_DRIVER_AES, 9, 1},
        {ABI_DRIVER_APP_FLASH, 2, 1},
        {ABI_DRIVER_NONVOLATILE, 4, 2},
        {ABI_DRIVER_KEY_VALUE, 7, 1},
        {ABI_DRIVER_ISOLATED_STORAGE, 4, 3},
        {ABI_DRIVER_TEMPERATURE, 2, 1},
        {ABI_DRIVER_DATE_TIME, 3, 1},
        {ABI_DRIVER_CYCLE_COUNT, 5, 0},
    };
    static uint8_t memory[24];

    memset(memory, 0xA5, sizeof memory);
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, 0, 0);
    share_all((uint32_t)(uintptr_t)memory + 8, 8);
    for (uint32_t d = 0; d < sizeof drivers / sizeof drivers[0]; d++) {
        uint32_t commands = drivers[d].last + 1u;

        for (uint32_t i = 0; i < addresses() * commands; i++) {
            uint32_t value = address_at(i / commands);

            legal(call(ABI_COMMAND, drivers[d].number, i % commands, value, ~value));
            legal(call(ABI_COMMAND, drivers[d].number, i % commands, value, value));
        }
        forget(drivers[d].number, drivers[d].upcalls);
    }
    (void)call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0);
    forget(CONSOLE, 3);
    share_all(0, 0);
    for (uint32_t i = 0; i < 8; i++) {
        check_true("the guards", memory[i] == 0xA5 && memory[16 + i] == 0xA5);
    }
}

void check_sweeps(void)
{
    find_edges();
    check_begin("162", "read-write buffers at the edges of everything");
    sweep_allow(ABI_ALLOW_RW, CONSOLE, true);
    check_end();
    check_begin("163", "read-only buffers at the edges of everything");
    sweep_allow(ABI_ALLOW_RO, CONSOLE, false);
    check_end();
    check_begin("169", "userspace-readable buffers at the edges of everything");
    sweep_allow(ABI_ALLOW_UR, ABI_DRIVER_READ_ONLY_STATE, true);
    check_end();
    check_begin("164", "upcall functions at the edges of everything");
    sweep_subscribe();
    check_end();
    check_begin("165", "breaks at the edges of everything");
    sweep_break();
    check_end();
    check_begin("166", "numbers of drivers, commands, buffers, upcalls, memops and exits");
    sweep_numbers();
    check_end();
    check_begin("167", "yields with every argument");
    sweep_yields();
    check_end();
    check_begin("168", "commands with every argument");
    sweep_commands();
    check_end();
}
