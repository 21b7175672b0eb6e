// SPDX-License-Identifier: Apache-2.0
/* Chapter 9 of USB 2.0: every standard request, in every state, with every error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "usb_device_fixture.h"

enum { DEVICE_IN = 0x80, INTERFACE_IN = 0x81, ENDPOINT_IN = 0x82, TO_OTHER = 3 };

/* What a request must give: bytes, an acknowledgement, or a stall. */
struct expectation {
    const char *what;
    uint8_t type;
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length;
    int result[3];    /* in the states Default, Address, Configured */
    uint8_t first[2]; /* of the answer, where there is one */
};

#define S FAKE_STALL

/* Requests that change no state. */
static const struct expectation requests[] = {
    {"device status", DEVICE_IN, USB_GET_STATUS, 0, 0, 2, {S, 2, 2}, {0, 0}},
    {"device status, short", DEVICE_IN, USB_GET_STATUS, 0, 0, 1, {S, 1, 1}, {0}},
    {"device status, nothing", DEVICE_IN, USB_GET_STATUS, 0, 0, 0, {S, 0, 0}, {0}},
    {"device status, long", DEVICE_IN, USB_GET_STATUS, 0, 0, 512, {S, 2, 2}, {0, 0}},
    {"device status, value", DEVICE_IN, USB_GET_STATUS, 1, 0, 2, {S, S, S}, {0}},
    {"device status, index", DEVICE_IN, USB_GET_STATUS, 0, 1, 2, {S, S, S}, {0}},
    {"device status, OUT", 0, USB_GET_STATUS, 0, 0, 0, {S, S, S}, {0}},
    {"interface status", INTERFACE_IN, USB_GET_STATUS, 0, 3, 2, {S, S, 2}, {0, 0}},
    {"no such interface's status", INTERFACE_IN, USB_GET_STATUS, 0, 4, 2, {S, S, S}, {0}},
    {"interface 256's status", INTERFACE_IN, USB_GET_STATUS, 0, 256, 2, {S, S, S}, {0}},
    {"endpoint 0's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0, 2, {S, 2, 2}, {0, 0}},
    {"endpoint 80's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x80, 2, {S, 2, 2}, {0, 0}},
    {"endpoint's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x82, 2, {S, S, 2}, {0, 0}},
    {"no such endpoint's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x84, 2, {S, S, S}, {0}},
    {"no such direction's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x01, 2, {S, S, S}, {0}},
    {"endpoint 0182's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x182, 2, {S, S, S}, {0}},
    {"endpoint 92's status", ENDPOINT_IN, USB_GET_STATUS, 0, 0x92, 2, {S, S, S}, {0}},
    {"other status", 0x83, USB_GET_STATUS, 0, 0, 2, {S, S, S}, {0}},

    {"remote wake-up off", 0, USB_CLEAR_FEATURE, 1, 0, 0, {S, S, S}, {0}},
    {"remote wake-up on", 0, USB_SET_FEATURE, 1, 0, 0, {S, S, S}, {0}},
    {"test mode", 0, USB_SET_FEATURE, 2, 0x0100, 0, {S, S, S}, {0}},
    {"interface feature off", 1, USB_CLEAR_FEATURE, 0, 0, 0, {S, S, S}, {0}},
    {"interface feature on", 1, USB_SET_FEATURE, 0, 0, 0, {S, S, S}, {0}},
    {"endpoint 0 halt off", 2, USB_CLEAR_FEATURE, 0, 0, 0, {S, 0, 0}, {0}},
    {"endpoint 0 halt on", 2, USB_SET_FEATURE, 0, 0x80, 0, {S, 0, 0}, {0}},
    {"endpoint halt off", 2, USB_CLEAR_FEATURE, 0, 0x83, 0, {S, S, 0}, {0}},
    {"endpoint other feature", 2, USB_SET_FEATURE, 1, 0x83, 0, {S, S, S}, {0}},
    {"endpoint halt, no such", 2, USB_SET_FEATURE, 0, 0x05, 0, {S, S, S}, {0}},
    {"endpoint halt, IN", 0x82, USB_SET_FEATURE, 0, 0x83, 0, {S, S, S}, {0}},
    {"endpoint halt, data", 2, USB_SET_FEATURE, 0, 0x83, 1, {S, S, S}, {0}},

    {"address 128", 0, USB_SET_ADDRESS, 128, 0, 0, {S, S, S}, {0}},
    {"address, index", 0, USB_SET_ADDRESS, 5, 1, 0, {S, S, S}, {0}},
    {"address, data", 0, USB_SET_ADDRESS, 5, 0, 1, {S, S, S}, {0}},
    {"address, IN", DEVICE_IN, USB_SET_ADDRESS, 5, 0, 0, {S, S, S}, {0}},
    {"address, interface", 1, USB_SET_ADDRESS, 5, 0, 0, {S, S, S}, {0}},

    {"device", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0, 18, {18, 18, 18}, {18, 1}},
    {"device, first packet", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0, 64, {18, 18, 18}, {18, 1}},
    {"device, 8 bytes", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0, 8, {8, 8, 8}, {18, 1}},
    {"device, nothing", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0, 0, {0, 0, 0}, {0}},
    {"device 1", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0101, 0, 18, {S, S, S}, {0}},
    {"device, language", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0x0409, 18, {S, S, S}, {0}},
    {"configuration", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0200, 0, 255, {124, 124, 124}, {9, 2}},
    {"configuration, head", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0200, 0, 9, {9, 9, 9}, {9, 2}},
    {"configuration, 64", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0200, 0, 64, {64, 64, 64}, {9, 2}},
    {"configuration 1", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0201, 0, 255, {S, S, S}, {0}},
    {"languages", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0300, 0, 255, {4, 4, 4}, {4, 3}},
    {"languages, language", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0300, 0x0409, 255, {S, S, S}, {0}},
    {"manufacturer", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0301, 0x0409, 255, {14, 14, 14}, {14, 3}},
    {"serial", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0303, 0x0409, 255, {28, 28, 28}, {28, 3}},
    {"serial in German", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0303, 0x0407, 255, {S, S, S}, {0}},
    {"string 5", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0305, 0x0409, 255, {S, S, S}, {0}},
    {"string 238", DEVICE_IN, USB_GET_DESCRIPTOR, 0x03EE, 0, 255, {S, S, S}, {0}},
    {"interface", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0400, 0, 9, {S, S, S}, {0}},
    {"endpoint", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0500, 0, 7, {S, S, S}, {0}},
    {"qualifier", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0600, 0, 10, {S, S, S}, {0}},
    {"other speed", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0700, 0, 9, {S, S, S}, {0}},
    {"debug", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0A00, 0, 9, {S, S, S}, {0}},
    {"BOS", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0F00, 0, 255, {40, 40, 40}, {5, 15}},
    {"type 0", DEVICE_IN, USB_GET_DESCRIPTOR, 0x0000, 0, 255, {S, S, S}, {0}},
    {"descriptor of an interface",
     INTERFACE_IN,
     USB_GET_DESCRIPTOR,
     0x2200,
     0,
     255,
     {S, S, S},
     {0}},
    {"descriptor, OUT", 0, USB_GET_DESCRIPTOR, 0x0100, 0, 0, {S, S, S}, {0}},
    {"set descriptor", 0, USB_SET_DESCRIPTOR, 0x0100, 0, 18, {S, S, S}, {0}},

    {"get configuration", DEVICE_IN, USB_GET_CONFIGURATION, 0, 0, 1, {S, 1, 1}, {0}},
    {"get configuration, value", DEVICE_IN, USB_GET_CONFIGURATION, 1, 0, 1, {S, S, S}, {0}},
    {"get configuration, index", DEVICE_IN, USB_GET_CONFIGURATION, 0, 1, 1, {S, S, S}, {0}},
    {"configuration 2", 0, USB_SET_CONFIGURATION, 2, 0, 0, {S, S, S}, {0}},
    {"configuration 256", 0, USB_SET_CONFIGURATION, 256, 0, 0, {S, S, S}, {0}},
    {"configuration, index", 0, USB_SET_CONFIGURATION, 1, 1, 0, {S, S, S}, {0}},
    {"configuration, data", 0, USB_SET_CONFIGURATION, 1, 0, 1, {S, S, S}, {0}},

    {"get interface", INTERFACE_IN, USB_GET_INTERFACE, 0, 2, 1, {S, S, 1}, {0}},
    {"get interface 4", INTERFACE_IN, USB_GET_INTERFACE, 0, 4, 1, {S, S, S}, {0}},
    {"get interface, value", INTERFACE_IN, USB_GET_INTERFACE, 1, 2, 1, {S, S, S}, {0}},
    {"get interface of device", DEVICE_IN, USB_GET_INTERFACE, 0, 2, 1, {S, S, S}, {0}},
    {"set interface", 1, USB_SET_INTERFACE, 0, 1, 0, {S, S, 0}, {0}},
    {"set interface, setting 1", 1, USB_SET_INTERFACE, 1, 1, 0, {S, S, S}, {0}},
    {"set interface 4", 1, USB_SET_INTERFACE, 0, 4, 0, {S, S, S}, {0}},
    {"set interface, data", 1, USB_SET_INTERFACE, 0, 1, 1, {S, S, S}, {0}},
    {"synch frame", ENDPOINT_IN, USB_SYNCH_FRAME, 0, 0x82, 2, {S, S, S}, {0}},

    {"reserved request 2", 0, 2, 0, 0, 0, {S, S, S}, {0}},
    {"reserved request 4", 0, 4, 0, 0, 0, {S, S, S}, {0}},
    {"request 13", 0, 13, 0, 0, 0, {S, S, S}, {0}},
    {"reserved kind", 0x60, 0, 0, 0, 0, {S, S, S}, {0}},
    {"vendor", 0xC0, 0x21, 0, 7, 64, {S, S, S}, {0}},
    {"vendor, index", 0xC0, USB_MS_OS_REQUEST, 0, 8, 64, {S, S, S}, {0}},
    {"vendor, interface", 0xC1, USB_MS_OS_REQUEST, 0, 7, 64, {S, S, S}, {0}},
    {"vendor, OUT", 0x40, USB_MS_OS_REQUEST, 0, 7, 0, {S, S, S}, {0}},
    {"Microsoft OS 2.0", 0xC0, USB_MS_OS_REQUEST, 0, 7, 4096, {178, 178, 178}, {10, 0}},
    {"class request of a device", 0xA0, USB_DFU_GETSTATE, 0, 3, 1, {S, S, S}, {0}},
    {"class request of nobody", 0xA1, USB_DFU_GETSTATE, 0, 4, 1, {S, S, S}, {0}},
    {"class request of 0103", 0xA1, USB_DFU_GETSTATE, 0, 0x0103, 1, {S, S, S}, {0}},
};

/* Brings a fresh device into a state: 0 Default, 1 Address, 2 Configured. */
static void enter(int state)
{
    fixture_start(true);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    if (state > 0) {
        assert_int_equal(fixture_control(0, USB_SET_ADDRESS, 9, 0, 0, NULL), 0);
    }
    if (state > 1) {
        assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL), 0);
    }
}

static void every_request_answers_as_the_specification_says(void **unused)
{
    static uint8_t data[4096];

    (void)unused;
    for (int state = 0; state < 3; state++) {
        for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
            const struct expectation *e = &requests[i];
            int result;

            enter(state);
            memset(data, 0xEE, sizeof data);
            result = fixture_control(e->type, e->request, e->value, e->index, e->length, data);
            if (result != e->result[state]) {
                fail_msg("%s in state %d: %d instead of %d", e->what, state, result,
                         e->result[state]);
            }
            if (result > 1 && (data[0] != e->first[0] || data[1] != e->first[1])) {
                fail_msg("%s in state %d: begins with %u %u", e->what, state, data[0], data[1]);
            }
            /* Whatever it was, the device lives on. */
            assert_int_equal(fixture_control(DEVICE_IN, USB_GET_DESCRIPTOR, 0x0100, 0, 18, data),
                             18);
            assert_int_equal(fixture_fake.broken, 0);
        }
    }
}

static void an_address_takes_effect_after_its_status_stage(void **unused)
{
    const uint8_t setup[8] = {0, USB_SET_ADDRESS, 77, 0, 0, 0, 0, 0};
    uint8_t packet[64];

    (void)unused;
    enter(0);
    fake_setup(&fixture_fake, setup);
    fixture_poll(NULL);
    assert_int_equal(fixture_fake.address, 0);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 0);
    assert_int_equal(fixture_fake.address, 77);
    fixture_poll(NULL);
    assert_int_equal(fixture_device.state, USB_ADDRESSED);
    assert_int_equal(fixture_control(0, USB_SET_ADDRESS, 0, 0, 0, NULL), 0);
    assert_int_equal(fixture_device.state, USB_DEFAULT);
    /* Configured, a device has its address. */
    enter(2);
    assert_int_equal(fixture_control(0, USB_SET_ADDRESS, 3, 0, 0, NULL), FAKE_STALL);
}

static void configuring_opens_all_endpoints_and_none_else(void **unused)
{
    uint8_t value = 9;

    (void)unused;
    enter(2);
    for (unsigned n = 1; n < 16; n++) {
        assert_int_equal(fixture_fake.in[n].open, n <= 3);
        assert_int_equal(fixture_fake.out[n].open, n == 2 || n == 3);
    }
    assert_int_equal(fixture_fake.in[1].type, HIL_USB_INTERRUPT);
    assert_int_equal(fixture_fake.in[1].packet, 16);
    assert_int_equal(fixture_control(DEVICE_IN, USB_GET_CONFIGURATION, 0, 0, 1, &value), 1);
    assert_int_equal(value, 1);
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 0, 0, 0, NULL), 0);
    assert_int_equal(fixture_device.state, USB_ADDRESSED);
    assert_int_equal(fixture_control(DEVICE_IN, USB_GET_CONFIGURATION, 0, 0, 1, &value), 1);
    assert_int_equal(value, 0);
    for (unsigned n = 1; n < 16; n++) {
        assert_false(fixture_fake.in[n].open || fixture_fake.out[n].open);
    }
    /* A configuration that is refused leaves the old one as it was. */
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL), 0);
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 2, 0, 0, NULL), FAKE_STALL);
    assert_int_equal(fixture_device.state, USB_CONFIGURED);
}

