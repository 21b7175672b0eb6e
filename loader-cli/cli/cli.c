// SPDX-License-Identifier: Apache-2.0
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "event.h"

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
    char text[1024];
    va_list arguments;

    if (cli->quiet) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (cli->events) {
        event_note(cli, text);
        return;
    }
    fflush(stdout); /* in the order in which it happened, also in a file */
    fprintf(stderr, "%s\n", text);
}

/* What helps with an error of that kind when nothing better is known. */
static const char *usual_hint(int code)
{
    switch (code) {
    case EXIT_USAGE:
        return "loader-cli COMMAND --help shows how it is used";
    case EXIT_NOTHING:
        return "loader-cli list, or loader-cli emu status, shows how things stand";
    case EXIT_DEVICE:
        return "emu:mps2_an386, usb:VID:PID, serial:/dev/ttyACM0 and tcp:HOST:PORT are devices";
    case EXIT_LOST:
        return "check the cable and the device, then run the same command again";
    case EXIT_PERMISSION:
        return "ls -l shows who may read and write there";
    case EXIT_FAILED:
        return "check the names on the command line: loader-cli COMMAND --help";
    default:
        return NULL;
    }
}

static int report(struct cli *cli, int code, const char *text, const char *hint)
{
    json_object_set_new(cli->result, "error", json_string(text));
    if (hint != NULL) {
        json_object_set_new(cli->result, "hint", json_string(hint));
    }
    if (cli->events) {
        event_error(cli, code, text, hint);
        return code;
    }
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", code == EXIT_NOTHING ? "note" : "error", text);
    if (hint != NULL) {
        fprintf(stderr, "hint: %s\n", hint);
    }
    return code;
}

int cli_fail(struct cli *cli, int code, const char *hint, const char *format, ...)
{
    char raw[512];
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    /* Names of files, packages and devices are in it. */
    cli_clean(raw, strlen(raw), text, sizeof text);
    hint = hint != NULL ? hint : usual_hint(code);
    if (code < 32 && (cli->held >> code & 1u) != 0) {
        snprintf(cli->kept, sizeof cli->kept, "%s", text);
        snprintf(cli->kept_hint, sizeof cli->kept_hint, "%s", hint != NULL ? hint : "");
        return code;
    }
    return report(cli, code, text, hint);
}

uint32_t cli_hold(struct cli *cli, uint32_t codes)
{
    uint32_t before = cli->held;

    cli->held |= codes;
    return before;
}

int cli_report(struct cli *cli, int code)
{
    return report(cli, code, cli->kept, cli->kept_hint[0] != '\0' ? cli->kept_hint : NULL);
}

void cli_finish(struct cli *cli, int code)
{
    if (cli->json) {
        json_object_set_new(cli->result, "schema", json_integer(CLI_JSON_SCHEMA));
        json_object_set_new(cli->result, "exit", json_integer(code));
        json_dumpf(cli->result, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
        putchar('\n');
    }
    event_end(cli, code);
    json_decref(cli->result);
    cli->result = NULL;
    fflush(stdout);
}

/* Characters that control a terminal, or change the order in which text is shown. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Length of the UTF-8 sequence at p, or 0 when it is none that may be printed. */
static size_t printable(const unsigned char *p, size_t left)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = length == 1 ? p[0] : p[0] & (0xFFu >> (length + 1));

    if ((p[0] >= 0x80 && p[0] < 0xC2) || p[0] > 0xF4 || length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    /* Neither longer than need be, nor half of a pair, nor beyond the last character. */
    if (c < lowest[length] || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) {
        return 0;
    }
    return is_control(c) ? 0 : length;
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
