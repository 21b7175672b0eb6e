// SPDX-License-Identifier: Apache-2.0
#include "event.h"

#include <stdio.h>
#include <stdlib.h>

/* Writes the event and lets go of it; what cannot be made for want of memory is left out. */
static void put(const struct cli *cli, const char *kind, json_t *event)
{
    json_t *device = json_object_get(cli->result, "device");
    char *text;

    json_object_set_new(event, "schema", json_integer(CLI_JSON_SCHEMA));
    json_object_set_new(event, "event", json_string(kind));
    if (device != NULL) {
        json_object_set(event, "device", device);
    } else if (cli->device != NULL) {
        json_object_set_new(event, "device", json_string(cli->device));
    }
    text = json_dumps(event, JSON_COMPACT | JSON_SORT_KEYS);
    if (text != NULL) {
        fflush(stdout);
        fprintf(stderr, "%s\n", text);
    }
    free(text);
    json_decref(event);
}

void event_state(const struct cli *cli, const char *state)
{
    if (cli->events && !cli->quiet) {
        put(cli, "state", json_pack("{s:s}", "state", state));
    }
}

void event_progress(const struct cli *cli, const char *what, uint32_t done, uint32_t total,
                    uint32_t rate)
{
    if (cli->events && !cli->quiet) {
        put(cli, "progress",
            json_pack("{s:s, s:I, s:I, s:I}", "what", what, "done", (json_int_t)done, "total",
                      (json_int_t)total, "rate", (json_int_t)rate));
    }
}

void event_line(const struct cli *cli, const json_t *line)
{
    if (cli->events && !cli->quiet) {
        put(cli, "line", json_copy((json_t *)(uintptr_t)line));
    }
}

void event_note(const struct cli *cli, const char *text)
{
    if (cli->events && !cli->quiet) {
        put(cli, "note", json_pack("{s:s}", "text", text));
    }
}

void event_error(const struct cli *cli, int code, const char *text, const char *hint)
{
    if (cli->events) {
        put(cli, "error", json_pack("{s:i, s:s, s:s*}", "exit", code, "text", text, "hint", hint));
    }
}

void event_end(const struct cli *cli, int code)
{
    if (cli->events) {
        put(cli, "end", json_pack("{s:i}", "exit", code));
    }
}
