// SPDX-License-Identifier: Apache-2.0
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cli_say(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->json || cli->quiet) {
        return;
    }
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->quiet) {
        return;
    }
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

int cli_fail(struct cli *cli, int code, const char *hint, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", code == EXIT_NOTHING ? "note" : "error", text);
    if (hint != NULL) {
        fprintf(stderr, "hint: %s\n", hint);
    }
    json_object_set_new(cli->result, "error", json_string(text));
    if (hint != NULL) {
        json_object_set_new(cli->result, "hint", json_string(hint));
    }
    return code;
}

void cli_finish(struct cli *cli, int code)
{
    if (cli->json) {
        json_object_set_new(cli->result, "schema", json_integer(CLI_JSON_SCHEMA));
        json_object_set_new(cli->result, "exit", json_integer(code));
        json_dumpf(cli->result, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
        putchar('\n');
    }
    json_decref(cli->result);
    cli->result = NULL;
    fflush(stdout);
}

/* Length of the UTF-8 sequence at p, or 0 when it is none that may be printed. */
static size_t printable(const unsigned char *p, size_t left)
{
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

    if (p[0] < 0x20 || p[0] == 0x7F || (p[0] >= 0x80 && p[0] < 0xC2) || p[0] > 0xF4 ||
        length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    /* U+0080 to U+009F are control characters, too. */
    return p[0] == 0xC2 && p[1] < 0xA0 ? 0 : length;
}

const char *cli_clean(const void *text, size_t length, char *out, size_t size)
{
    const unsigned char *p = text;
    size_t used = 0;

    for (size_t i = 0; i < length && used + 5 < size;) {
        size_t step = printable(p + i, length - i);

        if (step == 0) {
            out[used++] = '?';
            i++;
        } else {
            memcpy(out + used, p + i, step);
            used += step;
            i += step;
        }
    }
    out[used] = '\0';
    return out;
}

const char *cli_hex(const uint8_t *data, size_t length, char *out)
{
    for (size_t i = 0; i < length; i++) {
        snprintf(out + 2 * i, 3, "%02x", data[i]);
    }
    out[2 * length] = '\0';
    return out;
}
