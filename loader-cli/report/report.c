// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <stdio.h>
#include <string.h>

/* The hooks change what they like of their caller; what is told does not. */
static struct cli *caller(const struct cli *cli)
{
    return (struct cli *)(uintptr_t)cli;
}

void cli_say(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->hooks != NULL && cli->hooks->say != NULL) {
        va_start(arguments, format);
        cli->hooks->say(caller(cli), format, arguments);
        va_end(arguments);
    }
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->hooks != NULL && cli->hooks->note != NULL) {
        va_start(arguments, format);
        cli->hooks->note(caller(cli), format, arguments);
        va_end(arguments);
    }
}

/* What helps with an error of that kind when nothing better is known; NULL: nothing does. */
static const char *usual_hint(const struct cli *cli, int code, char *text, size_t size)
{
    switch (code) {
    case EXIT_NOTHING:
        return "loader-cli list, or loader-cli emu status, shows how things stand";
    case EXIT_DEVICE:
        return "emu:mps2_an386, usb:VID:PID, serial:/dev/ttyACM0 and tcp:HOST:PORT are devices";
    case EXIT_LOST:
        return "check the cable and the device, then run the same command again";
    case EXIT_PERMISSION:
        return "ls -l shows who may read and write there";
    case EXIT_USAGE:
    case EXIT_FAILED:
        if (cli->command == NULL) {
            return NULL; /* a program that embeds the library has no command line to look at */
        }
        snprintf(text, size,
                 code == EXIT_USAGE ? "loader-cli %s --help shows how it is used"
                                    : "loader-cli %s --help says what it needs",
                 cli->command);
        return text;
    default:
        return NULL;
    }
}

static void keep(struct cli *cli, const char *text, const char *hint)
{
    snprintf(cli->kept, sizeof cli->kept, "%s", text);
    snprintf(cli->kept_hint, sizeof cli->kept_hint, "%s", hint != NULL ? hint : "");
}

int cli_fail(struct cli *cli, int code, const char *hint, const char *format, ...)
{
    char raw[512];
    char text[512];
    char usual[96];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    /* Names of files, packages and devices are in it. */
    cli_clean(raw, strlen(raw), text, sizeof text);
    hint = hint != NULL ? hint : usual_hint(cli, code, usual, sizeof usual);
    if (cli->hooks == NULL || cli->hooks->error == NULL ||
        (code < 32 && (cli->held >> code & 1u) != 0)) {
        keep(cli, text, hint);
    } else {
        cli->hooks->error(cli, code, text, hint);
    }
    return code;
}

uint32_t cli_hold(struct cli *cli, uint32_t codes)
{
    uint32_t before = cli->held;

    cli->held |= codes;
    return before;
}

int cli_report(struct cli *cli, int code)
{
    if (cli->hooks != NULL && cli->hooks->error != NULL) {
        cli->hooks->error(cli, code, cli->kept, cli->kept_hint[0] != '\0' ? cli->kept_hint : NULL);
    }
    return code;
}

const char *cli_setting(struct cli *cli, const char *key)
{
    return cli->hooks != NULL && cli->hooks->setting != NULL ? cli->hooks->setting(cli, key) : "";
}

int cli_password(struct cli *cli, const char *path, char *password)
{
    return cli->hooks != NULL && cli->hooks->password != NULL
               ? cli->hooks->password(cli, path, password)
               : EXIT_NOTHING;
}

void cli_opening(struct cli *cli)
{
    if (cli->hooks != NULL && cli->hooks->opening != NULL) {
        cli->hooks->opening(cli);
    }
}

void cli_opened(struct cli *cli, const char *selector, bool development)
{
    if (cli->hooks != NULL && cli->hooks->opened != NULL) {
        cli->hooks->opened(cli, selector, development);
    }
}

void cli_restarting(struct cli *cli)
{
    if (cli->hooks != NULL && cli->hooks->restarting != NULL) {
        cli->hooks->restarting(cli);
    }
}

void cli_progress(struct cli *cli, const char *what, uint32_t first, uint32_t done, uint32_t total)
{
    if (cli->hooks != NULL && cli->hooks->progress != NULL) {
        cli->hooks->progress(cli, what, first, done, total);
    }
}

bool cli_cancelled(const struct cli *cli)
{
    return cli->hooks != NULL && cli->hooks->cancelled != NULL && cli->hooks->cancelled(cli);
}
