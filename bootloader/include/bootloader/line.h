// SPDX-License-Identifier: Apache-2.0
/*
 * A serial line that two protocols share: the flash protocol, which reads and writes it as a
 * struct hil_serial, and Tock's. Which one a host speaks shows in its first bytes: FC 01 where a
 * burst begins, or 00 FC 05, turns the line over to Tock's until the board restarts or its host has
 * said nothing for a minute; as long as a session of the flash protocol is open nothing does. A
 * frame of the flash protocol begins 00 02, and what is inside one is never looked at.
 *
 * All functions: the bootloader's loop.
 */
#ifndef BOOT_LINE_H
#define BOOT_LINE_H

#include <bootloader/legacy.h>

/** Constant. */
struct line_config {
    struct legacy_config legacy; /* its serial is the line itself */
    /** Whether Tock's protocol may be spoken now; asked when a host begins to. */
    bool (*allowed)(void);
    /** Whether a session of the flash protocol is open, on any line. */
    bool (*session)(void);
};

struct line {
    struct hil_serial serial; /* first: what the flash protocol sees */
    const struct line_config *config;
    uint8_t *payload;
    struct legacy legacy;
    uint32_t heard_ms;  /* when the last byte came */
    uint32_t framed_ms; /* when a frame began */
    uint16_t framed;    /* bytes since then */
    uint8_t state;
    bool is_legacy;
};

/**
 * Makes a line.
 * @param config   must stay
 * @param payload  LEGACY_PAYLOAD_MAX bytes for Tock's protocol, used from when the line is its own
 */
void line_init(struct line *line, const struct line_config *config, uint8_t *payload);

#endif
