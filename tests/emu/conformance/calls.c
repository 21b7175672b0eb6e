// SPDX-License-Identifier: Apache-2.0
/* Subscribe, command, allow and exit. */
#include "check.h"
#include "suite.h"

#include <gantry/memory.h>

#define MISSING     0x7FFFFFFFu
#define KERNEL_CODE 0x21020201u
#define KERNEL_RAM  0x20000001u

enum { SLOT_UNUSED = 0, CONSOLE = ABI_DRIVER_CONSOLE };

static const uint8_t constant[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static uint8_t memory[64];

static uint32_t address_of(const void *data)
{
    return (uint32_t)(uintptr_t)data;
}

static void check_commands(void)
{
    check_begin("24", "a command to a driver that is not there answers NODEVICE");
    fails("number 0x7fffffff", call(ABI_COMMAND, MISSING, 1, 2, 3), ABI_NODEVICE);
    fails("number -1, command 0", call(ABI_COMMAND, 0xFFFFFFFF, 0, 0, 0), ABI_NODEVICE);
    check_end();

    check_begin("25", "a command that does not exist answers NOSUPPORT");
    fails("console 9999", call(ABI_COMMAND, CONSOLE, 9999, 0, 0), ABI_NOSUPPORT);
    fails("console -1", call(ABI_COMMAND, CONSOLE, 0xFFFFFFFF, 0, 0), ABI_NOSUPPORT);
    fails("alarm 4", call(ABI_COMMAND, ABI_DRIVER_ALARM, 4, 0, 0), ABI_NOSUPPORT);
    check_end();

    check_begin("135", "every call writes its result");
    succeeds("console, present", call(ABI_COMMAND, CONSOLE, 0, 77, 78));
    succeeds("alarm, present", call(ABI_COMMAND, ABI_DRIVER_ALARM, 0, 0, 0));
    check_end();
}

static void check_subscribe(void)
{
    uint32_t first = address_of((const void *)(uintptr_t)&record_upcall);
    uint32_t second = address_of((const void *)(uintptr_t)&check_calls);
    uint32_t number = ABI_CONSOLE_UPCALL_READ;

    check_begin("26", "subscribe answers what was subscribed before");
    answers("the first", call(ABI_SUBSCRIBE, CONSOLE, number, first, 0x11), ABI_SUCCESS_2_U32, 0, 0,
            0);
    answers("the second", call(ABI_SUBSCRIBE, CONSOLE, number, second, 0x22), ABI_SUCCESS_2_U32,
            first, 0x11, 0);
    answers("null", call(ABI_SUBSCRIBE, CONSOLE, number, 0, 0x33), ABI_SUCCESS_2_U32, second, 0x22,
            0);
    answers("after null", call(ABI_SUBSCRIBE, CONSOLE, number, 0, 0), ABI_SUCCESS_2_U32, 0, 0x33,
            0);
    check_end();

    check_begin("27", "a function that is not the app's is refused with INVAL");
    refuses("kernel RAM", call(ABI_SUBSCRIBE, CONSOLE, number, KERNEL_RAM, 0x44), ABI_INVAL,
            KERNEL_RAM, 0x44);
    refuses("kernel code", call(ABI_SUBSCRIBE, CONSOLE, number, KERNEL_CODE, 0x44), ABI_INVAL,
            KERNEL_CODE, 0x44);
    refuses("the end of memory", call(ABI_SUBSCRIBE, CONSOLE, number, 0xFFFFFFFF, 0), ABI_INVAL,
            0xFFFFFFFF, 0);
    refuses("before a missing driver is noticed", call(ABI_SUBSCRIBE, MISSING, 0, KERNEL_RAM, 1),
            ABI_INVAL, KERNEL_RAM, 1);
    check_end();

    check_begin("28", "subscribe to a driver that is not there answers NODEVICE");
    refuses("function", call(ABI_SUBSCRIBE, MISSING, 0, first, 0x55), ABI_NODEVICE, first, 0x55);
    refuses("null", call(ABI_SUBSCRIBE, MISSING, 0, 0, 0x66), ABI_NODEVICE, 0, 0x66);
    check_end();
}

static void check_allow(void)
{
    struct place place;
    uint32_t flash = address_of(constant);
    uint32_t ram = address_of(memory);

    place_find(&place);
    check_begin("29", "flash can be shared read-only; header and footers cannot");
    answers("constant, read-only", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, flash, 8),
            ABI_SUCCESS_2_U32, 0, 0, 0);
    refuses("constant, read-write", call(ABI_ALLOW_RW, CONSOLE, 1, flash, 8), ABI_INVAL, flash, 8);
    refuses("header", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, place.flash, 16), ABI_INVAL,
            place.flash, 16);
    refuses("header's last byte", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, place.binary - 1, 1),
            ABI_INVAL, place.binary - 1, 1);
    answers("all that was signed behind it",
            call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, place.binary, place.footers - place.binary),
            ABI_SUCCESS_2_U32, flash, 8, 0);
    refuses("footers", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, place.footers, 1), ABI_INVAL,
            place.footers, 1);
    answers("taken back", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, 0, 0), ABI_SUCCESS_2_U32,
            place.binary, place.footers - place.binary, 0);
    check_end();

    check_begin("30", "a buffer of length 0 may be anywhere, and comes back as it was given");
    answers("read-write", call(ABI_ALLOW_RW, CONSOLE, 1, 0xDEADBEEF, 0), ABI_SUCCESS_2_U32, 0, 0,
            0);
    answers("read-write, the next", call(ABI_ALLOW_RW, CONSOLE, 1, ram, 8), ABI_SUCCESS_2_U32,
            0xDEADBEEF, 0, 0);
    answers("read-write, back", call(ABI_ALLOW_RW, CONSOLE, 1, 0, 0), ABI_SUCCESS_2_U32, ram, 8, 0);
    answers("read-only", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, 0xFFFFFFFF, 0), ABI_SUCCESS_2_U32,
            0, 0, 0);
    answers("read-only, back", call(ABI_ALLOW_RO, CONSOLE, SLOT_UNUSED, 0, 0), ABI_SUCCESS_2_U32,
            0xFFFFFFFF, 0, 0);
    check_end();

    check_begin("31", "a buffer one byte beyond the break is refused");
    refuses("behind it", call(ABI_ALLOW_RW, CONSOLE, 1, place.app_break, 1), ABI_INVAL,
            place.app_break, 1);
    refuses("across it", call(ABI_ALLOW_RW, CONSOLE, 1, place.ram, place.app_break - place.ram + 1),
            ABI_INVAL, place.ram, place.app_break - place.ram + 1);
    answers("up to it", call(ABI_ALLOW_RW, CONSOLE, 1, place.ram, place.app_break - place.ram),
            ABI_SUCCESS_2_U32, 0, 0, 0);
    answers("back", call(ABI_ALLOW_RW, CONSOLE, 1, 0, 0), ABI_SUCCESS_2_U32, place.ram,
            place.app_break - place.ram, 0);
    check_end();
}

