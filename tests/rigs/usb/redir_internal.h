// SPDX-License-Identifier: Apache-2.0
/* What the files of redir_device share. */
#ifndef RIG_REDIR_INTERNAL_H
#define RIG_REDIR_INTERNAL_H

#include <usbredirparser.h>

#include "redir_control.h"
#include "redir_device.h"

/* A bulk transfer that the host wants. */
struct bulk {
    struct bulk *next;
    uint64_t id;
    struct usb_redir_bulk_packet_header header;
    uint8_t *data;
    size_t length;
    size_t done;
};

struct redir_device {
    struct fake_usb *usb;
    struct usbredirparser *parser;
    int listener;
    int peer; /* -1: none */
    bool hello;
    bool connected; /* the peer has been told of the device */
    bool unplugged;
    bool broken; /* the peer is to be dropped */
    uint8_t address;
    struct control *controls; /* the first one is under way */
    struct bulk *in[16];
    struct bulk *out[16];
    bool interrupts[16]; /* IN endpoints that the peer wants packets of */
    uint8_t descriptor[18];
    uint8_t configuration[1024];
    size_t configuration_length;
};

/* redir_bulk.c: interfaces and endpoints of the configuration that was read. */
void redir_tell_interfaces(struct redir_device *d);
/* redir_bulk.c: a packet on each endpoint that wants one and is ready. */
void redir_step_bulk(struct redir_device *d);
/* redir_bulk.c: ends the first transfer of a list. */
void redir_end_bulk(struct redir_device *d, struct bulk **list, uint8_t status);
/* redir_bulk.c: a new one. */
void redir_new_bulk(struct redir_device *d, uint64_t id,
                    const struct usb_redir_bulk_packet_header *header, const uint8_t *data,
                    size_t length);

#endif
