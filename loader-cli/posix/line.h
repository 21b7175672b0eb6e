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

struct sp_port;

struct line {
    int fd;                  /* -1 for USB interfaces */
    struct sp_port *port;    /* serial ports */
    struct usb_line *usb;    /* USB interfaces */
    struct offline *offline; /* flash that is reached without the device's help */
    struct usb_name twin; /* who to look for when it went away and came back; vendor 0: by name */
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

/** Set by Ctrl-C: everything that waits ends. */
bool interrupted(void);
/** Makes Ctrl-C set interrupted(). */
void interrupt_catch(void);

/** A folder of the user's for locks and sockets; made when missing. */
const char *run_folder(void);

#endif
