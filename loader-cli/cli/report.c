// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From bad to harmless: what leaves the state of a device open comes first. */
static const int worst_first[] = {EXIT_INTERRUPTED, EXIT_LOST,       EXIT_FAILED, EXIT_REFUSED,
                                  EXIT_SPACE,       EXIT_PERMISSION, EXIT_MEMORY, EXIT_DEVICE,
                                  EXIT_USAGE,       EXIT_NOTHING};

void report_begin(struct report *report, const char *device)
{
    *report = (struct report){.device = device, .code = EXIT_FAILED};
}

void report_free(struct report *report)
{
    free(report->text);
    report->text = NULL;
}

void report_text(struct report *report, const char *line)
{
    size_t length = strlen(line);
    char *text = realloc(report->text, report->used + length + 2);

    if (text == NULL) {
        return; /* what was printed is not the result */
    }
    memcpy(text + report->used, line, length + 1);
    text[report->used + length] = '\n';
    text[report->used + length + 1] = '\0';
    report->text = text;
    report->used += length + 1;
}

static void copy(char *to, size_t size, const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));

    snprintf(to, size, "%s", text != NULL ? text : "");
}

void report_error(struct report *report, const json_t *event)
{
    copy(report->error, sizeof report->error, event, "text");
    copy(report->hint, sizeof report->hint, event, "hint");
}

void report_ended(struct report *report, int code, int signal)
{
    report->code = code >= 0 ? code : EXIT_FAILED;
    if (code < 0) {
        snprintf(report->error, sizeof report->error,
                 signal != 0 ? "the process for this device was ended by signal %d"
                             : "no process for this device could be started",
                 signal);
        snprintf(report->hint, sizeof report->hint, "run it again for this device");
    }
}

const char *report_word(int code)
{
    return code == EXIT_DONE          ? "done"
           : code == EXIT_NOTHING     ? "nothing to do"
           : code == EXIT_INTERRUPTED ? "interrupted"
                                      : "failed";
}

void report_show_error(const struct cli *cli, const struct report *report)
{
    if (report->code == EXIT_DONE || (report->code == EXIT_NOTHING && cli->quiet)) {
        return;
    }
    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", report->code == EXIT_NOTHING ? "note" : "error", report->device,
            report->error);
    if (report->hint[0] != '\0') {
        fprintf(stderr, "hint: %s\n", report->hint);
    }
}

static int worst(const struct report *report, size_t count)
{
    for (size_t w = 0; w < sizeof worst_first / sizeof worst_first[0]; w++) {
        for (size_t i = 0; i < count; i++) {
            if (report[i].code == worst_first[w]) {
                return worst_first[w];
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (report[i].code != EXIT_DONE) {
            return EXIT_FAILED; /* a code that this tool does not have */
        }
    }
    return EXIT_DONE;
}

/* The object of one device: what its process has printed, or as much as is known without it. */
static json_t *object_of(const struct report *report)
{
    json_t *object =
        report->text != NULL ? json_loads(report->text, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (!json_is_object(object)) {
        json_decref(object);
        object = json_pack("{s:i}", "schema", CLI_JSON_SCHEMA);
    }
    json_object_set_new(object, "device", json_string(report->device));
    json_object_set_new(object, "exit", json_integer(report->code));
    if (report->code != EXIT_DONE && json_object_get(object, "error") == NULL) {
        json_object_set_new(object, "error", json_string(report->error));
        json_object_set_new(object, "hint", json_string(report->hint));
    }
    return object;
}

static bool is_one_line(const struct report *report)
{
    return report->text != NULL && strchr(report->text, '\n') == report->text + report->used - 1;
}

/* What a command has printed in more than one line stands above the table, under its device. */
static void show_text(const struct cli *cli, const struct report *report)
{
    const char *line = report->text;

    if (line == NULL || is_one_line(report)) {
        return;
    }
    cli_say(cli, "%s:", report->device);
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");

        cli_say(cli, "%.*s", (int)length, line);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

static void show_row(const struct cli *cli, const struct report *report, size_t width)
{
    const char *text = report->code != EXIT_DONE ? report->error
                       : is_one_line(report)     ? report->text
                                                 : "";

    cli_say(cli, "%-*s  %4d  %s%s%.*s", (int)width, report->device, report->code,
            report_word(report->code), text[0] != '\0' ? ": " : "", (int)strcspn(text, "\n"), text);
}

static void show_table(const struct cli *cli, const struct report *report, size_t count)
{
    size_t width = strlen("DEVICE");

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(report[i].device);

        width = length > width ? length : width;
        show_text(cli, &report[i]);
    }
    cli_say(cli, "%-*s  EXIT  RESULT", (int)width, "DEVICE");
    for (size_t i = 0; i < count; i++) {
        show_row(cli, &report[i], width);
    }
}

int report_all(struct cli *cli, const struct report *report, size_t count, bool errors)
{
    json_t *results = json_array();
    size_t failed = 0;
    int code = worst(report, count);

    for (size_t i = 0; i < count; i++) {
        failed += report[i].code != EXIT_DONE && report[i].code != EXIT_NOTHING ? 1 : 0;
        if (cli->json) {
            json_array_append_new(results, object_of(&report[i]));
        }
        if (errors) {
            report_show_error(cli, &report[i]);
        }
    }
    json_object_set_new(cli->result, "results", results);
    show_table(cli, report, count);
    if (code == EXIT_NOTHING) {
        return cli_fail(cli, code, "the table says where", "%s on some of %zu devices",
                        report_word(code), count);
    }
    return code == EXIT_DONE ? code
                             : cli_fail(cli, code, "once the cause is gone, the same command again",
                                        "%zu of %zu devices: %s", failed, count, report_word(code));
}
