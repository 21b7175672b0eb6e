// SPDX-License-Identifier: Apache-2.0
/* Tests the converter, with half of its reference voltage at channel 0 and nothing at channel 1. */
#include <gantry/adc.h>
#include <gantry/alarm.h>

#include "../check.h"

enum { CHANNEL, OTHER, HERTZ = 500, COUNT = 50, ROUNDS = 4 };

#define HALF 0x8000u

struct event {
    uint32_t mode;
    uint32_t what;
    uint32_t value;
    uint32_t count; /* of events */
    uint32_t wrong; /* of them */
};

static uint16_t first[COUNT];
static uint16_t second[COUNT];

static bool all_half(const uint16_t *samples)
{
    bool all = true;

    for (uint32_t i = 0; i < COUNT; i++) {
        all = all && samples[i] == HALF;
    }
    return all;
}

static void heard(uint32_t mode, uint32_t what, uint32_t value, void *userdata)
{
    struct event *event = userdata;
    bool expected = mode == ABI_ADC_MODE_REPEATED
                        ? value == HALF && what == CHANNEL
                        : value == event->count % 2 && adc_event_channel(what) == CHANNEL &&
                              adc_event_count(what) == COUNT;

    *event = (struct event){mode, what, value, event->count + 1,
                            event->wrong + (expected && mode == event->mode ? 0 : 1u)};
}

static void wait_for(const struct event *event, uint32_t count)
{
    while (event->count < count) {
        syscall_yield_wait();
    }
}

/* Whether COUNT samples, begun at `begin`, have not come too early. */
static bool in_time(uint32_t begin)
{
    return (uint64_t)(alarm_now() - begin) * HERTZ >= (uint64_t)COUNT * alarm_frequency();
}

static void test_samples(struct checks *checks)
{
    uint16_t sample = 1;
    struct event event = {.mode = ABI_ADC_MODE_REPEATED};
    uint32_t begin;

    check(checks, "a sample is what lies at the channel",
          adc_sample(CHANNEL, &sample) == ABI_OK && sample == HALF &&
              adc_sample(OTHER, &sample) == ABI_OK && sample == 0);
    (void)adc_listen(heard, &event);
    begin = alarm_now();
    check(checks, "repeated samples begin", adc_start_repeatedly(CHANNEL, HERTZ) == ABI_OK);
    check(checks, "one thing at a time",
          adc_start(OTHER) == ABI_BUSY && adc_start_repeatedly(OTHER, 1) == ABI_BUSY);
    wait_for(&event, COUNT);
    check(checks, "repeated samples come, and no faster than asked",
          in_time(begin) && event.wrong == 0);
    check(checks, "until they are stopped", adc_stop() == ABI_OK);
    (void)adc_listen(NULL, NULL);
}

static bool names_address(void)
{
    uint32_t event[3] = {0, 0, 0};

    (void)adc_listen(NULL, NULL);
    (void)syscall_subscribe(ABI_DRIVER_ADC, ABI_ADC_UPCALL_ADDRESS, NULL, NULL);
    if (adc_start_fill(CHANNEL, HERTZ, second, 1) != ABI_OK) {
        return false;
    }
    syscall_yield_wait_for(ABI_DRIVER_ADC, ABI_ADC_UPCALL_ADDRESS, event);
    (void)adc_stop();
    return event[0] == ABI_ADC_MODE_BUFFER && event[1] == (1u << 8 | CHANNEL) &&
           event[2] == (uint32_t)(uintptr_t)second;
}

static void test_buffers(struct checks *checks)
{
    struct event event = {.mode = ABI_ADC_MODE_BUFFERS};
    uint32_t begin = alarm_now();

    check(checks, "a buffer is filled, no faster than asked",
          adc_fill(CHANNEL, HERTZ, first, COUNT) == ABI_OK && in_time(begin) && all_half(first));
    check(checks, "the older upcall names the buffer by its address", names_address());
    (void)adc_listen(heard, &event);
    check(checks, "two buffers begin",
          adc_start_fill_repeatedly(CHANNEL, HERTZ, first, second, COUNT) == ABI_OK);
    wait_for(&event, ROUNDS);
    check(checks, "two buffers are filled in turn",
          event.wrong == 0 && adc_stop() == ABI_OK && all_half(second));
    (void)adc_listen(NULL, NULL);
}

static void test_refusals(struct checks *checks)
{
    uint32_t count = adc_channel_count();

    check(checks, "a channel that does not exist is refused",
          adc_start(count) == ABI_INVAL && adc_start(UINT32_MAX) == ABI_INVAL &&
              adc_start_repeatedly(count, HERTZ) == ABI_INVAL);
    check(checks, "a rate that cannot be is refused",
          adc_start_repeatedly(CHANNEL, 0) == ABI_INVAL &&
              adc_start_repeatedly(CHANNEL, UINT32_MAX) == ABI_INVAL);
    check(checks, "a buffer that is not there is refused",
          adc_start_fill(CHANNEL, HERTZ, NULL, 0) == ABI_NOMEM);
    check(checks, "stopping is no error when nothing goes on", adc_stop() == ABI_OK);
}

int main(void)
{
    struct checks checks = {.app = "adc"};

    if (adc_channel_count() <= OTHER) {
        console_print("adc: no converter\r\n");
        return ABI_NODEVICE;
    }
    printf("adc: %lu channels, %lu bits, %lu mV\r\n", (unsigned long)adc_channel_count(),
           (unsigned long)adc_resolution(), (unsigned long)adc_reference_mv());
    test_samples(&checks);
    test_buffers(&checks);
    test_refusals(&checks);
    return check_finish(&checks);
}
