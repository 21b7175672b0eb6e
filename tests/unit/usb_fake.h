// SPDX-License-Identifier: Apache-2.0
/*
 * A USB controller in memory with a host's view of it. It holds the stack to the contract of
 * hil/usb.h: whatever breaks it is counted in `broken`.
 */
#ifndef USB_FAKE_H
#define USB_FAKE_H

#include <hil/usb.h>

/** What a host gets instead of a packet. */
enum { FAKE_NAK = -1, FAKE_STALL = -2, FAKE_NOTHING = -3 };

struct fake_endpoint {
    bool open;
    bool stalled;
    bool armed;
    bool done;   /* an event waits */
    bool filled; /* OUT: a packet waits to be taken */
    bool data1;  /* toggle of the next packet */
    enum hil_usb_type type;
    uint16_t packet;
    uint8_t data[HIL_USB_CONTROL_PACKET];
    size_t length;
};

struct fake_usb {
    struct hil_usb usb; /* first */
    bool attached;
    bool reset;
    bool setup;
    bool suspend;
    bool resume;
    uint8_t setup_packet[8];
    uint8_t address;
    uint8_t next_address;
    bool address_due;
    struct fake_endpoint in[16];
    struct fake_endpoint out[16];
    uint16_t refuse;    /* open() fails for these endpoint numbers */
    unsigned broken;    /* breaches of the contract */
    const char *breach; /* the last one */
};

void fake_init(struct fake_usb *fake);

/* The host. */
void fake_reset(struct fake_usb *fake);
/** A SETUP packet, always taken. */
void fake_setup(struct fake_usb *fake, const uint8_t packet[8]);
/** A packet to the device: its length, FAKE_NAK, FAKE_STALL, or FAKE_NOTHING for no answer. */
int fake_out(struct fake_usb *fake, uint8_t number, const void *data, size_t length);
/** A packet from the device into data[64]. */
int fake_in(struct fake_usb *fake, uint8_t number, void *data);

/**
 * A whole control transfer.
 * @param step  called while the device answers NAK; it polls the stack
 * @param data  what goes with it, or where up to wLength bytes go
 * @return bytes of data; FAKE_STALL; FAKE_NAK when nothing more happens
 */
int fake_control(struct fake_usb *fake, void (*step)(void *context), void *context,
                 const uint8_t setup[8], void *data);

#endif
