// SPDX-License-Identifier: Apache-2.0
/* The serial port and the vendor interface as byte streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "usb_device_fixture.h"

enum { TO_INTERFACE = 0x21, FROM_INTERFACE = 0xA1 };

static unsigned readies;

static void on_ready(void *context)
{
    (void)context;
    readies++;
}

static const struct hil_serial_client client = {.ready = on_ready};

static int setup(void **unused)
{
    (void)unused;
    fixture_start(false);
    readies = 0;
    return fixture_configure() ? 0 : -1;
}

static size_t read_bulk(uint8_t *data, size_t capacity)
{
    return fixture_bulk.serial.read(&fixture_bulk.serial, data, capacity);
}

static size_t write_bulk(const void *data, size_t length)
{
    return fixture_bulk.serial.write(&fixture_bulk.serial, data, length);
}

static void fill(uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        data[i] = (uint8_t)(i * 7 + 3);
    }
}

/* The host reads until a packet that is not full: one must come. */
static size_t host_reads(uint8_t number, uint8_t *data)
{
    size_t total = 0;
    int count;

    do {
        fixture_poll(NULL);
        count = fake_in(&fixture_fake, number, data + total);
        assert_true(count >= 0);
        total += (size_t)count;
    } while (count == (int)HIL_USB_CONTROL_PACKET);
    fixture_poll(NULL);
    return total;
}

static void bytes_arrive_in_order_and_the_host_waits_for_the_reader(void **unused)
{
    uint8_t sent[512];
    uint8_t got[512];
    size_t accepted = 0;
    size_t taken = 0;

    (void)unused;
    fill(sent, sizeof sent);
    while (accepted < sizeof sent && fake_out(&fixture_fake, 3, sent + accepted, 64) == 64) {
        accepted += 64;
        fixture_poll(NULL);
    }
    /* One packet is being read, one waits in the controller: then the host hears NAK. */
    assert_int_equal(accepted, 128);
    while (taken < sizeof sent) {
        size_t count = read_bulk(got + taken, 5);

        taken += count;
        fixture_poll(NULL);
        if (accepted < sizeof sent && fake_out(&fixture_fake, 3, sent + accepted, 64) == 64) {
            accepted += 64;
            fixture_poll(NULL);
        }
        assert_true(count > 0 || accepted == sizeof sent);
    }
    assert_memory_equal(got, sent, sizeof sent);
    assert_int_equal(read_bulk(got, sizeof got), 0);
    assert_int_equal(fixture_fake.broken, 0);
}

static void one_read_takes_both_packets_and_empty_ones_mean_nothing(void **unused)
{
    uint8_t got[200];

    (void)unused;
    assert_int_equal(fake_out(&fixture_fake, 3, NULL, 0), 0);
    fixture_poll(NULL);
    assert_int_equal(fake_out(&fixture_fake, 3, "abc", 3), 3);
    fixture_poll(NULL);
    assert_int_equal(fake_out(&fixture_fake, 3, "defg", 4), 4);
    fixture_poll(NULL);
    assert_int_equal(read_bulk(got, sizeof got), 7);
    assert_memory_equal(got, "abcdefg", 7);
    assert_int_equal(fake_out(&fixture_fake, 3, "h", 1), 1);
    fixture_poll(NULL);
    assert_int_equal(read_bulk(got, sizeof got), 1);
    assert_int_equal(fixture_fake.broken, 0);
}

static void output_of_any_length_reaches_the_host_whole(void **unused)
{
    static const size_t lengths[] = {1, 63, 64, 65, 100, 128};
    uint8_t sent[USB_PIPE_QUEUE];
    uint8_t got[512];

    (void)unused;
    fill(sent, sizeof sent);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        assert_int_equal(write_bulk(sent, lengths[i]), lengths[i]);
        /* The host learns of the end, also after a full packet. */
        assert_int_equal(host_reads(3, got), lengths[i]);
        assert_memory_equal(got, sent, lengths[i]);
        assert_int_equal(fixture_bulk.serial.pending(&fixture_bulk.serial), 0);
        assert_int_equal(fake_in(&fixture_fake, 3, got), FAKE_NAK);
    }
    assert_int_equal(fixture_fake.broken, 0);
}

