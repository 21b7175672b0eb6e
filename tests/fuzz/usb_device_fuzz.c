// SPDX-License-Identifier: Apache-2.0
/*
 * A hostile host and a slow device: the input says which packets come when, and when the stack
 * looks at them. The stack must keep the controller's contract and stay usable.
 */
#include <stdlib.h>
#include <string.h>

#include "usb_device_fixture.h"

static const uint8_t *input;
static size_t left;

static uint8_t next_byte(void)
{
    if (left == 0) {
        return 0;
    }
    left--;
    return *input++;
}

static void send_setup(void)
{
    uint8_t setup[8];

    for (size_t i = 0; i < sizeof setup; i++) {
        setup[i] = next_byte();
    }
    fake_setup(&fixture_fake, setup);
}

static void send_packet(void)
{
    uint8_t packet[64];
    size_t length = next_byte() % (sizeof packet + 1);
    uint8_t value = next_byte();

    memset(packet, value, sizeof packet);
    packet[0] = next_byte();
    (void)fake_out(&fixture_fake, next_byte() & 15u, packet, length);
}

static void use_stream(const struct hil_serial *serial)
{
    uint8_t bytes[100] = {0};
    size_t length = next_byte() % sizeof bytes;

    if ((next_byte() & 1u) != 0) {
        (void)serial->read(serial, bytes, length);
    } else {
        (void)serial->write(serial, bytes, length);
    }
}

static void act(uint8_t action)
{
    uint8_t packet[64];

    switch (action % 12) {
    case 0:
        fake_reset(&fixture_fake);
        break;
    case 1:
    case 2:
        send_setup();
        break;
    case 3:
        send_packet();
        break;
    case 4:
        (void)fake_in(&fixture_fake, next_byte() & 15u, packet);
        break;
    case 5:
        use_stream(&fixture_bulk.serial);
        break;
    case 6:
        use_stream(&fixture_cdc.pipe.serial);
        break;
    case 7:
        (void)fixture_configure();
        break;
    case 8:
        fixture_fake.suspend = true;
        break;
    case 9:
        fixture_fake.resume = true;
        break;
    default:
        (void)usb_device_poll(&fixture_device);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t device[18];

    input = data;
    left = size;
    fixture_start((next_byte() & 1u) != 0);
    fixture_target.block_status = next_byte() % 16;
    fixture_target.verdict = next_byte() % 16;
    while (left > 0) {
        act(next_byte());
    }
    if (!fixture_configure() ||
        fixture_control(0x80, USB_GET_DESCRIPTOR, 0x0100, 0, sizeof device, device) !=
            (int)sizeof device ||
        fixture_fake.broken != 0) {
        abort();
    }
    return 0;
}
