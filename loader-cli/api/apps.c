// SPDX-License-Identifier: Apache-2.0
/* Apps that are installed: what they are, what is done with them, what they hear. */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>

#include "internal.h"

enum { INPUT_MAX = LINK_REQUEST_MAX - 16 };

static int need_kernel(struct gantry *gantry)
{
    return gantry->open ? device_need_kernel(&gantry->device)
                        : (int)api_usage(gantry, "no device is open");
}

static enum gantry_state state_of(const struct gantry *gantry, const struct link_entry *entry)
{
    const bool enabled = (entry->flags & LINK_APP_ENABLED) != 0;

    if ((entry->flags & LINK_APP_DAMAGED) != 0) {
        return GANTRY_DAMAGED;
    }
    if (gantry->device.line.offline != NULL) {
        return (entry->flags & LINK_APP_ACCEPTED) == 0 ? GANTRY_UNVERIFIED
               : enabled                               ? GANTRY_ENABLED
                                                       : GANTRY_DISABLED;
    }
    return !enabled                                 ? GANTRY_DISABLED
           : (entry->flags & LINK_APP_RUNNING) != 0 ? GANTRY_RUNNING
                                                    : GANTRY_ENDED;
}

static void take_app(struct gantry *gantry, const struct link_entry *entry, struct gantry_app *app)
{
    const struct device_process *process = device_process_of(&gantry->device, entry->app.address);

    *app = (struct gantry_app){
        .state = state_of(gantry, entry),
        .version = entry->version,
        .short_id = entry->short_id,
        .address = entry->app.address,
        .size = entry->size,
        .waste = entry->extent - entry->size,
        .ram = entry->min_ram,
        .ram_block = process != NULL ? process->process.ram_size : 0,
        .ram_waste = process != NULL ? device_ram_waste(process, entry->min_ram) : 0,
        .ram_known = process != NULL && process->detailed,
        .enabled = (entry->flags & LINK_APP_ENABLED) != 0,
        .sticky = (entry->flags & LINK_APP_STICKY) != 0,
    };
    device_name(&entry->name, app->name, sizeof app->name);
    if (entry->owner.length > 0) {
        device_name(&entry->owner, app->owner, sizeof app->owner);
    } else {
        snprintf(app->owner, sizeof app->owner, "(not known)");
    }
}

enum gantry_error gantry_list(struct gantry *gantry, size_t *count)
{
    int code = need_kernel(gantry);

    *count = 0;
    gantry->app_count = 0;
    code = code != EXIT_DONE ? code : device_survey(&gantry->device);
    if (code == EXIT_DONE) {
        for (size_t i = 0; i < gantry->device.app_count; i++) {
            take_app(gantry, &gantry->device.app[i], &gantry->app[i]);
        }
        gantry->app_count = gantry->device.app_count;
        *count = gantry->app_count;
    }
    return api_end(gantry, code);
}

const struct gantry_app *gantry_app(const struct gantry *gantry, size_t index)
{
    return index < gantry->app_count ? &gantry->app[index] : NULL;
}

/* What is asked for: a command, and for CONTROL what of it. */
struct request {
    const char *name;
    uint8_t command;
    uint8_t control; /* enum link_control; 0: none */
};

static const struct request requests[] = {
    [GANTRY_REMOVE] = {"remove", LINK_REMOVE, 0},
    [GANTRY_ENABLE] = {"enable", LINK_ENABLE, 0},
    [GANTRY_DISABLE] = {"disable", LINK_DISABLE, 0},
    [GANTRY_START] = {"start", LINK_START, 0},
    [GANTRY_STOP] = {"stop", LINK_STOP, 0},
    [GANTRY_RESTART] = {"restart", LINK_RESTART, 0},
    [GANTRY_PAUSE] = {"pause", LINK_CONTROL, LINK_CONTROL_PAUSE},
    [GANTRY_RESUME] = {"resume", LINK_CONTROL, LINK_CONTROL_RESUME},
    [GANTRY_FAULT] = {"fault", LINK_CONTROL, LINK_CONTROL_FAULT},
};

static int ask(struct device *device, const struct request *request, const struct link_entry *entry,
               const char *what)
{
    uint8_t arguments[9];
    const uint8_t *result;
    size_t length = link_put_app(&entry->app, arguments, sizeof arguments);

    if (request->control == 0) {
        return device_app_command(device, request->command, entry, what);
    }
    arguments[length] = request->control;
    return device_request(device, request->command, arguments, length + 1, &result, &length, what);
}

enum gantry_error gantry_act(struct gantry *gantry, enum gantry_action action, const char *name)
{
    const struct link_entry *entry;
    const struct request *request;
    char what[128];
    int code;

    if (name == NULL || action < GANTRY_REMOVE || action > GANTRY_FAULT) {
        return api_usage(gantry, "there is no such action");
    }
    request = &requests[action];
    snprintf(what, sizeof what, "%s %.64s", request->name, name);
    code = need_kernel(gantry);
    code = code != EXIT_DONE ? code : device_find(&gantry->device, name, &entry);
    code = code != EXIT_DONE ? code : ask(&gantry->device, request, entry, what);
    return api_end(gantry, code);
}

enum gantry_error gantry_process_name(struct gantry *gantry, uint32_t process,
                                      char name[GANTRY_TEXT_SIZE])
{
    int code = need_kernel(gantry);

    name[0] = '\0';
    code = code != EXIT_DONE ? code : device_processes(&gantry->device, false);
    for (size_t i = 0; code == EXIT_DONE && i < gantry->device.process_count; i++) {
        const struct link_process *p = &gantry->device.process[i].process;

        if (p->process == process) {
            device_name(&p->name, name, GANTRY_TEXT_SIZE);
        }
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_write(struct gantry *gantry, uint32_t process, const uint8_t *text,
                               size_t length, size_t *written)
{
    int code = need_kernel(gantry);
    uint32_t taken = 1;

    *written = 0;
    while (code == EXIT_DONE && *written < length && taken > 0) {
        size_t left = length - *written;
        uint32_t piece = left < INPUT_MAX ? (uint32_t)left : (uint32_t)INPUT_MAX;
        uint8_t arguments[4 + INPUT_MAX];
        const uint8_t *result;
        size_t size;

        bytes_put_u32(arguments, process);
        memcpy(arguments + 4, text + *written, piece);
        code = device_request(&gantry->device, LINK_CONSOLE_IN, arguments, 4 + piece, &result,
                              &size, "console");
        if (code == EXIT_DONE && (size != 4 || bytes_get_u32(result) > piece)) {
            code = device_fail(&gantry->device, LINK_E_PROTOCOL, "console");
        }
        taken = code == EXIT_DONE ? bytes_get_u32(result) : 0;
        *written += taken;
    }
    return api_end(gantry, code);
}
