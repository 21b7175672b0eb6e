// SPDX-License-Identifier: Apache-2.0
/* The converter: every mode, for several processes at once, each at its own rate. */
#include "capsule_support.h"

#include <base/bytes.h>
#include <kernel/capsules.h>
#include <string.h>

enum { CHANNELS = 3, BITS = 12, SHIFT = 16 - BITS, REFERENCE = 3300, MAX_HZ = 1000, PERIOD = 1000 };

static uint16_t next[CHANNELS]; /* samples are counted, each channel by itself */

static uint16_t sample(const struct hil_adc *adc, uint8_t channel)
{
    (void)adc;
    assert_in_range(channel, 0, CHANNELS - 1);
    return ++next[channel];
}

static struct hil_adc adc = {
    .count = CHANNELS, .bits = BITS, .frequency_max = MAX_HZ, .sample = sample};

static int begin(void **state)
{
    (void)state;
    capsule_reset(UINT32_MAX - 5 * PERIOD); /* the clock wraps during most tests */
    memset(next, 0, sizeof next);
    adc.reference_mv = REFERENCE;
    adc_driver.init(&adc_driver, &adc);
    return 0;
}

static struct syscall_result call(uint32_t process, uint32_t command, uint32_t channel, uint32_t hz)
{
    return capsule_command(&adc_driver, process, command, channel, hz);
}

static void succeeds(uint32_t process, uint32_t command, uint32_t channel, uint32_t hz)
{
    assert_int_equal(call(process, command, channel, hz).variant, ABI_SUCCESS);
}

static void fails(uint32_t command, uint32_t channel, uint32_t hz, enum abi_error error)
{
    struct syscall_result result = call(0, command, channel, hz);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
}

static void answers(uint32_t command, uint32_t value)
{
    struct syscall_result result = call(0, command, 0, 0);

    assert_int_equal(result.variant, ABI_SUCCESS_U32);
    assert_int_equal(result.value[0], value);
}

/* Both upcalls of one event. */
static void expect(uint32_t process, uint32_t mode, uint32_t what, uint32_t legacy, uint32_t value)
{
    capsule_expect_upcall(process, &adc_driver, ABI_ADC_UPCALL_ADDRESS, mode, what, legacy);
    capsule_expect_upcall(process, &adc_driver, ABI_ADC_UPCALL, mode, what, value);
}

static uint32_t address(const void *data)
{
    return (uint32_t)(uintptr_t)data;
}

static void it_says_what_it_is(void **state)
{
    (void)state;
    answers(ABI_COMMAND_EXISTS, CHANNELS);
    answers(ABI_ADC_RESOLUTION, BITS);
    answers(ABI_ADC_REFERENCE, REFERENCE);
    adc.reference_mv = 0;
    fails(ABI_ADC_REFERENCE, 0, 0, ABI_NOSUPPORT);
    fails(6, 0, 0, ABI_NOSUPPORT);
    fails(100, 0, 0, ABI_NOSUPPORT);
    fails(103, 0, 0, ABI_NOSUPPORT);
}

static void bad_requests_are_refused(void **state)
{
    uint8_t data[8];

    (void)state;
    for (uint32_t command = ABI_ADC_SAMPLE; command <= ABI_ADC_FILL_REPEATEDLY; command++) {
        fails(command, CHANNELS, MAX_HZ, ABI_INVAL);
        fails(command, 256, MAX_HZ, ABI_INVAL);
        fails(command, UINT32_MAX, MAX_HZ, ABI_INVAL);
    }
    for (uint32_t command = ABI_ADC_SAMPLE_REPEATEDLY; command <= ABI_ADC_FILL_REPEATEDLY;
         command++) {
        fails(command, 0, 0, ABI_INVAL);
        fails(command, 0, MAX_HZ + 1, ABI_INVAL);
        fails(command, 0, UINT32_MAX, ABI_INVAL);
    }
    fails(ABI_ADC_FILL, 0, MAX_HZ, ABI_NOMEM);
    capsule_allow_rw(&adc_driver, 0, 0, data, 1); /* no room for a sample */
    fails(ABI_ADC_FILL, 0, MAX_HZ, ABI_NOMEM);
    capsule_allow_rw(&adc_driver, 0, 0, data, sizeof data);
    fails(ABI_ADC_FILL_REPEATEDLY, 0, MAX_HZ, ABI_NOMEM);
    assert_int_equal(capsule_timers(), 0);
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 0, MAX_HZ);
    for (uint32_t command = ABI_ADC_SAMPLE; command <= ABI_ADC_FILL_REPEATEDLY; command++) {
        fails(command, 0, MAX_HZ, ABI_BUSY);
    }
    capsule_exhaust(1);
    assert_int_equal(call(1, ABI_ADC_SAMPLE, 0, 0).value[0], ABI_NOMEM);
}

