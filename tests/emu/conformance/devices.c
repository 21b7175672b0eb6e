// SPDX-License-Identifier: Apache-2.0
/* Drivers of pins, voltages, dates and cycles: numbers, bounds, variants. What the devices do is
 * tested elsewhere. */
#include "check.h"
#include "drivers.h"

enum { GPIO = ABI_DRIVER_GPIO, ADC = ABI_DRIVER_ADC, DATE = ABI_DRIVER_DATE_TIME };
enum { CYCLES = ABI_DRIVER_CYCLE_COUNT };

/* Drivers that this board has no device for: SPI, I2C, temperature, and a number of nobody's. */
static void check_missing(void)
{
    static const uint32_t drivers[] = {0x20001, 0x20003, 0x60000, 0x12345678};

    check_begin("54a", "a driver whose device the board lacks answers NODEVICE");
    for (uint32_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        fails("command 0", call(ABI_COMMAND, drivers[i], 0, 1, 2), ABI_NODEVICE);
        refuses("subscribe", call(ABI_SUBSCRIBE, drivers[i], 0, 0, 3), ABI_NODEVICE, 0, 3);
        refuses("share", call(ABI_ALLOW_RW, drivers[i], 0, 4, 0), ABI_NODEVICE, 4, 0);
    }
    check_end();
}

static void check_gpio(void)
{
    struct syscall_return r = call(ABI_COMMAND, GPIO, ABI_GPIO_COUNT, 1, 2);

    check_begin("154", "GPIO: a pin is set and read; pins, resistors and edges have their bounds");
    succeeds("present", call(ABI_COMMAND, GPIO, ABI_COMMAND_EXISTS, 1, 2));
    check_equal("number of pins", r.variant, ABI_SUCCESS_U32);
    for (uint32_t command = ABI_GPIO_MAKE_OUTPUT; command < ABI_GPIO_COUNT; command++) {
        fails("behind the last", call(ABI_COMMAND, GPIO, command, r.value[0], 0), ABI_INVAL);
        fails("number -1", call(ABI_COMMAND, GPIO, command, 0xFFFFFFFF, 0), ABI_INVAL);
    }
    fails("no such command", call(ABI_COMMAND, GPIO, 11, 0, 0), ABI_NOSUPPORT);
    fails("no such resistor", call(ABI_COMMAND, GPIO, ABI_GPIO_MAKE_INPUT, 0, 3), ABI_NOSUPPORT);
    succeeds("output", call(ABI_COMMAND, GPIO, ABI_GPIO_MAKE_OUTPUT, 0, 2));
    succeeds("high", call(ABI_COMMAND, GPIO, ABI_GPIO_SET, 0, 2));
    succeeds_with("it is high", call(ABI_COMMAND, GPIO, ABI_GPIO_READ, 0, 2), 1);
    succeeds("toggle", call(ABI_COMMAND, GPIO, ABI_GPIO_TOGGLE, 0, 2));
    succeeds_with("it is low", call(ABI_COMMAND, GPIO, ABI_GPIO_READ, 0, 2), 0);
    succeeds("out of use", call(ABI_COMMAND, GPIO, ABI_GPIO_DISABLE, 0, 2));
    check_end();
}

