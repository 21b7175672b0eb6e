// SPDX-License-Identifier: Apache-2.0
/* What there is on a device: apps and processes, asked for without waiting for each answer. */
#include "device.h"

enum {
    POLICY_LAST = 3,
    RETRY_MS = 100,
    OTHER_JOB_MS = 3000,
    APPS_AHEAD = 4,  /* asked for beyond what the device has said that it has */
    SLOTS_AHEAD = 64 /* asked for in one go */
};

/* One round of questions, and what came of it. */
struct survey {
    struct device *device;
    struct link_question question[LINK_ASK_MAX];
    size_t count;
    size_t apps;      /* when it began */
    size_t processes; /* likewise */
    bool apps_end;    /* the device has no more */
    bool busy;        /* with another job: it has to be asked again */
    int error;        /* the first: enum link_error, or a status */
    const char *what; /* was asked for then */
};

static void ask_for(struct survey *s, uint8_t command, size_t index)
{
    s->question[s->count++] =
        (struct link_question){.command = command, .length = 1, .argument = {(uint8_t)index}};
}

static void fail(struct survey *s, int error, const char *what)
{
    if (s->error == 0) {
        s->error = error;
        s->what = what;
    }
}

static void take_entry(struct survey *s, int status, const uint8_t *result, size_t length)
{
    struct device *device = s->device;

    if (s->apps_end || status == LINK_NOT_FOUND) {
        s->apps_end = true;
    } else if (status != 0) {
        fail(s, status, "list");
    } else if (device->app_count == DEVICE_APPS_MAX ||
               !link_get_entry(result, length, &device->app[device->app_count])) {
        fail(s, LINK_E_PROTOCOL, "list");
    } else {
        device->app_count++;
    }
}

static void take_process(struct survey *s, int status, const uint8_t *result, size_t length)
{
    struct device *device = s->device;
    struct device_process *p = &device->process[device->process_count];

    if (status != 0) {
        fail(s, status, "ps");
    } else if (length == 0) {
        return; /* an empty slot */
    } else if (device->process_count == DEVICE_PROCESSES_MAX ||
               !link_get_process(result, length, &p->process)) {
        fail(s, LINK_E_PROTOCOL, "ps");
    } else {
        p->detailed = false;
        device->process_count++;
    }
}

/* What PROCESS, just before, did not tell; a device of an earlier version does not know it. */
static void take_detail(struct survey *s, int status, const uint8_t *result, size_t length)
{
    struct device *device = s->device;
    struct link_detail detail;

    if (status == LINK_UNKNOWN || status == LINK_UNSUPPORTED) {
        return;
    }
    if (status != 0) {
        fail(s, status, "ps");
    } else if (length == 0) {
        return; /* it is gone, or never was */
    } else if (!link_get_detail(result, length, &detail) || detail.fault_policy > POLICY_LAST) {
        fail(s, LINK_E_PROTOCOL, "ps");
    } else if (device->process_count > 0 &&
               device->process[device->process_count - 1].process.process == detail.process) {
        device->process[device->process_count - 1].detail = detail;
        device->process[device->process_count - 1].detailed = true;
    }
}

static void take(void *context, size_t index, int status, const uint8_t *result, size_t length)
{
    struct survey *s = context;

    if (status == LINK_BUSY) {
        s->busy = true;
    } else if (s->question[index].command == LINK_LIST) {
        take_entry(s, status, result, length);
    } else if (s->question[index].command == LINK_PROCESS) {
        take_process(s, status, result, length);
    } else {
        take_detail(s, status, result, length);
    }
}

/* Asks what was noted; for some seconds again while the device is busy with another job. */
static int ask_now(struct survey *s)
{
    struct device *device = s->device;
    uint32_t start = clock_ms();
    bool apps_end = s->apps_end;
    int error = 0;

    do {
        if (s->busy) {
            clock_sleep_ms(RETRY_MS);
        }
        s->busy = false;
        s->apps_end = apps_end;
        device->app_count = s->apps;
        device->process_count = s->processes;
        error = link_host_ask(&device->host, s->question, s->count, take, s);
    } while (error == 0 && s->error == 0 && s->busy && !device_is_over(s->device) &&
             clock_ms() - start < OTHER_JOB_MS);
    if (error == 0 && s->error == 0 && s->busy) {
        fail(s, LINK_BUSY, s->question[0].command == LINK_LIST ? "list" : "ps");
    }
    if (error != 0) {
        fail(s, error, s->question[0].command == LINK_LIST ? "list" : "ps");
    }
    s->apps = device->app_count;
    s->processes = device->process_count;
    s->count = 0;
    return s->error == 0 ? EXIT_DONE : device_fail(device, s->error, s->what);
}

static void ask_for_slots(struct survey *s, size_t first, size_t count, bool detailed)
{
    for (size_t slot = first; slot < s->device->info.process_slots && slot < first + count;
         slot++) {
        ask_for(s, LINK_PROCESS, slot);
        if (detailed) {
            ask_for(s, LINK_DETAIL, slot);
        }
    }
}

static void ask_for_apps(struct survey *s, size_t ahead)
{
    for (size_t i = 0; i < ahead && s->apps + i < DEVICE_APPS_MAX + 1; i++) {
        ask_for(s, LINK_LIST, s->apps + i);
    }
}

static int look_at_apps(struct survey *s, size_t ahead)
{
    int code = EXIT_DONE;

    while (code == EXIT_DONE && !s->apps_end) {
        ask_for_apps(s, ahead);
        code = ask_now(s);
        ahead = APPS_AHEAD;
    }
    return code;
}

static int look_at_slots(struct survey *s, size_t slot, bool detailed)
{
    int code = EXIT_DONE;

    for (; code == EXIT_DONE && slot < s->device->info.process_slots; slot += SLOTS_AHEAD) {
        ask_for_slots(s, slot, SLOTS_AHEAD, detailed);
        code = ask_now(s);
    }
    return code;
}

static void begin(struct survey *s, struct device *device)
{
    *s = (struct survey){
        .device = device, .apps = device->app_count, .processes = device->process_count};
}

int device_list(struct device *device)
{
    struct survey s;

    device->app_count = 0;
    begin(&s, device);
    return look_at_apps(&s, (size_t)device->info.app_count + 1);
}

int device_processes(struct device *device, bool detailed)
{
    struct survey s;

    device->process_count = 0;
    begin(&s, device);
    return look_at_slots(&s, 0, detailed);
}

/* Whether the process of every app that has one is known: the other slots are empty. */
static bool is_complete(const struct device *device)
{
    for (size_t i = 0; i < device->app_count; i++) {
        if (device->app[i].process != UINT32_MAX &&
            device_process_of(device, device->app[i].app.address) == NULL) {
            return false;
        }
    }
    return true;
}

/* As many slots as there are apps, and the others only when there must be something in them. */
int device_survey(struct device *device)
{
    size_t apps =
        device->info.app_count < DEVICE_APPS_MAX ? device->info.app_count : (size_t)DEVICE_APPS_MAX;
    struct survey s;
    int code;

    device->app_count = 0;
    device->process_count = 0;
    begin(&s, device);
    ask_for_apps(&s, apps + 1);
    ask_for_slots(&s, 0, apps, true);
    code = ask_now(&s);
    code = code != EXIT_DONE ? code : look_at_apps(&s, APPS_AHEAD);
    return code != EXIT_DONE || is_complete(device) ? code : look_at_slots(&s, apps, true);
}