static void a_single_sample_comes_at_once(void **state)
{
    (void)state;
    succeeds(0, ABI_ADC_SAMPLE, 2, 0);
    expect(0, ABI_ADC_MODE_SAMPLE, 2, 1 << SHIFT, 1 << SHIFT);
    succeeds(0, ABI_ADC_SAMPLE, 2, 0);
    expect(0, ABI_ADC_MODE_SAMPLE, 2, 2 << SHIFT, 2 << SHIFT);
    assert_int_equal(capsule_timers(), 0);
}

static void repeated_samples_come_at_their_rate(void **state)
{
    (void)state;
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 1, MAX_HZ);
    capsule_advance(PERIOD - 1);
    capsule_expect_no_upcall();
    capsule_advance(1);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 1 << SHIFT, 1 << SHIFT);
    capsule_advance(9 * PERIOD);
    for (uint32_t i = 2; i <= 10; i++) {
        expect(0, ABI_ADC_MODE_REPEATED, 1, i << SHIFT, i << SHIFT);
    }
    succeeds(0, ABI_ADC_STOP, 0, 0);
    assert_int_equal(capsule_timers(), 0);
    capsule_advance(2 * PERIOD);
    capsule_expect_no_upcall();
    succeeds(0, ABI_ADC_STOP, 0, 0); /* again: nothing to stop, and no error */
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 1, MAX_HZ);
}

static void a_buffer_is_filled_once(void **state)
{
    uint8_t data[9]; /* four samples and half a one */

    (void)state;
    memset(data, 0xEE, sizeof data);
    capsule_allow_rw(&adc_driver, 0, 0, data, sizeof data);
    succeeds(0, ABI_ADC_FILL, 1, MAX_HZ);
    capsule_advance(4 * PERIOD - 1);
    capsule_expect_no_upcall();
    capsule_advance(1);
    expect(0, ABI_ADC_MODE_BUFFER, 4 << 8 | 1, address(data), 0);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(bytes_get_u16(data + 2 * i), (i + 1) << SHIFT);
    }
    assert_int_equal(data[8], 0xEE);
    assert_int_equal(capsule_timers(), 0);
}

static void buffers_are_filled_in_turn(void **state)
{
    uint8_t first[4];
    uint8_t second[6];

    (void)state;
    capsule_allow_rw(&adc_driver, 0, 0, first, sizeof first);
    capsule_allow_rw(&adc_driver, 0, 1, second, sizeof second);
    succeeds(0, ABI_ADC_FILL_REPEATEDLY, 0, MAX_HZ);
    capsule_advance(7 * PERIOD);
    expect(0, ABI_ADC_MODE_BUFFERS, 2 << 8, address(first), 0);
    expect(0, ABI_ADC_MODE_BUFFERS, 3 << 8, address(second), 1);
    expect(0, ABI_ADC_MODE_BUFFERS, 2 << 8, address(first), 0);
    assert_int_equal(bytes_get_u16(second), 3 << SHIFT);
    assert_int_equal(bytes_get_u16(first), 6 << SHIFT);
    capsule_allow_rw(&adc_driver, 0, 0, NULL, 0);
    capsule_advance(3 * PERIOD);
    expect(0, ABI_ADC_MODE_BUFFERS, 3 << 8, address(second), 1);
    assert_int_equal(capsule_timers(), 0); /* the next buffer is not there any more */
}

