// SPDX-License-Identifier: Apache-2.0
/*
 * A USB device controller at full speed (Universal Serial Bus Specification, Revision 2.0, chapters
 * 8 and 9), as narrow as a device stack can do with. Everything above packets is the stack's
 * (lib/usb); everything below them (tokens, toggles, CRC, handshakes, NAK) is the driver's.
 *
 * The driver's interrupt records; the stack fetches what happened with next() when it has time.
 * Until the stack has armed an endpoint, the controller answers NAK there, so a slow stack delays
 * the host but loses nothing.
 *
 * Endpoints are named by their address: number in bits 3 to 0, bit 7 set for IN (to the host).
 * Endpoint 0 is open in both directions from each reset on, with packets of HIL_USB_CONTROL_PACKET
 * bytes.
 *
 * Who owns buffers: the caller, always. arm_in() has copied the packet when it returns. A received
 * packet stays in the controller until take() copied it out; it is lost with the next arm_out() of
 * that endpoint, its closing or stalling, a reset, or, on endpoint 0, the next SETUP.
 *
 * All functions are called from one thread of control (bootloader loop or kernel loop), never from
 * an interrupt. Only the client's ready() is called in interrupt context.
 */
#ifndef HIL_USB_H
#define HIL_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes in a packet of endpoint 0; also the most that any bulk or interrupt packet has. */
#define HIL_USB_CONTROL_PACKET 64u
/** Set in an endpoint's address: to the host. */
#define HIL_USB_IN 0x80u

/** Kinds of endpoints, with the numbers of bmAttributes (USB 2.0, table 9-13). */
enum hil_usb_type { HIL_USB_BULK = 2, HIL_USB_INTERRUPT = 3 };

/** What happened on the bus. */
enum hil_usb_event_kind {
    /**
     * The bus was reset: address 0, every endpoint but 0 closed, nothing armed, nothing stalled.
     * Everything that happened before it and was not fetched is dropped.
     */
    HIL_USB_RESET,
    /**
     * A SETUP came: `setup` holds it. The controller has ended whatever was under way on endpoint
     * 0: both directions are unarmed and not stalled, the next packet is DATA1 both ways, and an IN
     * or OUT event of endpoint 0 from before it that was not fetched is dropped.
     */
    HIL_USB_SETUP,
    /** A packet came on an armed OUT endpoint: `length` bytes, to be fetched with take(). */
    HIL_USB_OUT_DONE,
    /** The host has acknowledged the packet of an armed IN endpoint. */
    HIL_USB_IN_DONE,
    /** The bus has been idle for 3 ms: the device is suspended. */
    HIL_USB_SUSPEND,
    /** The bus is active again. A reset out of suspension tells RESET alone. */
    HIL_USB_RESUME
};

/** One event. */
struct hil_usb_event {
    enum hil_usb_event_kind kind;
    uint8_t endpoint; /* IN_DONE, OUT_DONE: its address, bit 7 for IN */
    uint16_t length;  /* OUT_DONE: bytes that take() will give, 0 to the largest packet */
    uint8_t setup[8]; /* SETUP: as on the wire (USB 2.0, table 9-2) */
};

/** Told by the driver, in interrupt context, that next() has something. */
struct hil_usb_client {
    void (*ready)(void *context);
    void *context;
};

struct hil_usb {
    /** The highest endpoint number that open() takes, 1 to 15. */
    uint8_t endpoints;

    /**
     * Switches the controller on and shows the device to the host (pull-up on D+).
     * @param client  called on progress; NULL for none; must outlive the attachment
     * @return 0, or HIL_E_IO when the controller does not come up
     */
    int (*attach)(const struct hil_usb *usb, const struct hil_usb_client *client);
    /** Takes the device off the bus and drops all events. attach() may follow. */
    void (*detach)(const struct hil_usb *usb);
    /**
     * Fetches the oldest event. Events of different endpoints may come in another order than they
     * happened in; RESET comes before what happened after it.
     * @param event  receives it; unchanged when there is none; not NULL
     * @return false when there is none
     */
    bool (*next)(const struct hil_usb *usb, struct hil_usb_event *event);

    /*
     * While a RESET waits to be fetched, all of the following do nothing; while a SETUP waits, they
     * do nothing on endpoint 0. So what the stack does about an older event cannot meet a newer
     * one, and the stack never needs to know.
     */

    /**
     * Gives the device its address. Called when SET_ADDRESS was accepted, before its status stage
     * is armed; the driver lets it take effect when that stage has ended (USB 2.0, 9.4.6), within
     * the 2 ms that the host waits, by itself.
     * @param address  0 to 127
     */
    void (*set_address)(const struct hil_usb *usb, uint8_t address);
    /**
     * Opens an endpoint other than 0: not stalled, not armed, next packet DATA0. One that is open
     * is opened anew.
     * @param packet  most bytes in a packet, 8 to 64
     * @return 0, HIL_E_UNSUPPORTED when the controller has no such endpoint, packet size or memory
     */
    int (*open)(const struct hil_usb *usb, uint8_t endpoint, enum hil_usb_type type,
                uint16_t packet);
    /** Closes an endpoint other than 0: it answers nothing. One that is closed stays so. */
    void (*close)(const struct hil_usb *usb, uint8_t endpoint);
    /**
     * Sends one packet when the host next asks; then IN_DONE. The endpoint must not be armed. On
     * one that is closed or stalled this does nothing.
     * @param endpoint  address with bit 7 set
     * @param data      length bytes, copied before this returns; may be NULL when length is 0
     * @param length    0 to the endpoint's packet size
     */
    void (*arm_in)(const struct hil_usb *usb, uint8_t endpoint, const uint8_t *data, size_t length);
    /** Accepts one packet when the host next sends one; then OUT_DONE. Bit 7 is clear. On an
     * endpoint that is closed or stalled this does nothing. */
    void (*arm_out)(const struct hil_usb *usb, uint8_t endpoint);
    /**
     * Copies out the packet that OUT_DONE told of. Once per OUT_DONE; 0 when there is none any
     * more.
     * @param data      receives up to capacity bytes; more are dropped
     * @return how many were stored
     */
    size_t (*take)(const struct hil_usb *usb, uint8_t endpoint, uint8_t *data, size_t capacity);
    /**
     * Lets an endpoint answer STALL, or ends that. Endpoint 0 is named without bit 7 and stalls in
     * both directions until the next SETUP. On others both calls unarm and drop what was not
     * fetched of that endpoint; ending it sets the next packet to DATA0 also when it was not
     * stalled (USB 2.0, 9.4.5). open() and close() drop likewise.
     */
    void (*stall)(const struct hil_usb *usb, uint8_t endpoint, bool stalled);
};

#endif