static void a_controller_without_an_endpoint_is_not_configured(void **unused)
{
    (void)unused;
    enter(1);
    fixture_fake.refuse = 1u << 3;
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL), FAKE_STALL);
    assert_int_equal(fixture_device.state, USB_ADDRESSED);
    for (unsigned n = 1; n < 16; n++) {
        assert_false(fixture_fake.in[n].open || fixture_fake.out[n].open);
    }
    fixture_fake.refuse = 0;
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL), 0);
}

static void a_halt_is_seen_and_ends_with_data0(void **unused)
{
    static const uint8_t endpoints[] = {0x02, 0x82, 0x03, 0x83, 0x81};
    uint8_t status[2];
    uint8_t packet[64] = {0};

    (void)unused;
    for (size_t i = 0; i < sizeof endpoints; i++) {
        uint8_t e = endpoints[i];
        bool in = (e & 0x80u) != 0;
        struct fake_endpoint *fake = in ? &fixture_fake.in[e & 15u] : &fixture_fake.out[e];

        enter(2);
        fake->data1 = true;
        assert_int_equal(fixture_control(2, USB_SET_FEATURE, USB_ENDPOINT_HALT, e, 0, NULL), 0);
        assert_int_equal(in ? fake_in(&fixture_fake, e & 15u, packet)
                            : fake_out(&fixture_fake, e, packet, 1),
                         FAKE_STALL);
        assert_int_equal(fixture_control(ENDPOINT_IN, USB_GET_STATUS, 0, e, 2, status), 2);
        assert_int_equal(status[0], 1);
        assert_int_equal(fixture_control(2, USB_CLEAR_FEATURE, USB_ENDPOINT_HALT, e, 0, NULL), 0);
        assert_int_equal(fixture_control(ENDPOINT_IN, USB_GET_STATUS, 0, e, 2, status), 2);
        assert_int_equal(status[0], 0);
        assert_false(fake->data1);
        assert_int_equal(in ? fake_in(&fixture_fake, e & 15u, packet)
                            : fake_out(&fixture_fake, e, packet, 1),
                         in ? FAKE_NAK : 1);
        assert_int_equal(fixture_fake.broken, 0);
    }
}

