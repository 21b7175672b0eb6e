// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers of USB: Universal Serial Bus Specification 2.0 (chapter 9), its ECN for interface
 * associations, CDC 1.2 with PSTN 1.2 (CDC-ACM), DFU 1.1, Microsoft OS 2.0 Descriptors.
 */
#ifndef USB_PROTOCOL_H
#define USB_PROTOCOL_H

/* bmRequestType (USB 2.0, table 9-2). */
#define USB_TYPE_IN        0x80u
#define USB_TYPE_KIND      0x60u
#define USB_TYPE_STANDARD  0x00u
#define USB_TYPE_CLASS     0x20u
#define USB_TYPE_VENDOR    0x40u
#define USB_TYPE_RECIPIENT 0x1Fu
#define USB_TO_DEVICE      0u
#define USB_TO_INTERFACE   1u
#define USB_TO_ENDPOINT    2u

/* bRequest (USB 2.0, table 9-4). */
enum usb_request {
    USB_GET_STATUS = 0,
    USB_CLEAR_FEATURE = 1,
    USB_SET_FEATURE = 3,
    USB_SET_ADDRESS = 5,
    USB_GET_DESCRIPTOR = 6,
    USB_SET_DESCRIPTOR = 7,
    USB_GET_CONFIGURATION = 8,
    USB_SET_CONFIGURATION = 9,
    USB_GET_INTERFACE = 10,
    USB_SET_INTERFACE = 11,
    USB_SYNCH_FRAME = 12
};

/** The one feature selector that endpoints have (USB 2.0, table 9-6). */
#define USB_ENDPOINT_HALT 0u

/* Descriptor types (USB 2.0, table 9-5; USB 3.1 for BOS). */
enum usb_descriptor {
    USB_DEVICE = 1,
    USB_CONFIGURATION = 2,
    USB_STRING = 3,
    USB_INTERFACE = 4,
    USB_ENDPOINT = 5,
    USB_DEVICE_QUALIFIER = 6,
    USB_INTERFACE_ASSOCIATION = 11,
    USB_BOS = 15,
    USB_DEVICE_CAPABILITY = 16,
    USB_CS_INTERFACE = 0x24
};

/** US English, the only language of strings. */
#define USB_LANGUAGE 0x0409u
/** The only configuration. */
#define USB_CONFIGURATION_VALUE 1u

/* CDC-ACM requests (PSTN 1.2, table 13). */
enum usb_cdc_request {
    USB_CDC_SET_LINE_CODING = 0x20,
    USB_CDC_GET_LINE_CODING = 0x21,
    USB_CDC_SET_CONTROL_LINE_STATE = 0x22,
    USB_CDC_SEND_BREAK = 0x23
};

/** The vendor request that delivers the Microsoft OS 2.0 set, and its wIndex. */
#define USB_MS_OS_REQUEST          0x20u
#define USB_MS_OS_DESCRIPTOR_INDEX 7u

/* DFU requests (DFU 1.1, table 3.2). */
enum usb_dfu_request {
    USB_DFU_DETACH = 0,
    USB_DFU_DNLOAD = 1,
    USB_DFU_UPLOAD = 2,
    USB_DFU_GETSTATUS = 3,
    USB_DFU_CLRSTATUS = 4,
    USB_DFU_GETSTATE = 5,
    USB_DFU_ABORT = 6
};

/** bState (DFU 1.1, 6.1.2). */
enum usb_dfu_state {
    USB_DFU_APP_IDLE = 0,
    USB_DFU_APP_DETACH = 1,
    USB_DFU_IDLE = 2,
    USB_DFU_DNLOAD_SYNC = 3,
    USB_DFU_DNBUSY = 4,
    USB_DFU_DNLOAD_IDLE = 5,
    USB_DFU_MANIFEST_SYNC = 6,
    USB_DFU_MANIFEST = 7,
    USB_DFU_MANIFEST_WAIT_RESET = 8,
    USB_DFU_UPLOAD_IDLE = 9,
    USB_DFU_ERROR = 10
};

/** bStatus (DFU 1.1, 6.1.2). */
enum usb_dfu_status {
    USB_DFU_OK = 0x00,
    USB_DFU_ERR_TARGET = 0x01,    /* not for this device */
    USB_DFU_ERR_FILE = 0x02,      /* for it, but refused by a check of its own */
    USB_DFU_ERR_WRITE = 0x03,     /* unable to write memory */
    USB_DFU_ERR_ERASE = 0x04,     /* erasing failed */
    USB_DFU_ERR_PROG = 0x06,      /* programming failed */
    USB_DFU_ERR_VERIFY = 0x07,    /* what was programmed is not what was announced */
    USB_DFU_ERR_ADDRESS = 0x08,   /* out of range */
    USB_DFU_ERR_NOTDONE = 0x09,   /* the last block came before all data */
    USB_DFU_ERR_FIRMWARE = 0x0A,  /* there is no firmware to go back to */
    USB_DFU_ERR_UNKNOWN = 0x0E,   /* anything else */
    USB_DFU_ERR_STALLEDPKT = 0x0F /* a request that the state does not have */
};

/* bmAttributes of the DFU functional descriptor (DFU 1.1, table 4.2). */
#define USB_DFU_CAN_DOWNLOAD      1u
#define USB_DFU_CAN_UPLOAD        2u
#define USB_DFU_MANIFEST_TOLERANT 4u
#define USB_DFU_WILL_DETACH       8u

/* bInterfaceProtocol of a DFU interface. */
#define USB_DFU_RUNTIME 1u
#define USB_DFU_MODE    2u

#endif
