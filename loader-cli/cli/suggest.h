// SPDX-License-Identifier: Apache-2.0
/* What may be meant by a command that there is not. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/** Whether commands of several words begin with this one, as those of `emu`. */
bool suggest_is_group(const char *word);
/**
 * A hint: the command that is spelt nearly so, or those that begin with the first word.
 * @param count       how many words there are, at least 1
 * @param text, size  receives the hint, cut where it does not fit
 * @return false: nothing is near
 */
bool suggest(int count, const char *const *word, char *text, size_t size);

#endif
