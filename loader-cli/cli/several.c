// SPDX-License-Identifier: Apache-2.0
#include "several.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../posix/children.h"
#include "../posix/connect.h"
#include "../posix/terminal.h"
#include "report.h"
#include "rows.h"
#include "settings.h"

enum { DRAW_MS = 200 };

static const char all[] = "all";

bool several_are_named(char *const *named)
{
    return named != NULL && named[0] != NULL && (named[1] != NULL || strcmp(named[0], all) == 0);
}

void several_free(struct several *devices)
{
    free(devices->selector);
    *devices = (struct several){NULL, 0};
}

/* Adds a device; the same one twice would wait for itself. */
static int add(struct cli *cli, struct several *devices, const char *selector)
{
    char identity[400];
    char other[400];

    connect_identity(selector, identity, sizeof identity);
    for (size_t i = 0; i < devices->count; i++) {
        connect_identity(devices->selector[i], other, sizeof other);
        if (strcmp(identity, other) == 0) {
            return cli_fail(cli, EXIT_USAGE, "name each device once",
                            "'%s' and '%s' are the same device", devices->selector[i], selector);
        }
    }
    if (devices->count == CHILDREN_MAX) {
        return cli_fail(cli, EXIT_USAGE, "take them in several runs", "more than %d devices",
                        CHILDREN_MAX);
    }
    snprintf(devices->selector[devices->count++], SEVERAL_SELECTOR_MAX, "%s", selector);
    return EXIT_DONE;
}

static int add_all(struct cli *cli, struct several *devices)
{
    char list[CONNECT_LIST_SIZE];
    char *rest = list;
    int code = EXIT_DONE;

    connect_list_known(list, sizeof list);
    for (const char *at = cli_word(&rest, " "); code == EXIT_DONE && at != NULL;
         at = cli_word(&rest, " ")) {
        code = add(cli, devices, at);
    }
    if (code == EXIT_DONE && devices->count == 0) {
        code = cli_fail(cli, EXIT_DEVICE,
                        "all are those on USB and running emulated boards; name serial ports",
                        "there is no device");
    }
    return code;
}

int several_find(struct cli *cli, char *const *named, struct several *devices)
{
    int code = EXIT_DONE;

    *devices = (struct several){calloc(CHILDREN_MAX, sizeof *devices->selector), 0};
    if (devices->selector == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    if (strcmp(named[0], all) == 0 && named[1] == NULL) {
        return add_all(cli, devices);
    }
    for (size_t i = 0; code == EXIT_DONE && named[i] != NULL; i++) {
        code = strcmp(named[i], all) != 0
                   ? add(cli, devices, settings_device(named[i]))
                   : cli_fail(cli, EXIT_USAGE, "-d all alone, or the devices by name",
                              "'all' stands beside other devices");
    }
    return code;
}

/* A run. */
struct run {
    struct cli *cli;
    struct rows rows;
    struct row *row;
    struct report *report; /* of each device */
    uint32_t drawn_ms;
};

static void copy(char *to, size_t size, const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));

    snprintf(to, size, "%s", text != NULL ? text : "");
}

static uint32_t number(const json_t *event, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(event, key));
}

static void hear_progress(struct run *run, struct row *row, const json_t *event)
{
    copy(row->what, sizeof row->what, event, "what");
    row->done = number(event, "done");
    row->total = number(event, "total");
    row->rate = number(event, "rate");
    if (!run->cli->quiet && !run->cli->json && !run->cli->events) {
        rows_moved(&run->rows, row);
    }
}

/* An event of a device, or what a library of its process has written. */
static void hear_event(struct run *run, size_t i, const char *text)
{
    json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *kind = json_string_value(json_object_get(event, "event"));

    if (event == NULL || kind == NULL) {
        cli_note(run->cli, "%s: %s", run->row[i].name, text);
    } else if (strcmp(kind, "error") == 0) {
        report_error(&run->report[i], event);
    } else if (strcmp(kind, "progress") == 0) {
        hear_progress(run, &run->row[i], event);
    } else if (strcmp(kind, "state") == 0) {
        copy(run->row[i].state, sizeof run->row[i].state, event, "state");
        run->row[i].what[0] = '\0';
        rows_changed(&run->rows);
    } else if (strcmp(kind, "note") == 0 && !run->cli->events && !run->rows.drawn) {
        cli_note(run->cli, "%s: %s", run->row[i].name,
                 json_string_value(json_object_get(event, "text")));
    }
    if (event != NULL && kind != NULL && run->cli->events) {
        fprintf(stderr, "%s\n", text);
    }
    json_decref(event);
}

