// SPDX-License-Identifier: Apache-2.0
/*
 * USB devices through libusb: found by ids and serial number, reached over their vendor interface
 * (class FF with a bulk endpoint each way). Every scan looks at the bus anew, so that a device that
 * went away and came back is found without notices from the system, which containers do not get.
 *
 * Single-threaded. Devices are not trusted: strings are cut to size, lengths come from libusb.
 */
#ifndef TRANSPORT_USB_H
#define TRANSPORT_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { USB_SERIAL_SIZE = 128, USB_NAME_SIZE = USB_SERIAL_SIZE + 16 };

/** Which devices are meant. */
struct usb_name {
    uint16_t vendor;
    uint16_t product;
    bool any_product;             /* a bootloader may have another than its kernel */
    char serial[USB_SERIAL_SIZE]; /* "": any */
};

/** A device that is plugged in. */
struct usb_found {
    uint16_t vendor;
    uint16_t product;
    uint8_t bus;
    uint8_t address;
    char serial[USB_SERIAL_SIZE]; /* "": none, or not to be read */
    bool bulk;                    /* has the vendor interface */
    bool forbidden;               /* this user may not open it */
};

/** An open vendor interface. */
struct usb_line;

enum usb_result {
    USB_OK,
    USB_GONE,      /* not plugged in any more */
    USB_FORBIDDEN, /* this user may not open it */
    USB_BUSY,      /* another program has the interface */
    USB_FAILED     /* anything else */
};

/** The ids of boards as they come, in pairs of vendor and product; ends with a vendor of 0. */
extern const uint16_t usb_known[][2];

/** Reads VID:PID or VID:PID:SERIAL, ids in hexadecimal; false when text is neither. */
bool usb_name_parse(const char *text, struct usb_name *name);
/** Writes the selector of a device, usb:VID:PID[:SERIAL]; text has room for USB_NAME_SIZE. */
const char *usb_name_text(const struct usb_found *found, char *text);

/**
 * Looks for devices.
 * @param name   which; NULL: those with known ids
 * @param found  receives up to capacity
 * @return how many; a device whose serial number cannot be read for want of permission counts as
 *         one that may be meant
 */
size_t usb_scan(const struct usb_name *name, struct usb_found *found, size_t capacity);

/** Opens a device's vendor interface; *opened receives it when the result is USB_OK. */
enum usb_result usb_open(const struct usb_found *found, struct usb_line **opened);
/** Lets go of it; NULL is none. */
void usb_close(struct usb_line *line);
/**
 * Reads what has come, waiting up to timeout_ms, or until a signal.
 * @return bytes, 0 when nothing came, -1 when the device is gone or failed
 */
int usb_read(struct usb_line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms);
/** Writes everything; false when the device is gone, or takes nothing for two seconds. */
bool usb_write(struct usb_line *line, const uint8_t *data, size_t length);

#endif
