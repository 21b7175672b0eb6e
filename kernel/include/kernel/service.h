// SPDX-License-Identifier: Apache-2.0
/*
 * The protocol service: the kernel's end of the flash protocol, the way of console output, and
 * fault reports, on one serial line. Kernel loop only.
 */
#ifndef KERNEL_SERVICE_H
#define KERNEL_SERVICE_H

#include <hil/serial.h>
#include <kernel/console.h>
#include <kernel/fault.h>
#include <kernel/process.h>
#include <trust/anchor.h>

/** A line whose rate a host may raise; rate.c. */
struct service_rate {
    /** Handles the request; answers enum link_status. */
    uint8_t (*ask)(const uint8_t *arguments, size_t length);
    /** Sets what is to be set; answers the milliseconds until it wants to be called again. */
    uint32_t (*poll)(void);
};
extern const struct service_rate service_rate;

/** What the board gives the service. */
struct service_config {
    const struct hil_serial *serial;
    uint32_t rate; /* bits per second */
    /** How a host raises the rate for its session: service_rate; NULL: it cannot. */
    const struct service_rate *raise;
    uint32_t rate_max; /* bits per second that it may raise it to */
    const char *board;
    const char *architecture;
    uint32_t kernel_slot;                     /* address of the running slot */
    const struct trust_anchor *anchor;        /* app keys */
    const struct trust_anchor *kernel_anchor; /* kernel keys */
    uint32_t app_ram_size;
    /** Told what was typed, and that the line has room again: console_typed(), console_ready(); of
     * boards with the text shell shell_typed(), shell_ready(). */
    void (*typed)(uint8_t byte);
    void (*ready)(void);
    /** Restarts the board, into the bootloader's recovery or not. Never returns. */
    void (*reboot)(bool bootloader);
};

/** The board defines it, pointing to a constant, as with kernel_board. */
extern const struct service_config *const service_config;

/** Opens the line and starts listening. After kernel_init(). */
void service_init(void);

/** The console line: device of the console and of the low-level debug capsule. */
extern const struct console_line service_line;

/** Reports a fault; for struct kernel_board. */
void service_faulted(struct process *process, const struct fault *fault);

/** Prints a line of the kernel's own, as output of the process with this id. */
#define SERVICE_KERNEL_PROCESS 0xFFFFFFFEu
void service_print(const char *line);

#endif
