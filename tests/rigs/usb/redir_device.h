// SPDX-License-Identifier: Apache-2.0
/*
 * A USB device offered on a Unix socket in usbredir's protocol: whoever connects is the host. What
 * the host asks for is carried out packet by packet on a controller in memory (usb_fake.h), whose
 * device side is the device under test.
 *
 * One thread; nothing waits.
 */
#ifndef RIG_REDIR_DEVICE_H
#define RIG_REDIR_DEVICE_H

#include <poll.h>
#include <stdbool.h>

#include "../../unit/usb_fake.h"

/** Entries that redir_device_poll() fills in. */
enum { REDIR_DEVICE_POLLS = 2 };

struct redir_device;

/**
 * Listens on a socket; ends the program when that fails.
 * @param usb  the controller; must stay
 */
struct redir_device *redir_device_listen(const char *path, struct fake_usb *usb);
/** What to wait for. */
void redir_device_poll(const struct redir_device *device, struct pollfd polls[REDIR_DEVICE_POLLS]);
/** Serves the host after a wait, and carries out what can be carried out. */
void redir_device_serve(struct redir_device *device, const struct pollfd polls[REDIR_DEVICE_POLLS]);
/** Carries out what can be carried out now: after the device has armed or stalled something. */
void redir_device_work(struct redir_device *device);
/** Pulls the cable out or plugs it in; it is in at first. */
void redir_device_cable(struct redir_device *device, bool in);

#endif
