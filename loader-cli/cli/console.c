// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "../posix/text.h"
#include "event.h"

/* No red, which is for errors, and nothing that a light or a dark background swallows. */
static const char colors[CONSOLE_COLORS][3] = {"36", "32", "35", "34", "33",
                                               "96", "92", "95", "94", "93"};

int console_open(struct console *console, struct cli *cli, const char *log_path, bool timestamps,
                 size_t wanted)
{
    *console = (struct console){.cli = cli,
                                .timestamps = timestamps,
                                .log_path = log_path,
                                .lines = json_array(),
                                .kept = wanted > CONSOLE_KEPT ? wanted : CONSOLE_KEPT};
    json_object_set_new(cli->result, "lines", console->lines);
    if (log_path == NULL) {
        return EXIT_DONE;
    }
    console->log = fopen(log_path, "a");
    if (console->log == NULL) {
        return cli_fail(cli, errno == EACCES ? EXIT_PERMISSION : EXIT_FAILED, NULL,
                        "'%s' cannot be written: %s", log_path, strerror(errno));
    }
    return EXIT_DONE;
}

/*
 * An app has its colour as long as there are enough: the one that its name gives, so that it is the
 * same in every run, or the next that nobody has.
 */
static const char *color_of(struct console *console, const char *name)
{
    unsigned hash = 0;
    unsigned first;

    for (const char *at = name; *at != '\0'; at++) {
        hash = hash * 31u + (unsigned char)*at;
    }
    first = hash % CONSOLE_COLORS;
    for (unsigned i = 0; i < CONSOLE_COLORS; i++) {
        char *owner = console->name[(first + i) % CONSOLE_COLORS];

        if (owner[0] == '\0') {
            snprintf(owner, CONSOLE_NAME_MAX, "%s", name);
        }
        if (strcmp(owner, name) == 0) {
            return colors[(first + i) % CONSOLE_COLORS];
        }
    }
    return colors[first];
}

/* The time now: for people that of the day, for files and programs with date and zone. */
static void stamp(char *day, size_t day_size, char *whole, size_t whole_size)
{
    struct timespec now;
    struct tm local;
    char zone[16];
    char date[32];

    (void)timespec_get(&now, TIME_UTC);
    text_local_time(now.tv_sec, &local);
    strftime(day, day_size, "%H:%M:%S", &local);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local);
    snprintf(whole, whole_size, "%s.%03ld%s", date, now.tv_nsec / 1000000, zone);
    snprintf(day + strlen(day), day_size - strlen(day), ".%03ld ", now.tv_nsec / 1000000);
}

/* The newest takes the place of the oldest. */
static void keep(struct console *console, json_t *line)
{
    if (json_array_size(console->lines) < console->kept) {
        json_array_append_new(console->lines, line);
        return;
    }
    json_array_set_new(console->lines, (size_t)console->left_out % console->kept, line);
    console->left_out++;
}

/* The ring's lines, in the order in which they came. */
static void straighten(struct console *console)
{
    const size_t size = json_array_size(console->lines);
    json_t *straight;

    if (console->left_out > 0) {
        straight = json_array();
        for (size_t i = 0; i < size; i++) {
            const size_t at = ((size_t)console->left_out + i) % size;

            json_array_append(straight, json_array_get(console->lines, at));
        }
        json_object_set_new(console->cli->result, "lines", straight);
    }
    json_object_set_new(console->cli->result, "lines_left_out", json_integer(console->left_out));
}

void console_print(struct console *console, const char *name, const char *text)
{
    char day[32];
    char whole[64];

    stamp(day, sizeof day, whole, sizeof whole);
    if (console->log != NULL && console->log_error == 0 &&
        (fprintf(console->log, "%s %-12s | %s\n", whole, name, text) < 0 ||
         fflush(console->log) != 0)) {
        console->log_error = errno;
    }
    if (console->cli->json != 0) {
        json_t *line = json_pack("{s:s, s:s}", "app", name, "text", text);

        if (console->timestamps) {
            json_object_set_new(line, "time", json_string(whole));
        }
        event_line(console->cli, line);
        keep(console, line);
        return;
    }
    if (console->cli->quiet != 0) {
        return;
    }
    if (!console->timestamps) {
        day[0] = '\0';
    }
    if (console->cli->color) {
        printf("%s\033[1;%sm%-12s\033[0m | %s\n", day, color_of(console, name), name, text);
    } else {
        printf("%s%-12s | %s\n", day, name, text);
    }
    fflush(stdout);
}

int console_close(struct console *console, int code)
{
    straighten(console);
    if (console->log == NULL) {
        return code;
    }
    if (fclose(console->log) != 0 && console->log_error == 0) {
        console->log_error = errno;
    }
    if (console->log_error == 0) {
        return code;
    }
    return cli_fail(console->cli, console->log_error == ENOSPC ? EXIT_SPACE : EXIT_FAILED,
                    "make room, or name a file elsewhere", "'%s' is not complete: %s",
                    console->log_path, strerror(console->log_error));
}
