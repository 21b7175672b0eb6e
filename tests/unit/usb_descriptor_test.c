// SPDX-License-Identifier: Apache-2.0
/* The descriptor sets, read as a host reads them: lengths, nesting, references. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>

#include "usb_device_fixture.h"

/* Feature lengths and types of Microsoft OS 2.0 Descriptors, tables 10 to 21. */
enum { MS_HEADER = 0, MS_CONFIGURATION = 1, MS_FUNCTION = 2, MS_COMPATIBLE = 3, MS_REGISTRY = 4 };

static uint8_t set[4096];

static size_t fetch(uint8_t type, uint8_t request, uint16_t value, uint16_t index)
{
    int length = fixture_control(type, request, value, index, sizeof set, set);

    assert_true(length > 0);
    return (size_t)length;
}

/* What is known of the interfaces of a configuration. */
struct seen {
    unsigned interfaces;
    unsigned endpoints;
    unsigned promised; /* endpoints that the last interface said it has */
    bool dfu;
    uint16_t in;
    uint16_t out;
};

static void take_interface(struct seen *seen, const uint8_t *p)
{
    assert_int_equal(p[0], 9);
    assert_int_equal(seen->endpoints, seen->promised);
    assert_int_equal(p[2], seen->interfaces);
    assert_int_equal(p[3], 0);
    assert_true(p[8] <= 4);
    seen->interfaces++;
    seen->endpoints = 0;
    seen->promised = p[4];
    seen->dfu = p[5] == 0xFE && p[6] == 1;
}

static void take_endpoint(struct seen *seen, const uint8_t *p)
{
    uint16_t bit = (uint16_t)(1u << (p[2] & 15u));
    uint16_t *table = (p[2] & 0x80u) != 0 ? &seen->in : &seen->out;

    assert_int_equal(p[0], 7);
    assert_int_equal(p[2] & 0x70u, 0);
    assert_int_not_equal(p[2] & 15u, 0);
    assert_int_equal(*table & bit, 0); /* nobody else has it */
    *table |= bit;
    if (p[3] == HIL_USB_BULK) {
        assert_int_equal(bytes_get_u16(p + 4), 64);
        assert_int_equal(p[6], 0);
    } else {
        assert_int_equal(p[3], HIL_USB_INTERRUPT);
        assert_in_range(bytes_get_u16(p + 4), 1, 64);
        assert_in_range(p[6], 1, 255);
    }
    seen->endpoints++;
}

static void take_association(const struct seen *seen, const uint8_t *p)
{
    assert_int_equal(p[0], 8);
    assert_int_equal(p[2], seen->interfaces); /* it comes before its first interface */
    assert_int_equal(p[3], 2);
    assert_int_equal(p[4], p[USB_ASSOCIATION_SIZE + 5]); /* as its first interface */
    assert_int_equal(p[5], p[USB_ASSOCIATION_SIZE + 6]);
    assert_int_equal(p[6], p[USB_ASSOCIATION_SIZE + 7]);
}

/* CDC 1.2, 5.2.3; or the DFU functional descriptor, DFU 1.1, table 4.2. */
static void take_functional(const struct seen *seen, const uint8_t *p)
{
    static const uint8_t lengths[] = {[0] = 5, [1] = 5, [2] = 4, [6] = 5};

    if (p[1] == 0x21) {
        assert_true(seen->dfu);
        assert_int_equal(p[0], 9);
        assert_int_equal(p[2] & USB_DFU_CAN_UPLOAD, 0);
        assert_int_equal(p[2] & USB_DFU_CAN_DOWNLOAD, USB_DFU_CAN_DOWNLOAD);
        assert_int_equal(bytes_get_u16(p + 5), FIXTURE_TRANSFER);
        assert_int_equal(bytes_get_u16(p + 7), 0x0110);
        return;
    }
    assert_int_equal(p[1], USB_CS_INTERFACE);
    assert_true(p[2] < sizeof lengths && p[0] == lengths[p[2]]);
    if (p[2] == 1) {
        assert_int_equal(p[4], seen->interfaces); /* data goes over the next interface */
    } else if (p[2] == 6) {
        assert_int_equal(p[3], seen->interfaces - 1);
        assert_int_equal(p[4], seen->interfaces);
    }
}