static void check_adc(void)
{
    struct syscall_return r = call(ABI_COMMAND, ADC, ABI_COMMAND_EXISTS, 1, 2);
    struct observed seen;
    uint32_t sample;

    check_begin("155", "ADC: each sample comes under both upcalls; channels have their bounds");
    check_equal("number of channels", r.variant, ABI_SUCCESS_U32);
    check_true("there are some", r.value[0] > 0);
    check_equal("resolution", call(ABI_COMMAND, ADC, ABI_ADC_RESOLUTION, 1, 2).variant,
                ABI_SUCCESS_U32);
    for (uint32_t command = ABI_ADC_SAMPLE; command <= ABI_ADC_SAMPLE_REPEATEDLY; command++) {
        fails("behind the last", call(ABI_COMMAND, ADC, command, r.value[0], 10), ABI_INVAL);
        fails("number -1", call(ABI_COMMAND, ADC, command, 0xFFFFFFFF, 10), ABI_INVAL);
    }
    fails("no buffer", call(ABI_COMMAND, ADC, ABI_ADC_FILL, 0, 10), ABI_NOMEM);
    succeeds("sample", call(ABI_COMMAND, ADC, ABI_ADC_SAMPLE, 0, 2));
    yield(ABI_YIELD_WAIT_FOR, ADC, ABI_ADC_UPCALL, CHANGES_RESULTS, &seen);
    check_equal("mode", seen.after.r[0], ABI_ADC_MODE_SAMPLE);
    check_equal("channel", seen.after.r[1], 0);
    sample = seen.after.r[2];
    yield(ABI_YIELD_WAIT_FOR, ADC, ABI_ADC_UPCALL_ADDRESS, CHANGES_RESULTS, &seen);
    check_equal("the same sample", seen.after.r[2], sample);
    succeeds("stop", call(ABI_COMMAND, ADC, ABI_ADC_STOP, 1, 2));
    check_end();
}

static void check_date(void)
{
    const uint32_t date = 2026u << 9 | 11u << 5 | 25u;
    const uint32_t time = 3u << 17 | 12u << 12 | 34u << 6 | 56u;
    struct observed seen;

    check_begin("156", "date and time: what was set is read; what does not exist is refused");
    fails("a 13th month", call(ABI_COMMAND, DATE, ABI_DATE_TIME_SET, 2026u << 9 | 13u << 5 | 1u, 0),
          ABI_INVAL);
    fails("a 31st of April",
          call(ABI_COMMAND, DATE, ABI_DATE_TIME_SET, 2026u << 9 | 4u << 5 | 31u, 0), ABI_INVAL);
    fails("everything", call(ABI_COMMAND, DATE, ABI_DATE_TIME_SET, 0xFFFFFFFF, 0xFFFFFFFF),
          ABI_INVAL);
    succeeds("set", call(ABI_COMMAND, DATE, ABI_DATE_TIME_SET, date, time));
    yield(ABI_YIELD_WAIT_FOR, DATE, ABI_DATE_TIME_UPCALL_DONE, CHANGES_RESULTS, &seen);
    check_equal("status", seen.after.r[0], ABI_OK);
    succeeds("read", call(ABI_COMMAND, DATE, ABI_DATE_TIME_READ, 1, 2));
    yield(ABI_YIELD_WAIT_FOR, DATE, ABI_DATE_TIME_UPCALL_DONE, CHANGES_RESULTS, &seen);
    check_equal("status", seen.after.r[0], ABI_OK);
    check_equal("date", seen.after.r[1], date);
    check_equal("time, to the minute", seen.after.r[2] >> 6, time >> 6);
    check_end();
}

static uint64_t cycles(void)
{
    struct syscall_return r = call(ABI_COMMAND, CYCLES, ABI_CYCLE_COUNT_READ, 1, 2);

    check_equal("variant", r.variant, ABI_SUCCESS_U64);
    return (uint64_t)r.value[1] << 32 | r.value[0];
}

static void check_cycles(void)
{
    uint64_t first;
    uint64_t second;

    check_begin("134", "64 bits come as success with u64, in r1 and r2: the cycle count");
    succeeds("reset", call(ABI_COMMAND, CYCLES, ABI_CYCLE_COUNT_RESET, 1, 2));
    check_true("it is 0", cycles() == 0);
    succeeds("start", call(ABI_COMMAND, CYCLES, ABI_CYCLE_COUNT_START, 1, 2));
    spin_ms(2);
    first = cycles();
    check_true("it counts", first > 1000 && first >> 32 == 0);
    succeeds("stop", call(ABI_COMMAND, CYCLES, ABI_CYCLE_COUNT_STOP, 1, 2));
    second = cycles();
    check_true("it goes up", second >= first);
    check_true("it stands", cycles() == second);
    check_end();
}

void check_devices(void)
{
    check_missing();
    check_gpio();
    check_adc();
    check_date();
    check_cycles();
}