static void a_full_queue_refuses_and_tells_when_there_is_room(void **unused)
{
    uint8_t sent[USB_PIPE_QUEUE + 44];
    uint8_t got[512];

    (void)unused;
    fill(sent, sizeof sent);
    assert_int_equal(fixture_bulk.serial.open(&fixture_bulk.serial, 0, &client), 0);
    assert_int_equal(write_bulk(sent, sizeof sent), USB_PIPE_QUEUE);
    assert_int_equal(write_bulk(sent, 1), 0);
    assert_int_equal(fixture_bulk.serial.pending(&fixture_bulk.serial), USB_PIPE_QUEUE);
    readies = 0;
    assert_int_equal(fake_in(&fixture_fake, 3, got), 64);
    fixture_poll(NULL);
    assert_true(readies > 0);
    assert_int_equal(write_bulk(sent + USB_PIPE_QUEUE, 44), 44);
    assert_int_equal(host_reads(3, got + 64), sizeof sent - 64);
    assert_memory_equal(got, sent, sizeof sent);
    assert_int_equal(fixture_bulk.serial.overruns(&fixture_bulk.serial), 0);
}

static void what_a_halt_interrupted_goes_again(void **unused)
{
    uint8_t got[64];

    (void)unused;
    assert_int_equal(write_bulk("answer", 6), 6);
    assert_int_equal(fixture_control(2, USB_SET_FEATURE, USB_ENDPOINT_HALT, 0x83, 0, NULL), 0);
    assert_int_equal(fake_in(&fixture_fake, 3, got), FAKE_STALL);
    assert_int_equal(write_bulk(" and more", 9), 9);
    assert_int_equal(fixture_control(2, USB_CLEAR_FEATURE, USB_ENDPOINT_HALT, 0x83, 0, NULL), 0);
    assert_int_equal(host_reads(3, got), 15);
    assert_memory_equal(got, "answer and more", 15);
    assert_int_equal(fixture_fake.broken, 0);
}

/* A packet that the device has not taken is lost with the halt (USB 2.0, 9.4.5); what came before
 * stays. */
static void what_a_halt_dropped_does_not_come(void **unused)
{
    uint8_t got[192];
    uint8_t packet[64];

    (void)unused;
    memset(packet, '1', sizeof packet);
    assert_int_equal(fake_out(&fixture_fake, 3, packet, 64), 64);
    fixture_poll(NULL);
    memset(packet, '2', sizeof packet);
    assert_int_equal(fake_out(&fixture_fake, 3, packet, 64), 64);
    fixture_poll(NULL);
    assert_int_equal(fixture_control(2, USB_SET_FEATURE, USB_ENDPOINT_HALT, 0x03, 0, NULL), 0);
    assert_int_equal(fake_out(&fixture_fake, 3, packet, 64), FAKE_STALL);
    assert_int_equal(fixture_control(2, USB_CLEAR_FEATURE, USB_ENDPOINT_HALT, 0x03, 0, NULL), 0);
    assert_int_equal(read_bulk(got, sizeof got), 64);
    memset(packet, '3', sizeof packet);
    assert_int_equal(fake_out(&fixture_fake, 3, packet, 10), 10);
    fixture_poll(NULL);
    assert_int_equal(read_bulk(got + 64, sizeof got - 64), 10);
    assert_int_equal(got[63], '1');
    assert_int_equal(got[64], '3');
    assert_int_equal(fixture_fake.broken, 0);
}

static void without_a_configuration_output_is_dropped(void **unused)
{
    uint8_t got[64];

    (void)unused;
    assert_int_equal(write_bulk("old", 3), 3);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(write_bulk("lost", 4), 4);
    assert_int_equal(fixture_bulk.serial.pending(&fixture_bulk.serial), 0);
    assert_true(fixture_configure());
    assert_int_equal(fake_in(&fixture_fake, 3, got), FAKE_NAK);
    assert_int_equal(write_bulk("new", 3), 3);
    assert_int_equal(host_reads(3, got), 3);
    assert_memory_equal(got, "new", 3);
}

