// SPDX-License-Identifier: Apache-2.0
/* Why the system did not do something, in words. */
#ifndef POSIX_REASON_H
#define POSIX_REASON_H

/** A reason; by value, for strerror() keeps its texts in a place that threads share. */
struct reason {
    char text[96];
};

/** What an errno means: reason(errno).text. Any thread. */
struct reason reason(int error);

#endif
