// SPDX-License-Identifier: Apache-2.0
/* What the tool asks of the terminal. */
#ifndef POSIX_TERMINAL_H
#define POSIX_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Whether standard output is a terminal that wants colour (NO_COLOR, TERM=dumb).
 * @param wanted  "always", "never", else: as the terminal is
 */
bool terminal_wants_color(const char *wanted);
/** Whether standard error is a terminal, for progress bars. */
bool terminal_shows_progress(void);

/** How many characters fit in a line of standard error's terminal, and lines; 80 and 24 if unknown.
 */
void terminal_size(size_t *columns, size_t *lines);

/** How many characters fit in a line of standard output; 0: it is no terminal, any number. */
size_t terminal_output_columns(void);

/** What became of a question. */
enum terminal_answer {
    TERMINAL_NONE, /* standard input and error are not both a terminal: nothing was asked */
    TERMINAL_ANSWERED,
    TERMINAL_CANCELLED /* Ctrl-C, or the terminal is gone */
};

/**
 * Asks a question and does not show what is typed.
 * @param answer, size  receive the answer, terminated; what is longer is cut off
 */
enum terminal_answer terminal_ask(const char *question, char *answer, size_t size);
/** The same, and shows what is typed. */
enum terminal_answer terminal_question(const char *question, char *answer, size_t size);

/**
 * Adds what has come on standard input, without waiting for more.
 * @param used  bytes of data[] in use; less than size
 * @return false: nothing will come any more
 */
bool terminal_input(uint8_t *data, uint32_t size, uint32_t *used);

#endif
