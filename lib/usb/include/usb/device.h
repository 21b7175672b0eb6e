// SPDX-License-Identifier: Apache-2.0
/*
 * A USB device: chapter 9 of Universal Serial Bus Specification 2.0 over one controller
 * (hil/usb.h). Classes are functions that it hands requests and packets to.
 *
 * Nothing here waits. Everything happens in usb_device_poll() and in what it calls, from one loop,
 * never in an interrupt. There is one configuration, each interface has one setting, strings are US
 * English, the device is powered by the bus and never wakes the host.
 */
#ifndef USB_DEVICE_H
#define USB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hil/usb.h>
#include <usb/pipe.h>
#include <usb/protocol.h>

/** Characters of the longest string; longer ones are cut. */
#define USB_STRING_MAX 31u

/** A SETUP packet, decoded (USB 2.0, table 9-2). */
struct usb_setup {
    uint8_t type;
    uint8_t request;
    uint16_t value;
    uint16_t index;
    uint16_t length;
};

/** The descriptor sets of a device; constant. Each set is whole, as the host reads it. */
struct usb_descriptors {
    const uint8_t *device;
    const uint8_t *configuration;
    const uint8_t *bos;
    const uint8_t *ms_os; /* Microsoft OS 2.0; NULL for none */
    uint16_t configuration_length;
    uint16_t bos_length;
    uint16_t ms_os_length;
    /** Texts of string descriptors 1 and on, ASCII, terminated. The serial number (string 3) must
     * be different on each device. */
    const char *const *strings;
    uint8_t string_count;
};

struct usb_device;

/**
 * A class on some consecutive interfaces: what a device hands its share of the traffic to.
 * Constant; functions that are NULL are not called.
 */
struct usb_function {
    uint8_t interface; /* the first one */
    uint8_t interfaces;
    void *context;
    struct usb_pipe *pipe; /* its byte stream; NULL for none */
    /** The function can be used or no longer; after its pipe has learnt it. */
    void (*configured)(void *context, bool usable);
    /** The bus was reset. Before configured(false). */
    void (*reset)(void *context);
    /**
     * A class request to one of the interfaces: answers with usb_device_send(), asks for its data
     * with usb_device_receive(), or has nothing to carry.
     * @return false to stall
     */
    bool (*request)(void *context, struct usb_device *device, const struct usb_setup *setup);
    /** The data of a request is in the buffer that usb_device_receive() named, setup->length bytes.
     * @return false to stall */
    bool (*received)(void *context, const struct usb_setup *setup);
    /** Called at the end of each usb_device_poll() at which no control transfer is under way. */
    void (*poll)(void *context);
};

/** What a device is made of; constant. */
struct usb_device_config {
    const struct hil_usb *controller;
    const struct usb_descriptors *descriptors;
    const struct usb_function *const *functions;
    uint8_t function_count;
};

/** Where a device stands (USB 2.0, 9.1.1). */
enum usb_state { USB_ATTACHED, USB_DEFAULT, USB_ADDRESSED, USB_CONFIGURED };

/** Where a control transfer stands. */
enum usb_stage {
    USB_STAGE_IDLE,
    USB_STAGE_SEND,       /* data to the host */
    USB_STAGE_SENT,       /* then the host's status */
    USB_STAGE_RECEIVE,    /* data from the host */
    USB_STAGE_ACKNOWLEDGE /* the device's status */
};

struct usb_device {
    const struct usb_device_config *config;
    enum usb_state state;
    bool suspended;
    uint32_t open; /* endpoints of the configuration: OUT in bits 0 to 15, IN in bits 16 to 31 */
    uint32_t halted;

    /* The control transfer under way. */
    enum usb_stage stage;
    struct usb_setup setup;
    const struct usb_function *receiver;
    const uint8_t *send;
    uint16_t left;  /* of send */
    bool terminate; /* an empty packet ends the data */
    uint8_t *receive;
    uint16_t got;
    uint8_t reply[2u + 2u * USB_STRING_MAX];
};

/** Sets a device up and shows it to the host. @return 0, or the controller's error */
int usb_device_start(struct usb_device *device, const struct usb_device_config *config,
                     const struct hil_usb_client *client);
/** Takes it off the bus. usb_device_start() may follow. */
void usb_device_stop(struct usb_device *device);
/**
 * Handles what happened since the last call, at most a few packets of it.
 * @return true when there may be more: call again soon
 */
bool usb_device_poll(struct usb_device *device);

/* For functions, within request(). */

/**
 * Answers an IN request.
 * @param data  length bytes that stay until the transfer has ended; the host gets no more of them
 *              than it asked for
 * @return true; false for a request that has no data to the host
 */
bool usb_device_send(struct usb_device *device, const void *data, size_t length);
/**
 * Asks for the data of an OUT request: received() follows, or nothing when the host gave up.
 * @param buffer  takes up to capacity bytes and stays until then
 * @return true; false when the host announced more than that, or nothing
 */
bool usb_device_receive(struct usb_device *device, uint8_t *buffer, size_t capacity);

#endif
