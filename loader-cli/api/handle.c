// SPDX-License-Identifier: Apache-2.0
/* Handles: settings, callbacks, what is told and what is kept of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { NOTE_SIZE = 1024 };

static const struct {
    enum gantry_error error;
    const char *name;
    const char *text;
} errors[] = {
    {GANTRY_OK, "ok", "all is well"},
    {GANTRY_FAILED, "failed", "a bad file, the wrong architecture, or the device said no"},
    {GANTRY_USAGE, "usage", "an argument is not what it has to be"},
    {GANTRY_NOTHING, "nothing", "there is nothing to do"},
    {GANTRY_DEVICE, "device", "no device, several, busy, or not a Gantry device"},
    {GANTRY_REFUSED, "refused", "refused by verification or version"},
    {GANTRY_SPACE, "space", "there is no space for it"},
    {GANTRY_LOST, "lost", "the connection was lost, or is silent or garbled"},
    {GANTRY_PERMISSION, "permission", "not permitted on this computer"},
    {GANTRY_MEMORY, "memory", "no memory on this computer"},
    {GANTRY_CANCELLED, "cancelled", "cancelled"},
};

const char *gantry_version(void)
{
    return LOADER_CLI_VERSION;
}

const char *gantry_error_name(enum gantry_error error)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].error == error) {
            return errors[i].name;
        }
    }
    return "unknown";
}

const char *gantry_error_text(enum gantry_error error)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].error == error) {
            return errors[i].text;
        }
    }
    return "an error of another version";
}

static void on_note(struct cli *cli, const char *format, va_list arguments)
{
    const struct gantry *gantry = cli->owner;
    char raw[NOTE_SIZE];
    char text[NOTE_SIZE];

    if (gantry->note.call != NULL) {
        vsnprintf(raw, sizeof raw, format, arguments);
        cli_clean(raw, strlen(raw), text, sizeof text);
        gantry->note.call(gantry->note.user, text);
    }
}

static const char *on_setting(struct cli *cli, const char *key)
{
    const struct gantry *gantry = cli->owner;

    for (size_t i = 0; i < SETTINGS_MAX; i++) {
        if (gantry->setting[i].value != NULL && strcmp(gantry->setting[i].name, key) == 0) {
            return gantry->setting[i].value;
        }
    }
    return "";
}

static int on_password(struct cli *cli, const char *path, char *password)
{
    const struct gantry *gantry = cli->owner;

    return gantry->password.call != NULL &&
                   gantry->password.call(gantry->password.user, path, password, PASSWORD_MAX)
               ? EXIT_DONE
               : EXIT_NOTHING;
}

static void on_restarting(struct cli *cli)
{
    const struct gantry *gantry = cli->owner;

    if (gantry->restarting.call != NULL) {
        gantry->restarting.call(gantry->restarting.user);
    }
}

static void on_progress(struct cli *cli, const char *what, uint32_t first, uint32_t done,
                        uint32_t total)
{
    const struct gantry *gantry = cli->owner;

    (void)first;
    if (gantry->progress.call != NULL) {
        gantry->progress.call(gantry->progress.user, what, done, total);
    }
}

static bool on_cancelled(const struct cli *cli)
{
    const struct gantry *gantry = cli->owner;

    return atomic_load(&gantry->cancelled);
}

/* Errors have no hook: they are kept, and fetched from the handle. */
static const struct report_hooks hooks = {
    .note = on_note,
    .setting = on_setting,
    .password = on_password,
    .restarting = on_restarting,
    .progress = on_progress,
    .cancelled = on_cancelled,
};

struct gantry *gantry_new(void)
{
    struct gantry *gantry = calloc(1, sizeof *gantry);

    if (gantry != NULL) {
        gantry->cli.hooks = &hooks;
        gantry->cli.owner = gantry;
        atomic_init(&gantry->cancelled, false);
    }
    return gantry;
}

void gantry_free(struct gantry *gantry)
{
    if (gantry == NULL) {
        return;
    }
    gantry_close(gantry);
    for (size_t i = 0; i < SETTINGS_MAX; i++) {
        free(gantry->setting[i].value);
    }
    free(gantry);
}

const char *gantry_message(const struct gantry *gantry)
{
    return gantry->cli.kept;
}

const char *gantry_hint(const struct gantry *gantry)
{
    return gantry->cli.kept_hint;
}

/* The place of a setting: its own, else a free one; SETTINGS_MAX: there is none. */
static size_t place_of(const struct gantry *gantry, const char *name)
{
    size_t place = SETTINGS_MAX;

    for (size_t i = SETTINGS_MAX; i-- > 0;) {
        if (gantry->setting[i].value == NULL) {
            place = i;
        }
    }
    for (size_t i = 0; i < SETTINGS_MAX; i++) {
        if (gantry->setting[i].value != NULL && strcmp(gantry->setting[i].name, name) == 0) {
            place = i;
        }
    }
    return place;
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < SETTING_NAME_SIZE &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

enum gantry_error gantry_set(struct gantry *gantry, const char *name, const char *value)
{
    char *copy = NULL;
    size_t place;

    if (name == NULL || !is_name(name)) {
        return api_usage(gantry, "that is no name of a setting");
    }
    place = place_of(gantry, name);
    if (place == SETTINGS_MAX) {
        return api_usage(gantry, "so many settings cannot be kept");
    }
    if (value != NULL && value[0] != '\0') {
        copy = malloc(strlen(value) + 1);
        if (copy == NULL) {
            return api_no_memory(gantry);
        }
        memcpy(copy, value, strlen(value) + 1);
    }
    free(gantry->setting[place].value);
    snprintf(gantry->setting[place].name, SETTING_NAME_SIZE, "%s", name);
    gantry->setting[place].value = copy;
    if (strcmp(name, "board") == 0) {
        gantry->cli.board = copy;
    } else if (strcmp(name, "password_file") == 0) {
        gantry->cli.password_file = copy;
    }
    return GANTRY_OK;
}

void gantry_cancel(struct gantry *gantry)
{
    atomic_store(&gantry->cancelled, true);
}

void gantry_on_progress(struct gantry *gantry, gantry_progress *call, void *user)
{
    gantry->progress.call = call;
    gantry->progress.user = user;
}

void gantry_on_note(struct gantry *gantry, gantry_note *call, void *user)
{
    gantry->note.call = call;
    gantry->note.user = user;
}

void gantry_on_password(struct gantry *gantry, gantry_password *call, void *user)
{
    gantry->password.call = call;
    gantry->password.user = user;
}

enum gantry_error api_end(struct gantry *gantry, int code)
{
    if (code == EXIT_INTERRUPTED) {
        atomic_store(&gantry->cancelled, false);
    }
    return (enum gantry_error)code;
}

enum gantry_error api_usage(struct gantry *gantry, const char *why)
{
    return (enum gantry_error)cli_fail(&gantry->cli, EXIT_USAGE, "docs/embedding.md", "%s", why);
}

enum gantry_error api_no_memory(struct gantry *gantry)
{
    return (enum gantry_error)cli_fail(&gantry->cli, EXIT_MEMORY, NULL, "out of memory");
}
