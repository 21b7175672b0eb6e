// SPDX-License-Identifier: Apache-2.0
/*
 * A USB device at the other end of a Unix socket, spoken to in usbredir's protocol: requests go
 * out, each is answered once by its callback. A thread of its own serves the socket.
 *
 * Everything but redir_open() is called with redir->lock held; callbacks are called with it held.
 */
#ifndef RIG_REDIR_H
#define RIG_REDIR_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A request has ended.
 * @param status  0 or a negative errno, as usbfs has them
 * @param data    length bytes from the device; NULL for requests that carry none to the host
 */
typedef void (*redir_done)(void *context, int status, const uint8_t *data, size_t length);

struct redir_request {
    uint64_t id;
    redir_done done;
    void *context;
    size_t out; /* bytes that went to the device */
    struct redir_request *next;
};

struct redir {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* present, or what a caller waits for */
    struct usbredirparser *parser;
    int socket;
    int wake;       /* an eventfd: there is something to send */
    bool present;   /* the device is plugged in */
    unsigned plugs; /* how often it was: one that went and came back at once is a new one too */
    bool over;      /* the device's process has ended */
    uint64_t next_id;
    struct redir_request *pending;
};

/** Connects to a device's process; ends the program when that fails. */
void redir_open(struct redir *redir, const char *path);

/** Starts a control transfer. @param out  the data for the device, or NULL. @return its id */
uint64_t redir_control(struct redir *redir, const uint8_t setup[8], const uint8_t *out,
                       redir_done done, void *context);
/** Starts a bulk transfer. @param out  length bytes for the device, or NULL: up to length from it
 */
uint64_t redir_bulk(struct redir *redir, uint8_t endpoint, const uint8_t *out, size_t length,
                    redir_done done, void *context);
/** Chooses a configuration. */
uint64_t redir_configure(struct redir *redir, uint8_t value, redir_done done, void *context);
/** Chooses an alternate setting. */
uint64_t redir_alternate(struct redir *redir, uint8_t interface, uint8_t setting, redir_done done,
                         void *context);
/** Resets the device; it has an address then, and no configuration. */
void redir_reset(struct redir *redir);
/** Calls a request off; it is answered all the same. */
void redir_cancel(struct redir *redir, uint64_t id);

/** A control transfer that is waited for; answers a status. @param in  receives up to *length */
int redir_control_now(struct redir *redir, const uint8_t setup[8], uint8_t *in, size_t *length);
/** Chooses a configuration and waits for it. */
int redir_configure_now(struct redir *redir, uint8_t value);

#endif
