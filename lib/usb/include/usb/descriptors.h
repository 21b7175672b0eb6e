// SPDX-License-Identifier: Apache-2.0
/*
 * Descriptor sets as lists of bytes, put together by the compiler. A board takes the pieces for the
 * functions that it has:
 *
 *     static const uint8_t configuration[] = {
 *         USB_CONFIGURATION_BYTES(USB_CDC_SIZE + USB_BULK_SIZE, 3, 100),
 *         USB_CDC_BYTES(0, 0x81, 0x02, 0x82),
 *         USB_BULK_BYTES(2, 4, 0x03, 0x83),
 *     };
 *
 * usb/composite.h does this for the set that Gantry's boards have.
 */
#ifndef USB_DESCRIPTORS_H
#define USB_DESCRIPTORS_H

#include <stdint.h>

#include <usb/protocol.h>

/** A 16-bit and a 32-bit value, low byte first. */
#define USB_U16(value) (uint8_t)((value)&0xFFu), (uint8_t)(((value) >> 8) & 0xFFu)
#define USB_U32(value) USB_U16((value)&0xFFFFu), USB_U16((uint32_t)(value) >> 16)

/** What device descriptors say of strings: 1 manufacturer, 2 product, 3 serial number. */
#define USB_STRING_SERIAL 3u

/* clang-format off */

/**
 * A device of several functions (EF/02/01: it has interface associations), USB 2.1 for the BOS.
 * @param release  bcdDevice; to be raised when descriptors change, since Windows remembers them
 */
#define USB_DEVICE_SIZE 18u
#define USB_DEVICE_BYTES(vendor, product, release) \
    USB_DEVICE_SIZE, USB_DEVICE, USB_U16(0x0210), 0xEF, 0x02, 0x01, 64, \
    USB_U16(vendor), USB_U16(product), USB_U16(release), 1, 2, USB_STRING_SERIAL, 1

/**
 * The head of a configuration: powered by the bus, no remote wake-up.
 * @param functions    bytes of what follows
 * @param milliampere  0 to 500
 */
#define USB_CONFIGURATION_SIZE 9u
#define USB_CONFIGURATION_BYTES(functions, interfaces, milliampere) \
    USB_CONFIGURATION_SIZE, USB_CONFIGURATION, USB_U16(USB_CONFIGURATION_SIZE + (functions)), \
    (interfaces), USB_CONFIGURATION_VALUE, 0, 0x80, (milliampere) / 2

/** Interfaces that belong together: one function for the host's drivers. */
#define USB_ASSOCIATION_SIZE 8u
#define USB_ASSOCIATION_BYTES(first, interfaces, class, subclass, protocol) \
    USB_ASSOCIATION_SIZE, USB_INTERFACE_ASSOCIATION, (first), (interfaces), (class), (subclass), \
    (protocol), 0

/** An interface and an endpoint. */
#define USB_INTERFACE_SIZE 9u
#define USB_INTERFACE_BYTES(number, endpoints, class, subclass, protocol, string) \
    USB_INTERFACE_SIZE, USB_INTERFACE, (number), 0, (endpoints), (class), (subclass), (protocol), \
    (string)
#define USB_ENDPOINT_SIZE 7u
#define USB_ENDPOINT_BYTES(address, type, packet, interval) \
    USB_ENDPOINT_SIZE, USB_ENDPOINT, (address), (type), USB_U16(packet), (interval)

/**
 * CDC-ACM: two interfaces, `interface` and the one after it. Protocol 0, no AT commands: nothing
 * that holds a modem's manager up. Capabilities: line coding and states, break.
 */
#define USB_CDC_SIZE 66u
#define USB_CDC_BYTES(interface, notification, out, in) \
    USB_ASSOCIATION_BYTES(interface, 2, 0x02, 0x02, 0x00), \
    USB_INTERFACE_BYTES(interface, 1, 0x02, 0x02, 0x00, 0), \
    5, USB_CS_INTERFACE, 0x00, USB_U16(0x0110), \
    5, USB_CS_INTERFACE, 0x01, 0x00, (interface) + 1, \
    4, USB_CS_INTERFACE, 0x02, 0x06, \
    5, USB_CS_INTERFACE, 0x06, (interface), (interface) + 1, \
    USB_ENDPOINT_BYTES(notification, HIL_USB_INTERRUPT, 16, 16), \
    USB_INTERFACE_BYTES((interface) + 1, 2, 0x0A, 0x00, 0x00, 0), \
    USB_ENDPOINT_BYTES(out, HIL_USB_BULK, 64, 0), \
    USB_ENDPOINT_BYTES(in, HIL_USB_BULK, 64, 0)

