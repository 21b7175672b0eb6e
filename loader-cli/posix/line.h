// SPDX-License-Identifier: Apache-2.0
/*
 * A line to a device: USB interface, serial port, TCP connection, the socket of an emulated board,
 * or the flash alone; with the lock that keeps other tools off it, and the way in which `monitor`
 * lends it.
 */
#ifndef POSIX_LINE_H
#define POSIX_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../offline/engine.h"
#include "../report/report.h"
#include "../transport/usb.h"
#include "interrupt.h"

struct sp_port;

struct line {
    int fd;                  /* -1 for USB interfaces */
    struct sp_port *port;    /* serial ports */
    struct usb_line *usb;    /* USB interfaces */
    struct offline *offline; /* flash that is reached without the device's help */
    struct usb_name twin; /* who to look for when it went away and came back; vendor 0: by name */
    uint32_t rate;        /* of a serial port when a session begins, bits per second; else 0 */
    bool rate_fixed;      /* it is the one that was asked for */
    bool raised;          /* it is another one at the moment */
    int lock_fd;          /* -1: borrowed from a monitor */
    bool borrowed;
    int listen_fd;   /* a monitor's: where others ask for the line; -1: does not lend */
    int borrower_fd; /* who has it at the moment; -1: nobody */
    char name[256];  /* the selector */
    char lock_path[512];
};

/** Opens the line that the selector names and locks it, or borrows it. Reports errors. */
int line_open(struct cli *cli, const char *selector, struct line *line);
/** Whether there is a connection, borrowed or not. */
bool line_is_open(const struct line *line);
/**
 * After the connection broke because the device restarts: looks for it anew and connects again. The
 * lock stays. Reports nothing.
 * @return false when it is not there (yet), or the line is borrowed
 */
bool line_reopen(struct cli *cli, struct line *line);
/** Whether the device is one that leaves the bus when it restarts, and is found again on it. */
bool line_comes_back(const struct line *line);
/** Whether it has a rate that may be raised without being asked: that of a port, not borrowed. */
bool line_may_raise(const struct line *line);
/**
 * Sets the rate, on lines that have one.
 * @param rate  bits per second; 0: what it was when it was opened
 * @return whether it has that rate now, as far as can be told
 */
bool line_set_rate(struct line *line, uint32_t rate);
/** Lets others borrow the line from now on. */
void line_lend(struct line *line);
void line_close(struct line *line);

/**
 * Reads what has come, waiting up to timeout_ms. What a borrower sends is passed on meanwhile, and
 * it gets a copy of everything that comes.
 * @return bytes, 0, or a negative enum link_error
 */
int line_read(struct line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms);
/** Writes everything. @return 0 or a negative enum link_error */
int line_write(struct line *line, const uint8_t *data, size_t length);
/** write(2), but no signal when the other side of a socket is gone. */
long line_send(int fd, const uint8_t *data, size_t length);
/** Milliseconds of a clock that does not jump. */
uint32_t clock_ms(void);
void clock_sleep_ms(uint32_t ms);

/**
 * A folder of the user's for locks and sockets; made when missing.
 * @param folder  receives its path
 * @param size    of that, bytes; 128 is enough
 * @return false: what is there is no folder that is this user's alone, so that nothing in it can be
 *         trusted
 */
bool run_folder(char *folder, size_t size);

#endif
