// SPDX-License-Identifier: Apache-2.0
/* A host that means harm: setup packets of every shape, packets at any moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "usb_device_fixture.h"

static const uint16_t values[] = {0, 1, 2, 7, 0x80, 0xFF, 0x100, 0x0200, 0x0301, 0x0F00, 0xFFFF};
static const uint16_t indices[] = {0, 2, 3, 7, 0x83, 0x0409, 0xFFFF};
static const uint16_t lengths[] = {0, 1, 6, 64, 0x0100, 0xFFFF};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* After whatever came, the device is found and set up again. */
static void assert_alive(void)
{
    uint8_t data[18];

    assert_true(fixture_configure());
    assert_int_equal(fixture_control(0x80, USB_GET_DESCRIPTOR, 0x0100, 0, 18, data), 18);
    assert_int_equal(fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL), 0);
    assert_int_equal(fixture_fake.broken, 0);
}

/* Plays a transfer to some point, with data where it has some. */
static void play(const uint8_t setup[8], unsigned packets)
{
    uint8_t packet[64] = {0xA5};

    fake_setup(&fixture_fake, setup);
    fixture_poll(NULL);
    for (unsigned i = 0; i < packets; i++) {
        (void)fake_in(&fixture_fake, 0, packet);
        (void)fake_out(&fixture_fake, 0, packet, i == 1 ? 64 : 7);
        fixture_poll(NULL);
    }
}

static void setup_packets_of_every_shape(void **state)
{
    bool dfu = *(const bool *)*state;

    fixture_start(dfu);
    assert_true(fixture_configure());
    for (unsigned type = 0; type < 256; type++) {
        for (unsigned request = 0; request < 256; request = request == 0x30 ? 0xFF : request + 1) {
            for (size_t v = 0; v < COUNT(values); v++) {
                for (size_t i = 0; i < COUNT(indices); i++) {
                    uint16_t length = lengths[(type + request + v + i) % COUNT(lengths)];
                    const uint8_t setup[8] = {(uint8_t)type,       (uint8_t)request,
                                              (uint8_t)values[v],  (uint8_t)(values[v] >> 8),
                                              (uint8_t)indices[i], (uint8_t)(indices[i] >> 8),
                                              (uint8_t)length,     (uint8_t)(length >> 8)};

                    play(setup, (unsigned)(v % 4));
                }
            }
        }
        assert_alive();
    }
}

static void a_reset_at_every_point_of_a_transfer(void **unused)
{
    static const uint8_t setups[][8] = {
        {0x80, USB_GET_DESCRIPTOR, 0, 2, 0, 0, 255, 0},
        {0, USB_SET_ADDRESS, 9, 0, 0, 0, 0, 0},
        {0, USB_SET_CONFIGURATION, 1, 0, 0, 0, 0, 0},
        {0x21, USB_DFU_DNLOAD, 0, 0, USB_COMPOSITE_DFU, 0, 200, 0},
        {0x21, USB_CDC_SET_LINE_CODING, 0, 0, 0, 0, 7, 0},
    };

    (void)unused;
    fixture_start(true);
    for (size_t i = 0; i < COUNT(setups); i++) {
        for (unsigned packets = 0; packets < 5; packets++) {
            assert_true(fixture_configure());
            play(setups[i], packets);
            fake_reset(&fixture_fake);
            assert_alive();
            /* Also when the stack learns of setup and reset in one go. */
            fake_setup(&fixture_fake, setups[i]);
            fake_reset(&fixture_fake);
            fake_setup(&fixture_fake, setups[i]);
            fixture_poll(NULL);
            assert_alive();
        }
    }
}

static void a_setup_overtakes_what_was_under_way(void **unused)
{
    const uint8_t first[8] = {0x80, USB_GET_DESCRIPTOR, 0, 2, 0, 0, 255, 0};
    const uint8_t second[8] = {0x80, USB_GET_DESCRIPTOR, 0, 1, 0, 0, 18, 0};
    uint8_t packet[64];

    (void)unused;
    fixture_start(false);
    assert_true(fixture_configure());
    fake_setup(&fixture_fake, first);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 64);
    /* The packet's event was not fetched yet: it must not move the second transfer on. */
    fake_setup(&fixture_fake, second);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 18);
    assert_int_equal(packet[1], USB_DEVICE);
    assert_int_equal(fixture_fake.broken, 0);
}

static void a_setup_before_the_first_reset_is_refused(void **unused)
{
    const uint8_t setup[8] = {0x80, USB_GET_DESCRIPTOR, 0, 1, 0, 0, 18, 0};
    uint8_t packet[64];

    (void)unused;
    fixture_start(false);
    fixture_fake.in[0].open = true;
    fixture_fake.out[0].open = true;
    fake_setup(&fixture_fake, setup);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), FAKE_STALL);
    assert_alive();
}

int main(void)
{
    static bool runtime = false;
    static bool dfu = true;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(setup_packets_of_every_shape, &runtime),
        cmocka_unit_test_prestate(setup_packets_of_every_shape, &dfu),
        cmocka_unit_test(a_reset_at_every_point_of_a_transfer),
        cmocka_unit_test(a_setup_overtakes_what_was_under_way),
        cmocka_unit_test(a_setup_before_the_first_reset_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
