// SPDX-License-Identifier: Apache-2.0
/*
 * The set of functions that Gantry's boards have: interfaces 0 and 1 a serial port, 2 the flash
 * protocol over bulk endpoints, 3 DFU, at run time or as DFU mode. The last two are one function,
 * so that one driver of the host has both.
 */
#ifndef USB_COMPOSITE_H
#define USB_COMPOSITE_H

#include <usb/descriptors.h>
#include <usb/device.h>

/** Endpoints and interfaces of the set. */
#define USB_COMPOSITE_NOTIFICATION 0x81u
#define USB_COMPOSITE_CDC_OUT      0x02u
#define USB_COMPOSITE_CDC_IN       0x82u
#define USB_COMPOSITE_BULK_OUT     0x03u
#define USB_COMPOSITE_BULK_IN      0x83u
#define USB_COMPOSITE_CDC          0u
#define USB_COMPOSITE_BULK         2u
#define USB_COMPOSITE_DFU          3u
#define USB_COMPOSITE_INTERFACES   4u
#define USB_COMPOSITE_SIZE         (USB_CDC_SIZE + USB_ASSOCIATION_SIZE + USB_BULK_SIZE + USB_DFU_SIZE)

/* clang-format off */

/**
 * Defines `static const struct usb_descriptors NAME`.
 * @param vendor, product  the ids; a board gets them from the build, which has none of its own
 * @param release          bcdDevice
 * @param dfu_protocol     USB_DFU_RUNTIME or USB_DFU_MODE
 * @param attributes       of DFU
 * @param transfer         most bytes of a DFU block
 * @param texts            array of four strings: manufacturer, product, serial number, name of what
 *                         DFU replaces
 */
#define USB_COMPOSITE(name, vendor, product, release, dfu_protocol, attributes, transfer, texts) \
    static const uint8_t name##_device[] = {USB_DEVICE_BYTES(vendor, product, release)}; \
    static const uint8_t name##_configuration[] = { \
        USB_CONFIGURATION_BYTES(USB_COMPOSITE_SIZE, USB_COMPOSITE_INTERFACES, 100), \
        USB_CDC_BYTES(USB_COMPOSITE_CDC, USB_COMPOSITE_NOTIFICATION, USB_COMPOSITE_CDC_OUT, \
                      USB_COMPOSITE_CDC_IN), \
        USB_ASSOCIATION_BYTES(USB_COMPOSITE_BULK, 2, 0xFF, 0x00, 0x00), \
        USB_BULK_BYTES(USB_COMPOSITE_BULK, 0, USB_COMPOSITE_BULK_OUT, USB_COMPOSITE_BULK_IN), \
        USB_DFU_BYTES(USB_COMPOSITE_DFU, dfu_protocol, 4, attributes, 1000, transfer)}; \
    static const uint8_t name##_ms_os[] = { \
        USB_MS_OS_HEAD_BYTES(USB_MS_OS_FUNCTION_SIZE), \
        USB_MS_OS_FUNCTION_BYTES(USB_COMPOSITE_BULK)}; \
    static const uint8_t name##_bos[] = {USB_BOS_BYTES(sizeof name##_ms_os)}; \
    static const struct usb_descriptors name = { \
        .device = name##_device, \
        .configuration = name##_configuration, \
        .bos = name##_bos, \
        .ms_os = name##_ms_os, \
        .configuration_length = sizeof name##_configuration, \
        .bos_length = sizeof name##_bos, \
        .ms_os_length = sizeof name##_ms_os, \
        .strings = (texts), \
        .string_count = 4}

/* clang-format on */

#endif