static void check_numbers(void)
{
    uint32_t ram = address_of(memory);

    check_begin("32", "buffer and upcall numbers that do not exist answer NOSUPPORT");
    refuses("read-write", call(ABI_ALLOW_RW, CONSOLE, 200, ram, 8), ABI_NOSUPPORT, ram, 8);
    refuses("read-only", call(ABI_ALLOW_RO, CONSOLE, 200, ram, 8), ABI_NOSUPPORT, ram, 8);
    refuses("userspace-readable", call(ABI_ALLOW_UR, CONSOLE, 0, ram, 8), ABI_NOSUPPORT, ram, 8);
    refuses("upcall", call(ABI_SUBSCRIBE, CONSOLE, 200, 0, 9), ABI_NOSUPPORT, 0, 9);
    refuses("number -1", call(ABI_ALLOW_RW, CONSOLE, 0xFFFFFFFF, ram, 8), ABI_NOSUPPORT, ram, 8);
    refuses("driver missing, read-write", call(ABI_ALLOW_RW, MISSING, 0, ram, 8), ABI_NODEVICE, ram,
            8);
    refuses("driver missing, read-only", call(ABI_ALLOW_RO, MISSING, 0, 1, 8), ABI_NODEVICE, 1, 8);
    refuses("driver missing, userspace-readable", call(ABI_ALLOW_UR, MISSING, 0, ram, 8),
            ABI_NODEVICE, ram, 8);
    check_end();

    check_begin("43", "an exit that does not exist answers NOSUPPORT");
    fails("exit 5", call(ABI_EXIT, 5, 0, 0, 0), ABI_NOSUPPORT);
    fails("exit -1", call(ABI_EXIT, 0xFFFFFFFF, 0, 0, 0), ABI_NOSUPPORT);
    check_end();
}