static void on_line(void *context, size_t i, bool error, const char *text)
{
    struct run *run = context;

    if (error) {
        hear_event(run, i, text);
    } else {
        report_text(&run->report[i], text);
    }
}

static void on_ended(void *context, size_t i, int code, int signal)
{
    struct run *run = context;

    report_ended(&run->report[i], code, signal);
    run->row[i].ended = true;
    rows_changed(&run->rows);
    snprintf(run->row[i].state, sizeof run->row[i].state, "%s", report_word(run->report[i].code));
    if (!run->cli->events && !run->rows.drawn) {
        report_show_error(run->cli, &run->report[i]);
    }
}

static void on_tick(void *context)
{
    struct run *run = context;

    bool due = clock_ms() - run->drawn_ms >= DRAW_MS;

    run->drawn_ms = due ? clock_ms() : run->drawn_ms;
    rows_draw(&run->rows, due);
}

/* The command line of one device's process; NULL without memory. */
static const char **words_of(char *option, size_t size, const char *selector,
                             const char *const *argument)
{
    size_t count = 0;
    const char **word;

    while (argument[count] != NULL) {
        count++;
    }
    word = calloc(count + 1, sizeof *word);
    snprintf(option, size, "--" SEVERAL_OPTION "=%s", selector);
    if (word != NULL) {
        word[0] = option;
        memcpy(word + 1, argument + 1, (count - 1) * sizeof *word);
    }
    return word;
}

static int work(struct run *run, const struct several *devices, const char *const *argument)
{
    static char option[CHILDREN_MAX][SEVERAL_SELECTOR_MAX + sizeof SEVERAL_OPTION + 4];
    const struct children_listener listener = {on_line, on_ended, on_tick, run};
    const char **words[CHILDREN_MAX] = {NULL};
    bool complete = true;
    int error = ENOMEM;

    for (size_t i = 0; i < devices->count; i++) {
        words[i] = words_of(option[i], sizeof option[i], devices->selector[i], argument);
        complete = complete && words[i] != NULL;
    }
    if (complete) {
        rows_draw(&run->rows, true);
        error = children_run((const char *const *const *)words, devices->count, &listener);
        rows_draw(&run->rows, true);
    }
    for (size_t i = 0; i < devices->count; i++) {
        free(words[i]);
    }
    return error == 0 ? EXIT_DONE
                      : cli_fail(run->cli, EXIT_FAILED, "take fewer devices at once",
                                 "not all processes could be started: %s", strerror(error));
}

int several_run(struct cli *cli, const struct several *devices, const char *const *argument)
{
    struct run run = {.cli = cli};
    bool drawn = terminal_shows_progress() && !cli->quiet && !cli->json && !cli->events;
    int code;

    run.row = calloc(devices->count, sizeof *run.row);
    run.report = calloc(devices->count, sizeof *run.report);
    if (run.row == NULL || run.report == NULL) {
        free(run.row);
        free(run.report);
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    for (size_t i = 0; i < devices->count; i++) {
        run.row[i] = (struct row){.name = devices->selector[i], .state = "waiting"};
        report_begin(&run.report[i], devices->selector[i]);
    }
    rows_begin(&run.rows, run.row, devices->count, drawn);
    code = work(&run, devices, argument);
    if (code == EXIT_DONE) {
        code = report_all(cli, run.report, devices->count, run.rows.drawn);
    }
    for (size_t i = 0; i < devices->count; i++) {
        report_free(&run.report[i]);
    }
    free(run.row);
    free(run.report);
    return code;
}