static void check_configuration(size_t length)
{
    struct seen seen = {0};
    size_t at = 9;

    assert_int_equal(set[0], 9);
    assert_int_equal(set[1], USB_CONFIGURATION);
    assert_int_equal(bytes_get_u16(set + 2), length);
    assert_int_equal(set[5], 1);
    assert_int_equal(set[7] & 0x9Fu, 0x80);
    while (at < length) {
        const uint8_t *p = set + at;

        assert_in_range(p[0], 2, length - at);
        switch (p[1]) {
        case USB_INTERFACE:
            take_interface(&seen, p);
            break;
        case USB_ENDPOINT:
            take_endpoint(&seen, p);
            break;
        case USB_INTERFACE_ASSOCIATION:
            take_association(&seen, p);
            break;
        default:
            take_functional(&seen, p);
            break;
        }
        at += p[0];
    }
    assert_int_equal(at, length);
    assert_int_equal(seen.endpoints, seen.promised);
    assert_int_equal(seen.interfaces, set[4]);
}

static void the_configuration_is_well_formed(void **unused)
{
    (void)unused;
    for (int mode = 0; mode < 2; mode++) {
        fixture_start(mode != 0);
        assert_true(fixture_configure());
        check_configuration(fetch(0x80, USB_GET_DESCRIPTOR, 0x0200, 0));
        /* The DFU interface says which of the two it is. */
        assert_int_equal(set[124 - USB_DFU_SIZE + 7], mode != 0 ? USB_DFU_MODE : USB_DFU_RUNTIME);
    }
}

static void the_device_descriptor_names_test_ids_and_a_serial_number(void **unused)
{
    (void)unused;
    fixture_start(false);
    assert_true(fixture_configure());
    assert_int_equal(fetch(0x80, USB_GET_DESCRIPTOR, 0x0100, 0), 18);
    assert_int_equal(bytes_get_u16(set + 2), 0x0210);
    assert_int_equal(set[4], 0xEF); /* interface associations */
    assert_int_equal(set[5], 2);
    assert_int_equal(set[6], 1);
    assert_int_equal(set[7], 64);
    assert_int_equal(bytes_get_u16(set + 8), FIXTURE_VENDOR);
    assert_int_equal(bytes_get_u16(set + 10), FIXTURE_PRODUCT);
    assert_int_not_equal(set[16], 0);
    assert_int_equal(set[17], 1);
    assert_int_equal(fetch(0x80, USB_GET_DESCRIPTOR, (uint16_t)(0x0300 | set[16]), 0x0409), 28);
    assert_int_equal(set[2], 'S');
    assert_int_equal(set[3], 0);
}

/* All strings that descriptors name exist. */
static void all_strings_exist(void **unused)
{
    (void)unused;
    fixture_start(false);
    assert_true(fixture_configure());
    for (uint16_t i = 1; i <= 4; i++) {
        size_t length = fetch(0x80, USB_GET_DESCRIPTOR, (uint16_t)(0x0300 | i), 0x0409);

        assert_int_equal(set[0], length);
        assert_int_equal(set[1], USB_STRING);
        assert_int_equal(length % 2, 0);
        assert_true(length > 2);
    }
}

static void the_object_store_announces_the_microsoft_set(void **unused)
{
    static const uint8_t platform[16] = {0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C,
                                         0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F};
    size_t length;
    size_t at = 5;
    unsigned capabilities = 0;
    uint16_t announced = 0;

    (void)unused;
    fixture_start(false);
    assert_true(fixture_configure());
    length = fetch(0x80, USB_GET_DESCRIPTOR, 0x0F00, 0);
    assert_int_equal(set[0], 5);
    assert_int_equal(bytes_get_u16(set + 2), length);
    for (; at < length; at += set[at]) {
        const uint8_t *p = set + at;

        assert_in_range(p[0], 3, length - at);
        assert_int_equal(p[1], USB_DEVICE_CAPABILITY);
        capabilities++;
        if (p[2] == 5) {
            assert_int_equal(p[0], 28);
            assert_memory_equal(p + 4, platform, sizeof platform);
            assert_int_equal(bytes_get_u32(p + 20), 0x06030000);
            announced = bytes_get_u16(p + 24);
            assert_int_equal(p[26], USB_MS_OS_REQUEST);
            assert_int_equal(p[27], 0);
        }
    }
    assert_int_equal(at, length);
    assert_int_equal(capabilities, set[4]);
    assert_int_equal(fetch(0xC0, USB_MS_OS_REQUEST, 0, 7), announced);
}

