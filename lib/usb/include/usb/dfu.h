// SPDX-License-Identifier: Apache-2.0
/*
 * Device Firmware Upgrade, version 1.1, in DFU mode: downloads only, tolerant of manifestation.
 * What is downloaded goes to a target, which is the one who accepts or refuses; while it works the
 * device answers NAK, and each answer to GETSTATUS says beforehand for how long.
 */
#ifndef USB_DFU_H
#define USB_DFU_H

#include <usb/device.h>

/** Where downloads go; constant. Called within usb_device_poll(). */
struct usb_dfu_target {
    /** Most milliseconds, below 2^24, that block() takes for a block of this length, or (0)
     * finish(). */
    uint32_t (*duration_ms)(void *context, size_t length);
    /**
     * Takes the next bytes of the download. The first call after start, finish() or abort() begins
     * a new one.
     * @return enum usb_dfu_status; anything but USB_DFU_OK ends the download
     */
    uint8_t (*block)(void *context, const uint8_t *data, size_t length);
    /** Whether everything has come that must come. */
    bool (*complete)(void *context);
    /** The verdict on the whole: enum usb_dfu_status. Ends the download. */
    uint8_t (*finish)(void *context);
    /** The host gave the download up. Also when there is none. */
    void (*abort)(void *context);
    /** The host has reset the bus after a download that was accepted: time to run it. */
    void (*leave)(void *context);
    void *context;
};

/** A DFU interface; zero at first. */
struct usb_dfu {
    const struct usb_dfu_target *target;
    uint8_t *buffer; /* takes one block */
    uint16_t capacity;
    uint16_t length; /* of the block in it */
    uint16_t number; /* of the next block */
    uint8_t state;   /* enum usb_dfu_state */
    uint8_t status;  /* enum usb_dfu_status */
    uint8_t reply[6];
    bool work_due; /* the host has been told to wait, and waits */
    bool accepted; /* a download was good */
};

/**
 * Makes an interface; before its device starts.
 * @param buffer  takes a block, up to capacity bytes; must stay
 */
void usb_dfu_init(struct usb_dfu *dfu, const struct usb_dfu_target *target, uint8_t *buffer,
                  uint16_t capacity);

/* For struct usb_function; context: struct usb_dfu. */
void usb_dfu_reset(void *context);
bool usb_dfu_request(void *context, struct usb_device *device, const struct usb_setup *setup);
bool usb_dfu_received(void *context, const struct usb_setup *setup);
void usb_dfu_poll(void *context);

/** The function of a DFU interface. */
/* clang-format off */
#define USB_DFU_FUNCTION(number, dfu) \
    {.interface = (number), .interfaces = 1, .context = (dfu), .reset = usb_dfu_reset, \
     .request = usb_dfu_request, .received = usb_dfu_received, .poll = usb_dfu_poll}
/* clang-format on */

#endif