static void choosing_a_setting_again_resets_toggles_and_halts(void **unused)
{
    uint8_t status[2];

    (void)unused;
    enter(2);
    assert_int_equal(fixture_control(2, USB_SET_FEATURE, USB_ENDPOINT_HALT, 0x83, 0, NULL), 0);
    assert_int_equal(fixture_control(1, USB_SET_INTERFACE, 0, 2, 0, NULL), 0);
    assert_int_equal(fixture_control(ENDPOINT_IN, USB_GET_STATUS, 0, 0x83, 2, status), 2);
    assert_int_equal(status[0], 0);
    assert_int_equal(fake_out(&fixture_fake, 3, "x", 1), 1);
    assert_int_equal(fixture_fake.broken, 0);
}

static void a_reset_begins_anew(void **unused)
{
    uint8_t data[18];

    (void)unused;
    enter(2);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(fixture_device.state, USB_DEFAULT);
    assert_int_equal(fixture_control(DEVICE_IN, USB_GET_CONFIGURATION, 0, 0, 1, data), FAKE_STALL);
    assert_true(fixture_configure());
    assert_int_equal(fixture_fake.broken, 0);
}

static void suspension_is_noticed_and_ends(void **unused)
{
    (void)unused;
    enter(2);
    fixture_fake.suspend = true;
    fixture_poll(NULL);
    assert_true(fixture_device.suspended);
    fixture_fake.resume = true;
    fixture_poll(NULL);
    assert_false(fixture_device.suspended);
    assert_int_equal(fixture_device.state, USB_CONFIGURED);
    fixture_fake.suspend = true;
    fixture_poll(NULL);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_false(fixture_device.suspended);
}