static void a_buffer_that_shrinks_is_full(void **state)
{
    uint8_t data[20];

    (void)state;
    capsule_allow_rw(&adc_driver, 0, 0, data, sizeof data);
    succeeds(0, ABI_ADC_FILL, 0, MAX_HZ);
    capsule_advance(5 * PERIOD);
    capsule_allow_rw(&adc_driver, 0, 0, data, 6);
    data[6] = 0xEE;
    capsule_advance(PERIOD);
    expect(0, ABI_ADC_MODE_BUFFER, 3 << 8, address(data), 0);
    assert_int_equal(data[6], 0xEE);
    capsule_allow_rw(&adc_driver, 0, 0, data, sizeof data);
    succeeds(0, ABI_ADC_FILL, 0, MAX_HZ);
    capsule_allow_rw(&adc_driver, 0, 0, NULL, 0);
    capsule_advance(PERIOD);
    expect(0, ABI_ADC_MODE_BUFFER, 0, 0, 0);
    assert_int_equal(capsule_timers(), 0);
}

static void processes_sample_beside_each_other(void **state)
{
    uint8_t data[2 * 40];
    uint32_t counts[CAPSULE_PROCESSES] = {0};
    struct capsule_upcall upcall;

    (void)state;
    capsule_allow_rw(&adc_driver, 2, 0, data, sizeof data);
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 0, 500);
    capsule_advance(100);
    succeeds(1, ABI_ADC_SAMPLE_REPEATEDLY, 1, 125);
    succeeds(2, ABI_ADC_FILL, 2, MAX_HZ);
    succeeds(3, ABI_ADC_SAMPLE, 2, 0);
    expect(3, ABI_ADC_MODE_SAMPLE, 2, 1 << SHIFT, 1 << SHIFT);
    capsule_advance(40 * PERIOD);
    for (uint32_t i = 0; i < 2; i++) {
        while (capsule_upcall(i, &upcall)) {
            assert_int_equal(upcall.argument[1], i);
            counts[i]++;
        }
    }
    assert_int_equal(counts[0], 2 * 20);
    assert_int_equal(counts[1], 2 * 5);
    expect(2, ABI_ADC_MODE_BUFFER, 40 << 8 | 2, address(data), 0);
    assert_int_equal(bytes_get_u16(data + 78), 41 << SHIFT);
    capsule_end(0);
    capsule_advance(8 * PERIOD);
    expect(1, ABI_ADC_MODE_REPEATED, 1, 6 << SHIFT, 6 << SHIFT);
    capsule_expect_no_upcall();
    capsule_end(1);
    capsule_advance(8 * PERIOD);
    assert_int_equal(capsule_timers(), 0);
}

static void late_samples_keep_their_spacing(void **state)
{
    (void)state;
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 1, MAX_HZ);
    capsule_delay(PERIOD + PERIOD / 2); /* less than one period late: no sample is lost */
    capsule_advance(0);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 1 << SHIFT, 1 << SHIFT);
    capsule_advance(PERIOD / 2);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 2 << SHIFT, 2 << SHIFT);
    capsule_delay(5 * PERIOD); /* lost ones are not made up for */
    capsule_advance(PERIOD - 1);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 3 << SHIFT, 3 << SHIFT);
    capsule_expect_no_upcall();
    capsule_advance(1);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 4 << SHIFT, 4 << SHIFT);
    capsule_delay(2 * PERIOD + PERIOD / 2); /* nor one alone */
    capsule_advance(PERIOD - 1);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 5 << SHIFT, 5 << SHIFT);
    capsule_expect_no_upcall();
}

static void a_full_queue_stops_nothing(void **state)
{
    struct capsule_upcall upcall;

    (void)state;
    capsule_queue_limit(0, 3);
    succeeds(0, ABI_ADC_SAMPLE_REPEATEDLY, 1, MAX_HZ);
    capsule_advance(5 * PERIOD);
    while (capsule_upcall(0, &upcall)) {
    }
    capsule_advance(PERIOD);
    expect(0, ABI_ADC_MODE_REPEATED, 1, 6 << SHIFT, 6 << SHIFT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_says_what_it_is, begin),
        cmocka_unit_test_setup(bad_requests_are_refused, begin),
        cmocka_unit_test_setup(a_single_sample_comes_at_once, begin),
        cmocka_unit_test_setup(repeated_samples_come_at_their_rate, begin),
        cmocka_unit_test_setup(a_buffer_is_filled_once, begin),
        cmocka_unit_test_setup(buffers_are_filled_in_turn, begin),
        cmocka_unit_test_setup(a_buffer_that_shrinks_is_full, begin),
        cmocka_unit_test_setup(processes_sample_beside_each_other, begin),
        cmocka_unit_test_setup(late_samples_keep_their_spacing, begin),
        cmocka_unit_test_setup(a_full_queue_stops_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
