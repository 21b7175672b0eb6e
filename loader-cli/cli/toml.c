// SPDX-License-Identifier: Apache-2.0
#include "toml.h"

#include <ctype.h>
#include <string.h>

#include "cli.h"

/* Where the reading is: always within one line. */
struct reader {
    const char *at;
    const char *wrong; /* the first mistake; NULL: none */
};

static bool fail(struct reader *r, const char *wrong)
{
    r->wrong = r->wrong != NULL ? r->wrong : wrong;
    return false;
}

/* Whether all of a line is seen as it is, comments too: TOML is UTF-8 without control characters.
 */
static bool is_plain(struct reader *r)
{
    size_t left = strcspn(r->at, "\n");

    left -= left > 0 && r->at[left - 1] == '\r' && r->at[left] == '\n' ? 1 : 0;
    for (const char *at = r->at; left > 0;) {
        size_t step = *at == '\t' ? 1 : cli_printable(at, left);

        if (step == 0) {
            return fail(r, "it is not plain text: UTF-8 without control characters");
        }
        at += step;
        left -= step;
    }
    return true;
}

static void skip_blanks(struct reader *r)
{
    r->at += strspn(r->at, " \t");
}

/* What may stand behind everything else of a line. */
static bool read_end(struct reader *r)
{
    skip_blanks(r);
    if (*r->at == '#') {
        r->at += strcspn(r->at, "\n");
    }
    r->at += r->at[0] == '\r' && r->at[1] == '\n' ? 1 : 0;
    return *r->at == '\n' || *r->at == '\0' ||
           fail(r, "there is something behind the value; a string goes in quotes");
}

static bool is_bare(char c)
{
    return isalnum((unsigned char)c) != 0 || c == '-' || c == '_';
}

static bool put(struct reader *r, char *out, size_t size, size_t *used, char c)
{
    if (*used + 1 >= size) {
        return fail(r, "it is too long");
    }
    out[(*used)++] = c;
    out[*used] = '\0';
    return true;
}

/* The character that stands behind a backslash; '\0' when none does that here. */
static char escaped(char c)
{
    static const char written[] = "\\\"tn";
    static const char meant[] = "\\\"\t\n";
    const char *found = c != '\0' ? strchr(written, c) : NULL;

    if (found == NULL) {
        return '\0';
    }
    return meant[found - written];
}

/* "basic" or 'literal'. */
static bool read_string(struct reader *r, char *out, size_t size)
{
    char quote = *r->at++;
    size_t used = 0;

    out[0] = '\0';
    if (r->at[0] == quote && r->at[1] == quote) {
        return fail(r, "strings of several lines are not for settings");
    }
    while (*r->at != quote) {
        char c = *r->at++;

        if ((unsigned char)c < 0x20 && c != '\t') {
            return fail(r, "a string does not end on its line");
        }
        if (c == '\\' && quote == '"') {
            c = escaped(*r->at++);
            if (c == '\0') {
                return fail(r,
                            "of escapes, settings know \\\\ \\\" \\t \\n; in '...' there are none");
            }
        }
        if (!put(r, out, size, &used, c)) {
            return false;
        }
    }
    r->at++;
    return true;
}

static bool read_name(struct reader *r, char *out)
{
    size_t used = 0;

    skip_blanks(r);
    if (*r->at == '"' || *r->at == '\'') {
        if (!read_string(r, out, TOML_NAME_MAX)) {
            return false;
        }
    } else {
        out[0] = '\0';
        while (is_bare(*r->at)) {
            if (!put(r, out, TOML_NAME_MAX, &used, *r->at++)) {
                return false;
            }
        }
        if (used == 0) {
            return fail(r, "a name is wanted");
        }
    }
    skip_blanks(r);
    return *r->at != '.' || fail(r, "names with dots are not for settings");
}

/* Digits in decimal, as TOML has them: no zero in front, underscores between digits alone. */
static bool read_number(struct reader *r, char *out)
{
    size_t used = 0;
    bool digit = false;

    out[0] = '\0';
    if ((*r->at == '-' || *r->at == '+') && !put(r, out, TOML_TEXT_MAX, &used, *r->at++)) {
        return false;
    }
    if (r->at[0] == '0' && isalnum((unsigned char)r->at[1])) {
        return fail(r, "a number begins with 0");
    }
    while (isdigit((unsigned char)*r->at) || (*r->at == '_' && digit)) {
        digit = *r->at != '_';
        if (digit && !put(r, out, TOML_TEXT_MAX, &used, *r->at)) {
            return false;
        }
        r->at++;
    }
    return digit || fail(r, "a value is a string in quotes, a whole number, true or false");
}

static bool read_boolean(struct reader *r, char *out)
{
    const char *word = strncmp(r->at, "true", 4) == 0    ? "true"
                       : strncmp(r->at, "false", 5) == 0 ? "false"
                                                         : NULL;

    if (word == NULL || is_bare(r->at[strlen(word)])) {
        return fail(r, "a value is a string in quotes, a whole number, true or false");
    }
    memcpy(out, word, strlen(word) + 1);
    r->at += strlen(word);
    return true;
}

static bool read_value(struct reader *r, struct toml_value *value)
{
    skip_blanks(r);
    if (*r->at == '"' || *r->at == '\'') {
        value->kind = TOML_STRING;
        return read_string(r, value->text, sizeof value->text);
    }
    if (isalpha((unsigned char)*r->at)) {
        value->kind = TOML_BOOLEAN;
        return read_boolean(r, value->text);
    }
    value->kind = TOML_NUMBER;
    return read_number(r, value->text);
}

/* Reads one line, up to its end. */
static void read_line(struct reader *r, struct toml_value *value, toml_take take, void *context)
{
    if (!is_plain(r)) {
        return;
    }
    skip_blanks(r);
    if (*r->at == '[') {
        r->at++;
        if (*r->at == '[') {
            (void)fail(r, "arrays of tables are not for settings");
        } else if (read_name(r, value->table) && *r->at++ != ']') {
            (void)fail(r, "']' is missing");
        }
    } else if (strchr("#\r\n", *r->at) == NULL && read_name(r, value->key)) {
        if (*r->at++ != '=') {
            (void)fail(r, "'=' is missing");
        } else if (read_value(r, value) && read_end(r)) {
            r->wrong = take(context, value);
        }
    }
    if (r->wrong == NULL) {
        (void)read_end(r);
    }
}

const char *toml_read(const char *text, toml_take take, void *context, int *line)
{
    struct reader reader = {.at = text};
    struct toml_value value = {.table = ""};

    for (*line = 1;; (*line)++) {
        value.line = *line;
        read_line(&reader, &value, take, context);
        if (reader.wrong != NULL || *reader.at == '\0') {
            return reader.wrong;
        }
        reader.at++;
    }
}