static uint32_t waited(uint32_t driver, uint32_t number)
{
    uint32_t value[3];

    syscall_yield_wait_for(driver, number, value);
    return value[0];
}

/* Buffers that lead nowhere, then every command that would use them. */
static void check_nowhere(void)
{
    struct syscall_return r;

    check_begin("125", "a buffer of length 0 is never followed, whatever address it has");
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, 0xDEADBEEF, 0);
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, 0xDEADBEEF, 0);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, 0xDEADBEEF, 0);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, 0xDEADBEEF, 0);
    succeeds("console write", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 100, 0));
    check_equal("bytes written", waited(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN), 0);
    fails("console read", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_READ, 10, 0), ABI_INVAL);
    fails("random bytes", call(ABI_COMMAND, ABI_DRIVER_RNG, ABI_RNG_FILL, 10, 0), ABI_RESERVE);
    for (uint32_t command = ABI_PROCESS_COUNT; command <= ABI_PROCESS_SHORT_IDS; command++) {
        r = call(ABI_COMMAND, ABI_DRIVER_PROCESS_INFO, command, 0, 0);
        check_equal("processes", r.variant, ABI_SUCCESS_U32);
        check_true("some", r.value[0] > 0);
    }
    check_end();
}

/* One piece of memory is everything at once. */
static void check_aliases(void)
{
    uint32_t ram = address_of(memory);

    check_begin("126", "the same bytes may be shared several times");
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, ram + 4, 8);
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, ram, 64);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, ram, 16);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, ram + 2, 32);
    succeeds("random bytes", call(ABI_COMMAND, ABI_DRIVER_RNG, ABI_RNG_FILL, 16, 0));
    succeeds("console write", call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 8, 0));
    check_equal("identifiers",
                call(ABI_COMMAND, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_IDS, 0, 0).variant,
                ABI_SUCCESS_U32);
    check_equal("bytes written", waited(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN), 8);
    check_equal("status of the random bytes", waited(ABI_DRIVER_RNG, ABI_RNG_UPCALL_FILLED), 0);
    (void)call(ABI_ALLOW_RW, CONSOLE, ABI_CONSOLE_RW_READ, 0, 0);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION, 0, 0);
    (void)call(ABI_ALLOW_RW, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, 0, 0);
    memcpy(memory, "\r\n", 2); /* ends the line of random bytes */
    (void)call(ABI_ALLOW_RO, CONSOLE, ABI_CONSOLE_RO_WRITE, ram, 2);
    (void)call(ABI_COMMAND, CONSOLE, ABI_CONSOLE_WRITE, 2, 0);
    check_equal("line end", waited(CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN), 2);
    check_end();
}

static void check_control(void)
{
    check_begin("49", "an app cannot take the processor: CONTROL, MSP and the masks ignore it");
    grab_privilege();
    check_equal("CONTROL", control_read(), 3);
    succeeds("calls go on", call(ABI_COMMAND, CONSOLE, 0, 0, 0));
    sleep_ms(2); /* needs the interrupts that it tried to mask */
    check_equal("CONTROL after a wait", control_read(), 3);
    check_end();
}

void check_calls(void)
{
    check_commands();
    check_subscribe();
    check_allow();
    check_numbers();
    check_nowhere();
    check_aliases();
    check_control();
}
