// SPDX-License-Identifier: Apache-2.0
/* Texts, as far as C itself does not know of them. */
#ifndef POSIX_TEXT_H
#define POSIX_TEXT_H

#include <stdbool.h>
#include <time.h>

/** Opaque: a regular expression. */
struct pattern;

/** @return to be freed with pattern_free(); NULL: it is none, or there is no memory */
struct pattern *pattern_new(const char *expression);
/** Whether it matches anywhere in a line. */
bool pattern_matches(const struct pattern *pattern, const char *line);
void pattern_free(struct pattern *pattern);

/** The time of the day where the user is. */
void text_local_time(time_t time, struct tm *local);
/** Whether two words are the same in whatever case. */
bool text_same(const char *a, const char *b);

#endif
