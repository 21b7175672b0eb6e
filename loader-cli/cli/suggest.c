// SPDX-License-Identifier: Apache-2.0
#include "suggest.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

/* Longer words are no command's, and mistakes in more letters are another word. */
enum { NAME_LONGEST = 40, MISTAKES_MOST = 2 };

/* Where the second word of a name begins, if the first is this one; else NULL. */
static const char *behind(const char *name, const char *word)
{
    const size_t length = strlen(word);

    return length > 0 && strncmp(name, word, length) == 0 && name[length] == ' ' ? name + length + 1
                                                                                 : NULL;
}

bool suggest_is_group(const char *word)
{
    size_t i = 0;

    while (commands[i] != NULL && behind(commands[i]->name, word) == NULL) {
        i++;
    }
    return commands[i] != NULL;
}

/* The second words that there are behind a first one. */
static void list_group(const char *word, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "loader-cli %s, and then", word);
    const char *separator = "";

    for (size_t i = 0; commands[i] != NULL && used < size; i++) {
        const char *rest = behind(commands[i]->name, word);

        if (rest != NULL) {
            used += (size_t)snprintf(text + used, size - used, "%s %s", separator, rest);
            separator = ",";
        }
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * How many letters have to be put in, left out, changed or swapped with the next one to make one
 * text of the other (the optimal string alignment distance).
 */
static size_t distance(const char *a, const char *b)
{
    size_t row[3][NAME_LONGEST + 1];
    const size_t across = strlen(b);

    for (size_t j = 0; j <= across; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i + 2) % 3];
        const size_t *before = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= across; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
    }
    return row[strlen(a) % 3][across];
}

/* The first words of a command line, as many as a name has. */
static bool take_words(const char *name, int count, const char *const *word, char *text)
{
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; name != NULL && i < count; i++) {
        const int length =
            snprintf(text + used, NAME_LONGEST + 1 - used, "%s%s", used > 0 ? " " : "", word[i]);

        if (length < 0 || (size_t)length > NAME_LONGEST - used) {
            return false;
        }
        used += (size_t)length;
        name = strchr(name, ' ');
        name = name != NULL ? name + 1 : NULL;
    }
    return true;
}

/* The command whose spelling is nearest to what was typed; NULL: none is near. */
static const char *nearest(int count, const char *const *word)
{
    const char *found = NULL;
    size_t least_away = MISTAKES_MOST + 1;

    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *name = commands[i]->name;
        char typed[NAME_LONGEST + 1];
        size_t away;

        if (strlen(name) > NAME_LONGEST || !take_words(name, count, word, typed)) {
            continue;
        }
        away = distance(typed, name);
        /* Of a short word two letters are another word. */
        if (away < least_away && away * 3 <= strlen(typed)) {
            least_away = away;
            found = name;
        }
    }
    return found;
}

bool suggest(int count, const char *const *word, char *text, size_t size)
{
    const char *found = nearest(count, word);

    if (found != NULL) {
        snprintf(text, size, "is 'loader-cli %s' meant?", found);
    } else if (suggest_is_group(word[0])) {
        list_group(word[0], text, size);
    }
    return found != NULL || suggest_is_group(word[0]);
}
