// SPDX-License-Identifier: Apache-2.0
/* Control transfers on a controller in memory, packet by packet. */
#ifndef RIG_REDIR_CONTROL_H
#define RIG_REDIR_CONTROL_H

#include <usbredirparser.h>

#include "../../unit/usb_fake.h"

/** Whom a transfer is for: the peer, or one of the steps that a host takes by itself. */
enum control_kind {
    CONTROL_PEER,
    CONTROL_CONFIGURE,
    CONTROL_CONFIGURATION,
    CONTROL_SETTING,
    CONTROL_GET_SETTING,
    CONTROL_ADDRESS,
    CONTROL_DEVICE,
    CONTROL_HEAD,
    CONTROL_WHOLE
};

enum control_stage { CONTROL_NEW, CONTROL_DATA, CONTROL_STATUS };

/** What control_step() answers besides usbredir's status. */
enum { CONTROL_WAITS = -1 };

struct control {
    struct control *next;
    enum control_kind kind;
    enum control_stage stage;
    uint64_t id;
    struct usb_redir_control_packet_header header;
    uint8_t setup[8];
    uint8_t *data; /* as many bytes as setup says */
    size_t length;
    size_t done;
};

/** A new transfer; ends the program when there is no memory. */
struct control *control_new(enum control_kind kind, uint64_t id, uint8_t type, uint8_t request,
                            uint16_t value, uint16_t index, uint16_t length);
void control_free(struct control *control);
/** Goes as far as the device lets it: CONTROL_WAITS, or the transfer's status at its end. */
int control_step(struct control *control, struct fake_usb *usb);

#endif
