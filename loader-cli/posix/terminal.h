// SPDX-License-Identifier: Apache-2.0
/* What the tool asks of the terminal. */
#ifndef POSIX_TERMINAL_H
#define POSIX_TERMINAL_H

#include <stdbool.h>

/** Whether standard output is a terminal that wants colour (NO_COLOR, TERM=dumb). */
bool terminal_wants_color(void);
/** Whether standard error is a terminal, for progress bars. */
bool terminal_shows_progress(void);

#endif
