// SPDX-License-Identifier: Apache-2.0
/*
 * The serial protocol of Tock's bootloader, as Tock's host tool speaks it (source: tock-bootloader
 * 1.1.3 and tockloader 1.18): the host sends a payload and then FC and a command; the board
 * answers FC, a code and a body whose length the host knows. FC inside a payload or a body is
 * doubled. docs/tockloader.md says what a host can do with it here.
 *
 * The engine knows no hardware. All functions: the bootloader's loop.
 */
#ifndef BOOT_LEGACY_H
#define BOOT_LEGACY_H

#include <stdbool.h>
#include <stdint.h>

#include <hil/serial.h>

#define LEGACY_PAGE           512u /* what one write carries, whatever the flash's pages are */
#define LEGACY_PAYLOAD_MAX    (4u + LEGACY_PAGE)
#define LEGACY_ATTRIBUTES     16u
#define LEGACY_ATTRIBUTE_SIZE 64u    /* key 8, length 1, value 55 */
#define LEGACY_CONFIRM_MS     2000u  /* how long a new line rate waits to be confirmed */
#define LEGACY_SETTLE_MS      500u   /* how long written pages may be kept open in silence */
#define LEGACY_PATIENCE_MS    60000u /* a host that says nothing for so long has gone */
#define LEGACY_BYTES_PER_POLL 1024u

/** Codes of answers. */
enum legacy_code {
    LEGACY_PONG = 0x11,
    LEGACY_BADADDR = 0x12,
    LEGACY_INTERROR = 0x13,
    LEGACY_BADARGS = 0x14,
    LEGACY_OK = 0x15,
    LEGACY_UNKNOWN = 0x16,
    LEGACY_READ_RANGE = 0x20,
    LEGACY_GET_ATTR = 0x22,
    LEGACY_CRC_IF = 0x23,
    LEGACY_INFO = 0x25,
    LEGACY_BAUD_FAIL = 0x26
};

/** What the protocol reaches; constant. */
struct legacy_target {
    /** Where a range can be read; NULL when it may not be. Any address and length may come. */
    const uint8_t *(*map)(uint32_t address, uint32_t length);
    /**
     * Writes a page.
     * @param address  any multiple of LEGACY_PAGE
     * @param data     LEGACY_PAGE bytes; NULL: leave it erased
     * @return LEGACY_OK, LEGACY_BADADDR when it may not be written, LEGACY_INTERROR
     */
    uint8_t (*write)(uint32_t address, const uint8_t *data);
    /**
     * Brings everything that was written into flash; called often.
     * @return LEGACY_OK or LEGACY_INTERROR
     */
    uint8_t (*settle)(void);
    /** Gives an attribute, LEGACY_ATTRIBUTE_SIZE bytes; zeros: there is none. */
    void (*get_attribute)(uint8_t index, uint8_t *attribute);
    /** Keeps an attribute. @return LEGACY_OK, LEGACY_BADADDR when it may not, LEGACY_INTERROR */
    uint8_t (*set_attribute)(uint8_t index, const uint8_t *attribute);
    /** The start address that is shown, and keeps another. It decides nothing. */
    uint32_t (*get_start)(void);
    uint8_t (*set_start)(uint32_t address);
    /** Restarts the board. May return. */
    void (*leave)(void);
};

/** Constant. */
struct legacy_config {
    const struct legacy_target *target;
    const struct hil_serial *serial; /* the line; open */
    uint32_t rate;                   /* at which it is open, bits per second */
    uint32_t rate_max;               /* the highest that may be asked for */
    uint32_t (*now_ms)(void);        /* milliseconds, wrapping */
    const char *version;             /* of the bootloader, up to 8 characters */
};

struct legacy {
    const struct legacy_config *config;
    uint8_t *payload; /* LEGACY_PAYLOAD_MAX bytes */
    uint16_t used;    /* bytes in payload[]; one more than there is room: too many came */
    bool escape;      /* FC came */
    bool doubled;     /* the FC at `body` was sent once */
    uint8_t rate_state;
    uint8_t head[2]; /* of the answer, and how much of it is to be sent still */
    uint8_t head_left;
    const uint8_t *body; /* the same of its body */
    uint32_t left;
    uint32_t rate;       /* the new one */
    uint32_t changed_ms; /* when the line went to it */
    uint32_t heard_ms;   /* when the last byte came */
};

/** Starts an engine; config and payload, LEGACY_PAYLOAD_MAX bytes for its use, must stay. */
void legacy_init(struct legacy *legacy, const struct legacy_config *config, uint8_t *payload);
/** Takes one byte of the line, as if it came now. */
void legacy_feed(struct legacy *legacy, uint8_t byte);
/** Moves on: sends what the line takes, reads at most LEGACY_BYTES_PER_POLL bytes and obeys. */
void legacy_poll(struct legacy *legacy);
/**
 * Whether the host has gone without EXIT: it has said nothing for LEGACY_PATIENCE_MS. Then what it
 * wrote is in flash, the line is at its own rate again, and what it has not read is dropped.
 */
bool legacy_is_over(struct legacy *legacy);

#endif
