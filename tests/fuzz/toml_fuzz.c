// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a file of settings: every text ends with a mistake in one of its lines or without
 * one, and what is taken fits its place, can be seen, and is of its kind.
 */
#include <stdlib.h>
#include <string.h>

#include <cli/toml.h>

#include "input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 65536 };

/* The only control characters that escapes can make. */
static void check_text(const char *text, size_t room)
{
    size_t length = strnlen(text, room);

    if (length == room) {
        abort();
    }
    for (size_t i = 0; i < length;) {
        size_t step = text[i] == '\t' || text[i] == '\n' ? 1 : cli_printable(text + i, length - i);

        if (step == 0) {
            abort();
        }
        i += step;
    }
}

static const char *take(void *context, const struct toml_value *value)
{
    int *latest = context;

    check_text(value->table, sizeof value->table);
    check_text(value->key, sizeof value->key);
    check_text(value->text, sizeof value->text);
    if (value->line <= *latest || value->kind > TOML_BOOLEAN) {
        abort(); /* one value per line, in their order */
    }
    if (value->kind == TOML_NUMBER && value->text[strspn(value->text, "+-0123456789")] != '\0') {
        abort();
    }
    *latest = value->line;
    return strcmp(value->text, "refuse") == 0 ? "refused" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[TEXT_MAX];
    const char *wrong;
    int latest = 0;
    int lines = 1;
    int line = 0;

    if (size >= sizeof text) {
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        lines++;
    }
    wrong = toml_read(text, take, &latest, &line);
    if (line < 1 || line > lines || latest > line || (wrong == NULL && line != lines) ||
        (wrong != NULL && wrong[0] == '\0')) {
        abort();
    }
    return 0;
}
