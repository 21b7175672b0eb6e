// SPDX-License-Identifier: Apache-2.0
/*
 * A device on a virtual clock: the real device end of lib/link behind a modelled line, with apps
 * that were there before. One at a time.
 */
#ifndef BENCH_BOARD_H
#define BENCH_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BOARD_APPS_MAX = 8, BOARD_VERIFY_US = 300000, BOARD_HASH_US = 12000 };

/** What a device does that is asked for another rate. */
enum board_rate {
    BOARD_RATE_HONEST,
    BOARD_RATE_STAYS, /* says that it changes, and does not */
    BOARD_RATE_OTHER  /* changes to half of it */
};

/** What a device says of BEGIN while it verifies, and in the end. */
enum board_begin {
    BOARD_BEGIN_FORETOLD, /* where the transfer will begin, and so it does */
    BOARD_BEGIN_SILENT,   /* nothing before the end */
    BOARD_BEGIN_BROKEN,   /* it begins elsewhere than was said */
    BOARD_BEGIN_REFUSED,  /* the signature is wrong */
    BOARD_BEGIN_GONE      /* the device dies while it verifies */
};

/** The line, and what is on the device. */
struct board_plan {
    uint32_t rate;      /* bits per second */
    uint32_t rate_max;  /* to which the device lets it be raised; 0: not at all */
    uint32_t cable_max; /* that the cable carries; 0: any */
    enum board_rate how;
    enum board_begin begin;
    uint64_t verify_us;     /* 0: BOARD_VERIFY_US */
    uint32_t cut_after;     /* bytes to the device, then its power fails for a moment; 0: never */
    uint32_t turnaround_us; /* everything that the device sends is seen so much later */
    uint32_t loss_percent;  /* frames that arrive damaged */
    uint32_t seed;
    const uint32_t *size; /* of the apps that are there */
    size_t count;
    const uint8_t *public_key; /* that the device trusts, 64 bytes */
};

/** What happened since board_start(). */
struct board_account {
    uint64_t now_us;    /* virtual time */
    uint64_t work_us;   /* in which the device verified or hashed */
    uint64_t to_device; /* bytes */
    uint64_t to_host;
    uint64_t data_us; /* from the first block's beginning to the last one's end, without the time in
                         which the host waited for the verification's result */
    uint64_t idle_us; /* ... in which there was no byte on the line to the device */
    uint32_t installed; /* objects that arrived whole */
    uint32_t rate;      /* of the device at the end */
    uint32_t highest;   /* that it had */
};

/** Starts a device and the clock. */
void board_start(const struct board_plan *plan);
/** Puts bytes on the line to the device. */
void board_send(const uint8_t *data, size_t length);
/** Takes what has come from the device, waiting up to timeout_ms of virtual time. */
size_t board_receive(uint8_t *data, size_t capacity, uint32_t timeout_ms);
/** Lets virtual time pass. */
void board_sleep(uint32_t ms);
/** Sets the host's rate. */
void board_host_rate(uint32_t rate);
/** The virtual clock. */
uint32_t board_ms(void);
/** What it took. */
void board_account(struct board_account *account);

#endif
