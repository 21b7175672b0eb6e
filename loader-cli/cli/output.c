// SPDX-License-Identifier: Apache-2.0
/* What the command line does with what it is told: prints it, or puts it into the JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../posix/line.h"
#include "cli.h"
#include "event.h"
#include "progress.h"
#include "settings.h"

static struct progress progress;

/* Names of files, apps and devices are in most lines, by whoever prints them. */
static void put_clean(FILE *to, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t step = cli_printable(text, left);

        if (step == 0) {
            fputc(cli_stand_in((unsigned char)text[0]), to);
            step = 1;
        } else {
            (void)fwrite(text, 1, step, to);
        }
        text += step;
        left -= step;
    }
}

/* Prints a line, of any length. */
__attribute__((format(REPORT_FORMAT, 2, 0))) static void put_line(FILE *to, const char *format,
                                                                  va_list arguments)
{
    char text[512];
    char *whole = text;
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(text, sizeof text, format, arguments);
    if (length >= (int)sizeof text) {
        whole = malloc((size_t)length + 1);
        (void)vsnprintf(whole != NULL ? whole : text, whole != NULL ? (size_t)length + 1 : 0,
                        format, again);
        whole = whole != NULL ? whole : text;
    }
    va_end(again);
    put_clean(to, whole);
    fputc('\n', to);
    if (whole != text) {
        free(whole);
    }
}

static void on_say(struct cli *cli, const char *format, va_list arguments)
{
    if (!cli->json && !cli->quiet) {
        put_line(stdout, format, arguments);
    }
}

static void on_note(struct cli *cli, const char *format, va_list arguments)
{
    char text[1024];

    if (cli->quiet) {
        return;
    }
    if (cli->events) {
        vsnprintf(text, sizeof text, format, arguments);
        event_note(cli, text);
    } else {
        fflush(stdout); /* in the order in which it happened, also in a file */
        put_line(stderr, format, arguments);
    }
}

static void on_error(struct cli *cli, int code, const char *text, const char *hint)
{
    json_object_set_new(cli->result, "error", json_string(text));
    if (hint != NULL) {
        json_object_set_new(cli->result, "hint", json_string(hint));
    }
    if (cli->events) {
        event_error(cli, code, text, hint);
        return;
    }
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", code == EXIT_NOTHING ? "note" : "error", text);
    if (hint != NULL) {
        fputs("hint: ", stderr);
        put_clean(stderr, hint);
        fputc('\n', stderr);
    }
}

static const char *on_setting(struct cli *cli, const char *key)
{
    (void)cli;
    return settings_value(key, NULL);
}

static void on_opening(struct cli *cli)
{
    (void)cli;
    interrupt_catch();
}

static void on_opened(struct cli *cli, const char *selector, bool development)
{
    json_object_set_new(cli->result, "device", json_string(selector));
    event_state(cli, "connected");
    if (development && cli->color) {
        cli_note(cli, "warning: this device trusts a development key");
    }
}

static void on_restarting(struct cli *cli)
{
    event_state(cli, "restarting");
}

static void on_progress(struct cli *cli, const char *what, uint32_t first, uint32_t done,
                        uint32_t total)
{
    if (done == first) {
        progress_begin(&progress, cli, what, clock_ms(), first);
    }
    if (done != first || done == total) {
        progress_show(&progress, done, total, clock_ms());
    }
}

const struct report_hooks cli_hooks = {
    .error = on_error,
    .note = on_note,
    .say = on_say,
    .setting = on_setting,
    .password = cli_ask_password,
    .opening = on_opening,
    .opened = on_opened,
    .restarting = on_restarting,
    .progress = on_progress,
};

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