static int set_lines(uint16_t lines)
{
    return fixture_control(TO_INTERFACE, USB_CDC_SET_CONTROL_LINE_STATE, lines, 0, 0, NULL);
}

static int set_coding(uint32_t rate, uint8_t stop, uint8_t parity, uint8_t bits)
{
    uint8_t coding[7] = {(uint8_t)rate,
                         (uint8_t)(rate >> 8),
                         (uint8_t)(rate >> 16),
                         (uint8_t)(rate >> 24),
                         stop,
                         parity,
                         bits};

    return fixture_control(TO_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 7, coding);
}

static void the_serial_port_is_mute_until_a_terminal_is_there(void **unused)
{
    const struct hil_serial *serial = &fixture_cdc.pipe.serial;
    uint8_t got[64];

    (void)unused;
    assert_int_equal(serial->write(serial, (const uint8_t *)"nobody", 6), 6);
    assert_int_equal(fake_in(&fixture_fake, 2, got), FAKE_NAK);
    assert_int_equal(set_lines(USB_CDC_DTR | USB_CDC_RTS), 0);
    assert_int_equal(serial->write(serial, (const uint8_t *)"hello", 5), 5);
    assert_int_equal(host_reads(2, got), 5);
    assert_memory_equal(got, "hello", 5);
    /* What is typed arrives in any case. */
    assert_int_equal(set_lines(0), 0);
    assert_int_equal(fake_out(&fixture_fake, 2, "typed", 5), 5);
    fixture_poll(NULL);
    assert_int_equal(serial->read(serial, got, sizeof got), 5);
}

static void line_coding_is_kept_and_nonsense_refused(void **unused)
{
    uint8_t coding[8];

    (void)unused;
    assert_int_equal(fixture_control(FROM_INTERFACE, USB_CDC_GET_LINE_CODING, 0, 0, 7, coding), 7);
    assert_int_equal(usb_cdc_rate(&fixture_cdc), 115200);
    assert_int_equal(coding[6], 8);
    assert_int_equal(set_coding(921600, 2, 1, 7), 7);
    assert_int_equal(fixture_control(FROM_INTERFACE, USB_CDC_GET_LINE_CODING, 0, 0, 7, coding), 7);
    assert_int_equal(usb_cdc_rate(&fixture_cdc), 921600);
    assert_int_equal(coding[4], 2);
    assert_int_equal(set_coding(9600, 3, 0, 8), FAKE_STALL);
    assert_int_equal(set_coding(9600, 0, 5, 8), FAKE_STALL);
    assert_int_equal(set_coding(9600, 0, 0, 9), FAKE_STALL);
    assert_int_equal(usb_cdc_rate(&fixture_cdc), 921600);
    /* Wrong lengths, directions, interfaces. */
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 6, coding),
                     FAKE_STALL);
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 8, coding),
                     FAKE_STALL);
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 0, coding),
                     FAKE_STALL);
    assert_int_equal(fixture_control(FROM_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 7, coding),
                     FAKE_STALL);
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SET_CONTROL_LINE_STATE, 1, 0, 1, coding),
                     FAKE_STALL);
    assert_int_equal(fixture_control(TO_INTERFACE, 0x24, 0, 0, 0, NULL), FAKE_STALL);
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SEND_BREAK, 0, 2, 0, NULL), FAKE_STALL);
}

static void a_line_coding_in_pieces_that_are_too_long_is_refused(void **unused)
{
    const uint8_t request[8] = {TO_INTERFACE, USB_CDC_SET_LINE_CODING, 0, 0, 0, 0, 7, 0};
    uint8_t packet[64] = {0};

    (void)unused;
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fake_out(&fixture_fake, 0, packet, 64), 64);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), FAKE_STALL);
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fake_out(&fixture_fake, 0, packet, 3), 3);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), FAKE_STALL);
    assert_int_equal(usb_cdc_rate(&fixture_cdc), 115200);
}

