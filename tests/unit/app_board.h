// SPDX-License-Identifier: Apache-2.0
/*
 * A kernel of one process, for tests of lib/app's system calls: time passes only when the app
 * waits, console, random numbers and buttons do what the test says.
 */
#ifndef APP_BOARD_H
#define APP_BOARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gantry/syscall.h>

enum { BOARD_HZ = 1000000 };

/* The counter of the alarm. */
extern uint32_t board_now;
/* What the app wrote, and how many of its bytes the console takes; the rest fails. */
extern char board_console[256];
extern size_t board_console_used;
/* A driver that is not there. */
extern uint32_t board_missing;
/* Buffers that the app has shared and not taken back. */
unsigned board_shared(void);

/* Forgets everything; the counter starts at `now`. */
void board_reset(uint32_t now);
/* Bytes that come in at the console. */
void board_type(const char *text);
/* Lets time pass while the app is busy: what is due meanwhile waits for it. */
void board_pass(uint32_t counts);
/* A button that is pressed or released. */
void board_press(uint32_t index, bool pressed);

#endif
