// SPDX-License-Identifier: Apache-2.0
/*
 * The device's side of a line rate that a host raises for as long as its session lasts. The rate is
 * set once the answer has left the line, and is the usual one again when the session is over, or
 * when no good frame has come for LINK_RATE_MS: the other end may not be able to follow.
 */
#ifndef LINK_RATE_H
#define LINK_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/device.h>

/** The rate of one line; all zero but for the first two. Not for use in interrupts. */
struct link_rate {
    uint32_t usual;  /* bits per second, as the line is opened */
    uint32_t most;   /* that it can be raised to; 0: it cannot */
    uint32_t wanted; /* is set as soon as the line is idle; 0: nothing to do */
    bool raised;
};

/**
 * Handles RATE.
 * @param arguments  length bytes, not trusted
 * @return enum link_status: OK, MALFORMED, or UNSUPPORTED for what the line cannot do
 */
uint8_t link_rate_ask(struct link_rate *rate, const uint8_t *arguments, size_t length);

/**
 * Decides what the line's rate is to be; to be called often while wanted or raised is set.
 * @param idle  everything that was written has left the line
 * @return bits per second to set now; 0: nothing
 */
uint32_t link_rate_poll(struct link_rate *rate, const struct link_device *device, bool idle);

#endif
