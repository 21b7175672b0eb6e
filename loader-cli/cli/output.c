// SPDX-License-Identifier: Apache-2.0
/* What the command line does with what it is told: prints it, or puts it into the JSON object. */
#include <stdio.h>

#include "../posix/line.h"
#include "cli.h"
#include "progress.h"
#include "settings.h"

static struct progress progress;

static void on_say(struct cli *cli, const char *format, va_list arguments)
{
    if (!cli->json && !cli->quiet) {
        vprintf(format, arguments);
        putchar('\n');
    }
}

static void on_note(struct cli *cli, const char *format, va_list arguments)
{
    if (!cli->quiet) {
        fflush(stdout); /* in the order in which it happened, also in a file */
        vfprintf(stderr, format, arguments);
        fputc('\n', stderr);
    }
}

static void on_error(struct cli *cli, int code, const char *text, const char *hint)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", code == EXIT_NOTHING ? "note" : "error", text);
    json_object_set_new(cli->result, "error", json_string(text));
    if (hint != NULL) {
        fprintf(stderr, "hint: %s\n", hint);
        json_object_set_new(cli->result, "hint", json_string(hint));
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
    if (development && cli->color) {
        cli_note(cli, "warning: this device trusts a development key");
    }
}

static void on_progress(struct cli *cli, const char *what, uint32_t first, uint32_t done,
                        uint32_t total)
{
    if (done == first) {
        progress_begin(&progress, cli, what, clock_ms(), first);
    } else {
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
    json_decref(cli->result);
    cli->result = NULL;
    fflush(stdout);
}