static void closing_the_port_at_1200_baud_is_a_touch(void **unused)
{
    (void)unused;
    assert_int_equal(set_coding(1200, 0, 0, 8), 7);
    assert_int_equal(set_lines(0), 0);
    assert_int_equal(fixture_touches, 0); /* it was not open */
    assert_int_equal(set_lines(USB_CDC_DTR), 0);
    assert_int_equal(set_lines(USB_CDC_RTS), 0);
    assert_int_equal(fixture_touches, 1);
    assert_int_equal(set_lines(0), 0);
    assert_int_equal(fixture_touches, 1);
    assert_int_equal(set_coding(9600, 0, 0, 8), 7);
    assert_int_equal(set_lines(USB_CDC_DTR), 0);
    assert_int_equal(set_lines(0), 0);
    assert_int_equal(fixture_touches, 1);
    /* A cable that is pulled is none. */
    assert_int_equal(set_coding(1200, 0, 0, 8), 7);
    assert_int_equal(set_lines(USB_CDC_DTR), 0);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(fixture_touches, 1);
    /* Nor is a system that closes what it has not opened when it has found the device again. */
    assert_true(fixture_configure());
    assert_int_equal(set_lines(0), 0);
    assert_int_equal(fixture_touches, 1);
}

static void a_break_is_told(void **unused)
{
    (void)unused;
    assert_int_equal(fixture_control(TO_INTERFACE, USB_CDC_SEND_BREAK, 250, 0, 0, NULL), 0);
    assert_int_equal(fixture_break, 250);
}

static void detaching_is_told_once_after_its_status_stage(void **unused)
{
    const uint8_t request[8] = {TO_INTERFACE, USB_DFU_DETACH, 0xE8, 3, USB_COMPOSITE_DFU, 0, 0, 0};
    uint8_t packet[64];
    uint8_t status[6];

    (void)unused;
    assert_int_equal(
        fixture_control(FROM_INTERFACE, USB_DFU_GETSTATUS, 0, USB_COMPOSITE_DFU, 6, status), 6);
    assert_int_equal(status[4], USB_DFU_APP_IDLE);
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fixture_detaches, 0);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 0);
    fixture_poll(NULL);
    assert_int_equal(fixture_detaches, 1);
    assert_int_equal(
        fixture_control(FROM_INTERFACE, USB_DFU_GETSTATE, 0, USB_COMPOSITE_DFU, 1, status), 1);
    assert_int_equal(status[0], USB_DFU_APP_IDLE);
    assert_int_equal(fixture_control(TO_INTERFACE, USB_DFU_DNLOAD, 0, USB_COMPOSITE_DFU, 6, status),
                     FAKE_STALL);
    assert_int_equal(fixture_control(FROM_INTERFACE, USB_DFU_DETACH, 0, USB_COMPOSITE_DFU, 0, NULL),
                     FAKE_STALL);
    assert_int_equal(fixture_detaches, 1);
}

static void detaching_that_a_reset_cuts_off_is_none(void **unused)
{
    const uint8_t request[8] = {TO_INTERFACE, USB_DFU_DETACH, 0xE8, 3, USB_COMPOSITE_DFU, 0, 0, 0};

    (void)unused;
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_true(fixture_configure());
    assert_int_equal(fixture_detaches, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
    const struct CMUnitTest tests[] = {
        TEST(bytes_arrive_in_order_and_the_host_waits_for_the_reader),
        TEST(one_read_takes_both_packets_and_empty_ones_mean_nothing),
        TEST(output_of_any_length_reaches_the_host_whole),
        TEST(a_full_queue_refuses_and_tells_when_there_is_room),
        TEST(what_a_halt_interrupted_goes_again),
        TEST(what_a_halt_dropped_does_not_come),
        TEST(without_a_configuration_output_is_dropped),
        TEST(the_serial_port_is_mute_until_a_terminal_is_there),
        TEST(line_coding_is_kept_and_nonsense_refused),
        TEST(a_line_coding_in_pieces_that_are_too_long_is_refused),
        TEST(closing_the_port_at_1200_baud_is_a_touch),
        TEST(a_break_is_told),
        TEST(detaching_is_told_once_after_its_status_stage),
        TEST(detaching_that_a_reset_cuts_off_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