/* A registry property: DeviceInterfaceGUIDs, REG_MULTI_SZ, one interface class. */
static void check_property(const uint8_t *p, size_t length)
{
    static const char name[] = "DeviceInterfaceGUIDs";
    size_t name_length = bytes_get_u16(p + 6);
    const uint8_t *data = p + 10 + name_length;
    size_t size = bytes_get_u16(p + 8 + name_length);

    assert_int_equal(bytes_get_u16(p + 4), 7);
    assert_int_equal(name_length, 2 * sizeof name);
    assert_int_equal(length, 10 + name_length + size);
    for (size_t i = 0; i < sizeof name; i++) {
        assert_int_equal(bytes_get_u16(p + 8 + 2 * i), name[i]);
    }
    assert_int_equal(size, 80);
    for (size_t i = 0; i < 40; i++) {
        static const char form[41] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}\0";
        uint16_t c = bytes_get_u16(data + 2 * i);

        if (form[i] != 'x') {
            assert_int_equal(c, form[i]);
        } else {
            assert_true((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'));
        }
    }
}

/* One function's part: which interface, WINUSB, its class. Answers the interface. */
static uint8_t check_function(const uint8_t *p, size_t room)
{
    size_t length = bytes_get_u16(p + 6);
    size_t at = 8;
    bool compatible = false;
    bool property = false;

    assert_int_equal(bytes_get_u16(p), 8);
    assert_int_equal(bytes_get_u16(p + 2), MS_FUNCTION);
    assert_int_equal(p[5], 0);
    assert_in_range(length, 8, room);
    while (at < length) {
        size_t size = bytes_get_u16(p + at);

        assert_in_range(size, 4, length - at);
        if (bytes_get_u16(p + at + 2) == MS_COMPATIBLE) {
            assert_int_equal(size, 20);
            assert_memory_equal(p + at + 4, "WINUSB\0\0\0\0\0\0\0\0\0\0", 16);
            compatible = true;
        } else {
            assert_int_equal(bytes_get_u16(p + at + 2), MS_REGISTRY);
            check_property(p + at, size);
            property = true;
        }
        at += size;
    }
    assert_int_equal(at, length);
    assert_true(compatible && property);
    return p[4];
}

static void the_microsoft_set_is_well_formed(void **unused)
{
    size_t length;
    size_t at = 18;
    unsigned interfaces = 0;

    (void)unused;
    fixture_start(false);
    assert_true(fixture_configure());
    length = fetch(0xC0, USB_MS_OS_REQUEST, 0, 7);
    assert_int_equal(bytes_get_u16(set), 10);
    assert_int_equal(bytes_get_u16(set + 2), MS_HEADER);
    assert_int_equal(bytes_get_u32(set + 4), 0x06030000);
    assert_int_equal(bytes_get_u16(set + 8), length);
    assert_int_equal(bytes_get_u16(set + 10), 8);
    assert_int_equal(bytes_get_u16(set + 12), MS_CONFIGURATION);
    assert_int_equal(set[14], 0); /* the first configuration */
    assert_int_equal(bytes_get_u16(set + 16), length - 10);
    while (at < length) {
        /* Windows has a driver of its own for the serial port. */
        interfaces |= 1u << check_function(set + at, length - at);
        at += bytes_get_u16(set + at + 6);
    }
    assert_int_equal(at, length);
    assert_int_equal(interfaces, 1u << USB_COMPOSITE_BULK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_configuration_is_well_formed),
        cmocka_unit_test(the_device_descriptor_names_test_ids_and_a_serial_number),
        cmocka_unit_test(all_strings_exist),
        cmocka_unit_test(the_object_store_announces_the_microsoft_set),
        cmocka_unit_test(the_microsoft_set_is_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
