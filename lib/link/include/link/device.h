// SPDX-License-Identifier: Apache-2.0
/*
 * The device's end: sessions, requests, transfers and console output over one byte stream. Kernel
 * and bootloader give it handlers; it gives them whole, checked frames.
 *
 * Everything happens in link_device_poll() and the other functions here, called from one loop,
 * never from an interrupt.
 */
#ifndef LINK_DEVICE_H
#define LINK_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/frame.h>
#include <link/messages.h>

struct link_device;

/** A reply under construction. */
struct link_reply {
    uint8_t data[LINK_REPLY_MAX - 4];
    size_t length;
};

/** What the engine is given; constant. */
struct link_device_config {
    /** Takes up to capacity bytes from the line, answers how many; never waits. */
    size_t (*read)(void *context, uint8_t *data, size_t capacity);
    /** Gives up to length bytes to the line, answers how many it took; never waits. */
    size_t (*write)(void *context, const uint8_t *data, size_t length);
    /** Milliseconds of a clock that may wrap. */
    uint32_t (*now_ms)(void *context);
    /**
     * Does what a request asks.
     * @return enum link_status; LINK_PENDING: link_device_complete() follows
     */
    uint8_t (*request)(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply);
    /**
     * Stores a block of the open transfer; blocks may come out of order inside the window.
     * @param complete  everything below this offset has arrived once this block is stored
     * @return LINK_OK; LINK_BUSY: not now, let it be sent again; else the transfer fails with this
     */
    uint8_t (*data)(void *context, uint32_t offset, const uint8_t *data, size_t length,
                    uint32_t complete);
    /** Text that came in without a frame, for a plain terminal; NULL: ignored. */
    void (*text)(void *context, uint8_t byte);
    /** Told when a session begins or ends; NULL: nobody. */
    void (*session)(void *context, bool open);
    /** Told when console output can be taken again; NULL: nobody. */
    void (*space)(void *context);
    void *context;

    uint8_t *replay; /* replay_size bytes for console output that waits */
    uint16_t replay_size;
    uint8_t mode;    /* enum link_mode */
    uint8_t window;  /* blocks that fit into what the line buffers */
    bool plain_text; /* without a session output is sent as plain text */
};

struct link_device {
    /* In an order that makes small code of Thumb: bytes within 32 of the start, words within 128,
     * arrays last. */
    uint8_t command;
    uint8_t pending_command;
    uint8_t transfer_status;
    bool session;
    bool answered; /* reply[] answers it */
    bool pending;  /* it is at work */
    bool reply_due;
    bool transfer; /* blocks are taken */
    bool ack_due;
    bool dropped_due;
    bool
        held; /* a block waits in payload[] for the end of the job, and all behind it in the line */
    bool starved;      /* console output was refused for want of room */
    uint16_t sequence; /* of the last request */
    uint16_t pending_sequence;
    uint16_t replay_first; /* oldest byte in replay[] */
    uint16_t replay_used;

    const struct link_device_config *config;
    uint32_t heard_ms;    /* when the last good frame came */
    uint32_t received_ms; /* when the last byte came, whatever it was */
    uint32_t session_number;
    uint32_t total;
    uint32_t base; /* everything below has arrived */
    uint32_t bitmap;
    uint32_t dropped;
    size_t reply_length;
    size_t event_length;
    size_t staged_length;
    size_t staged_sent;
    struct link_decoder decoder;
    struct link_statistics statistics;

    uint8_t payload[LINK_PAYLOAD_MAX];
    uint8_t reply[LINK_REPLY_MAX];
    uint8_t event[LINK_REPLY_MAX];
    uint8_t staged[LINK_FRAME_SIZE(LINK_REPLY_MAX)]; /* a frame on its way to the line */
};

/** Starts an engine; config must stay. */
void link_device_init(struct link_device *device, const struct link_device_config *config);

/**
 * Moves the protocol on: reads at most 64 bytes, handles at most the frames in them, writes what
 * the line takes. While an answer finds no room on the line nothing more is read.
 * @return true when more could be done at once: call again soon
 */
bool link_device_poll(struct link_device *device);

/**
 * Says that read and write of the configuration are another line from now on: what was half
 * received or half sent on the old one is dropped. Without a session.
 */
void link_device_line(struct link_device *device);

/** Milliseconds until link_device_poll() must be called though nothing happens; UINT32_MAX: never.
 */
uint32_t link_device_deadline(const struct link_device *device);

/** Handles a frame that came in elsewhere; as link_device_poll() does with those of its line. */
void link_device_take(struct link_device *device, const struct link_decoder *frame);

/** Answers the request that returned LINK_PENDING. reply may be NULL. */
void link_device_complete(struct link_device *device, uint8_t status,
                          const struct link_reply *reply);

/** Opens a transfer of total bytes, of which those below offset are there. Within BEGIN's handling.
 */
void link_device_transfer(struct link_device *device, uint32_t total, uint32_t offset);
/** Whether all blocks of the open transfer have arrived. */
bool link_device_transfer_complete(const struct link_device *device);
/** Closes the transfer, if one is open. */
void link_device_transfer_close(struct link_device *device);

/**
 * Takes console output of a process.
 * @return bytes taken; 0: no room now, `space` will be called
 */
size_t link_device_console(struct link_device *device, uint32_t process, const uint8_t *data,
                           size_t length);
/** Sends an event to the session, if there is one. False: one still waits to be sent. */
bool link_device_event(struct link_device *device, uint8_t event, const uint8_t *fields,
                       size_t length);
/** Whether a session is open. */
bool link_device_session(const struct link_device *device);

#endif