static void an_answer_that_ends_with_a_full_packet_gets_an_empty_one(void **unused)
{
    const uint8_t head[8] = {0xC0, USB_MS_OS_REQUEST, 0, 0, 7, 0, 0x80, 0x00}; /* 128 bytes */
    uint8_t packet[64];

    (void)unused;
    enter(0);
    /* Exactly as much as was asked for: no empty packet. */
    fake_setup(&fixture_fake, head);
    for (int i = 0; i < 2; i++) {
        fixture_poll(NULL);
        assert_int_equal(fake_in(&fixture_fake, 0, packet), 64);
    }
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), FAKE_NAK);
    assert_int_equal(fake_out(&fixture_fake, 0, NULL, 0), 0);
    fixture_poll(NULL);
    assert_int_equal(fixture_device.stage, USB_STAGE_IDLE);
    /* Less than was asked for, all packets full: an empty one. */
    {
        const uint8_t string[8] = {0x80, USB_GET_DESCRIPTOR, 2, USB_STRING, 9, 4, 255, 0};
        static const char *texts[4] = {"", "", "", ""};
        static struct usb_descriptors set;
        static struct usb_device_config config;

        set = *fixture_device.config->descriptors;
        config = *fixture_device.config;
        texts[1] = "thirty-one characters long text"; /* 2 + 62 bytes */
        set.strings = texts;
        config.descriptors = &set;
        fixture_device.config = &config;
        fake_setup(&fixture_fake, string);
        fixture_poll(NULL);
        assert_int_equal(fake_in(&fixture_fake, 0, packet), 64);
        fixture_poll(NULL);
        assert_int_equal(fake_in(&fixture_fake, 0, packet), 0);
        fixture_poll(NULL);
        assert_int_equal(fake_out(&fixture_fake, 0, NULL, 0), 0);
        /* A longer text is cut, never written past its buffer. */
        texts[1] = "a text that is much longer than thirty-one characters";
        fake_setup(&fixture_fake, string);
        fixture_poll(NULL);
        assert_int_equal(fake_in(&fixture_fake, 0, packet), 64);
        assert_int_equal(packet[0], 64);
    }
    assert_int_equal(fixture_fake.broken, 0);
}

static void stopping_takes_the_device_off_the_bus(void **unused)
{
    (void)unused;
    enter(2);
    usb_device_stop(&fixture_device);
    assert_false(fixture_fake.attached);
    assert_false(fixture_bulk.usable);
    assert_int_equal(fixture_device.state, USB_ATTACHED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_answers_as_the_specification_says),
        cmocka_unit_test(an_address_takes_effect_after_its_status_stage),
        cmocka_unit_test(configuring_opens_all_endpoints_and_none_else),
        cmocka_unit_test(a_controller_without_an_endpoint_is_not_configured),
        cmocka_unit_test(a_halt_is_seen_and_ends_with_data0),
        cmocka_unit_test(choosing_a_setting_again_resets_toggles_and_halts),
        cmocka_unit_test(a_reset_begins_anew),
        cmocka_unit_test(suspension_is_noticed_and_ends),
        cmocka_unit_test(an_answer_that_ends_with_a_full_packet_gets_an_empty_one),
        cmocka_unit_test(stopping_takes_the_device_off_the_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
