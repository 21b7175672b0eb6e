// SPDX-License-Identifier: Apache-2.0
/*
 * Tock's serial protocol as tockloader speaks it: commands, pages, attributes. Whatever goes wrong
 * ends the program, with EXIT to the board.
 */
#ifndef TESTS_LEGACY_WIRE_H
#define TESTS_LEGACY_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_PAGE = 512,
    WIRE_REPLY_MAX = 8192,
    WIRE_ATTRIBUTES = 16,
    WIRE_PONG_MS = 150, /* tockloader waits half a second after each */
    WIRE_OK = 0x15
};

/* The body of the last answer; the attributes that were read last. */
extern uint8_t wire_reply[WIRE_REPLY_MAX];
extern char wire_keys[WIRE_ATTRIBUTES][9];
extern char wire_values[WIRE_ATTRIBUTES][56];

_Noreturn void wire_die(const char *what);
uint32_t wire_get32(const uint8_t *p);
void wire_put32(uint8_t *p, uint32_t value);

void wire_connect_line(const char *path);
/* What comes until the line is silent for a while, at most so many bytes. */
size_t wire_take_within(uint8_t *data, size_t wanted, int silence_ms);
void wire_give(const uint8_t *data, size_t length);
/* Pings until the bootloader answers; says EXIT. */
void wire_enter(void);
void wire_leave(void);
void wire_change_rate(uint32_t rate);
/* A command behind a sync, which must be answered with a code and a body of so many bytes. */
void wire_demand(uint8_t command, const uint8_t *payload, size_t size, unsigned wanted,
                 size_t length);

/* False: the board says that it may not be read. */
bool wire_read_range(uint32_t address, uint32_t length, uint8_t *data);
/* Writes what is not zeros, and looks at its sum. */
void wire_flash(uint32_t address, const uint8_t *data, uint32_t length);
void wire_erase_page(uint32_t address);

void wire_read_attributes(void);
/* The slot of a key; for "" the first free one; WIRE_ATTRIBUTES: none. */
uint8_t wire_slot_of(const char *key);
/* Without a value it is removed. */
void wire_set_attribute(const char *key, const char *value);

#endif