/** A vendor's interface with two bulk endpoints. */
#define USB_BULK_SIZE 23u
#define USB_BULK_BYTES(interface, string, out, in) \
    USB_INTERFACE_BYTES(interface, 2, 0xFF, 0x00, 0x00, string), \
    USB_ENDPOINT_BYTES(out, HIL_USB_BULK, 64, 0), \
    USB_ENDPOINT_BYTES(in, HIL_USB_BULK, 64, 0)

/**
 * DFU 1.1.
 * @param protocol    USB_DFU_RUNTIME or USB_DFU_MODE
 * @param detach_ms   wDetachTimeOut
 * @param transfer    most bytes of a block
 */
#define USB_DFU_SIZE 18u
#define USB_DFU_BYTES(interface, protocol, string, attributes, detach_ms, transfer) \
    USB_INTERFACE_BYTES(interface, 0, 0xFE, 0x01, protocol, string), \
    9, 0x21, (attributes), USB_U16(detach_ms), USB_U16(transfer), USB_U16(0x0110)

/**
 * Binary device object store: USB 2.0 extension (no link power management) and the platform
 * capability {D8DD60DF-4589-4CC7-9CD2-659D9E648A9F} that announces the Microsoft OS 2.0 set.
 * @param set  bytes of that set
 */
#define USB_BOS_SIZE 40u
#define USB_BOS_BYTES(set) \
    5, USB_BOS, USB_U16(USB_BOS_SIZE), 2, \
    7, USB_DEVICE_CAPABILITY, 0x02, USB_U32(0), \
    28, USB_DEVICE_CAPABILITY, 0x05, 0, \
    0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C, 0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F, \
    USB_U32(0x06030000), USB_U16(set), USB_MS_OS_REQUEST, 0

/** The head of a Microsoft OS 2.0 set for Windows 8.1 on, and of its configuration's part. */
#define USB_MS_OS_HEAD_SIZE 18u
#define USB_MS_OS_HEAD_BYTES(functions) \
    USB_U16(10), USB_U16(0), USB_U32(0x06030000), USB_U16(USB_MS_OS_HEAD_SIZE + (functions)), \
    USB_U16(8), USB_U16(1), 0, 0, USB_U16(USB_MS_OS_HEAD_SIZE - 10u + (functions))

/**
 * One function, named by its first interface, that Windows binds WinUSB to, and the interface class
 * by which programs find it: {B7E9A2C4-63D1-4F0B-9A58-2D41C07FE3A6}.
 */
#define USB_MS_OS_FUNCTION_SIZE 160u
#define USB_MS_OS_FUNCTION_BYTES(interface) \
    USB_U16(8), USB_U16(2), (interface), 0, USB_U16(USB_MS_OS_FUNCTION_SIZE), \
    USB_U16(20), USB_U16(3), 'W', 'I', 'N', 'U', 'S', 'B', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
    USB_U16(132), USB_U16(4), USB_U16(7), USB_U16(42), \
    'D', 0, 'e', 0, 'v', 0, 'i', 0, 'c', 0, 'e', 0, 'I', 0, 'n', 0, 't', 0, 'e', 0, 'r', 0, \
    'f', 0, 'a', 0, 'c', 0, 'e', 0, 'G', 0, 'U', 0, 'I', 0, 'D', 0, 's', 0, 0, 0, USB_U16(80), \
    '{', 0, 'B', 0, '7', 0, 'E', 0, '9', 0, 'A', 0, '2', 0, 'C', 0, '4', 0, '-', 0, \
    '6', 0, '3', 0, 'D', 0, '1', 0, '-', 0, '4', 0, 'F', 0, '0', 0, 'B', 0, '-', 0, \
    '9', 0, 'A', 0, '5', 0, '8', 0, '-', 0, '2', 0, 'D', 0, '4', 0, '1', 0, 'C', 0, '0', 0, \
    '7', 0, 'F', 0, 'E', 0, '3', 0, 'A', 0, '6', 0, '}', 0, 0, 0, 0, 0

/* clang-format on */

#endif
