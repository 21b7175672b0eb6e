// SPDX-License-Identifier: Apache-2.0
/* The composite device of Gantry's boards over the fake controller, in DFU mode or at run time. */
#ifndef USB_DEVICE_FIXTURE_H
#define USB_DEVICE_FIXTURE_H

#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/detach.h>
#include <usb/dfu.h>

#include "usb_fake.h"

/** Ids for tests; no device that leaves the workshop may have them. */
#define FIXTURE_VENDOR   0x1209
#define FIXTURE_PRODUCT  0x0001
#define FIXTURE_TRANSFER 256u

extern struct fake_usb fixture_fake;
extern struct usb_device fixture_device;
extern struct usb_cdc fixture_cdc;
extern struct usb_pipe fixture_bulk;
extern struct usb_dfu fixture_dfu;
extern struct usb_detach fixture_detach;
extern unsigned fixture_touches;
extern unsigned fixture_detaches;
extern uint16_t fixture_break;

/** What the DFU target was told and answers. */
struct fixture_target {
    uint8_t data[4096];
    size_t length;
    size_t wanted;        /* complete() from here on */
    uint8_t block_status; /* what block() answers */
    uint8_t verdict;      /* what finish() answers */
    unsigned blocks;
    unsigned finishes;
    unsigned aborts;
    unsigned leaves;
};
extern struct fixture_target fixture_target;

/** Fresh device, attached. */
void fixture_start(bool dfu_mode);
/** Polls the device until it has nothing to do. */
void fixture_poll(void *unused);
/** Reset, address 5, configuration 1. False: something failed. */
bool fixture_configure(void);
/** One control transfer; data as for fake_control(). */
int fixture_control(uint8_t type, uint8_t request, uint16_t value, uint16_t index, uint16_t length,
                    void *data);

#endif
