// SPDX-License-Identifier: Apache-2.0
/* ps: the processes, as a table; with -v everything that the kernel knows of them. */
#include <stdio.h>

#include "../device/device.h"
#include "../device/fault.h"
#include "../device/offline.h"
#include "commands.h"
#include "process_map.h"

static int verbose;

static const struct poptOption options[] = {
    {"verbose", 'v', POPT_ARG_NONE, &verbose, 0,
     "all of it: memory, grants, faults with registers, the kernel's own figures", NULL},
    POPT_TABLEEND,
};

enum { FAULTED = 4, TERMINATED = 5, ENDLESS = 255 };

static const char *state_of(const struct device_process *p)
{
    static const char *const states[] = {"running", "waiting", "waiting",
                                         "stopped", "faulted", "ended"};

    if (p->detailed && (p->detail.flags & LINK_DETAIL_RESTARTS) != 0) {
        return "restarts";
    }
    return p->process.state < sizeof states / sizeof states[0] ? states[p->process.state] : "?";
}

/* The fault policy in words; text has room for 32. */
static const char *policy_of(const struct link_detail *d, char *text, size_t size)
{
    if (d->fault_policy == 3) {
        return "panic";
    }
    if (d->fault_policy != 2) {
        return "stop";
    }
    if (d->fault_limit == ENDLESS) {
        return "restart";
    }
    snprintf(text, size, "restart:%u", d->fault_limit);
    return text;
}

static void show_line(const struct cli *cli, const struct device_process *row, const char *name)
{
    const struct link_process *p = &row->process;

    cli_say(cli, "%5u %-20s %-8s %8u %8u %9u %7u %7u  0x%08x", p->process, name, state_of(row),
            p->restarts, p->slices, p->syscalls, p->dropped, p->ram_size, p->ram_start);
    if (p->fault_cause != 0) {
        char text[160];

        cli_say(cli, "      last fault: %s",
                fault_words(p->fault_cause, p->fault_address, p->fault_pc, text, sizeof text));
    }
}

static void show_registers(const struct cli *cli, const struct device_process *row)
{
    const struct link_detail *d = &row->detail;

    if (row->process.fault_cause == 0) {
        return;
    }
    cli_say(cli, "      pc 0x%08x  lr 0x%08x  sp 0x%08x  psr 0x%08x", row->process.fault_pc, d->lr,
            d->sp, d->psr);
    cli_say(cli, "      r0 0x%08x  r1 0x%08x  r2 0x%08x  r3  0x%08x", d->r[0], d->r[1], d->r[2],
            d->r[3]);
    cli_say(cli, "      fault status 0x%08x", d->status);
}

static void show_detail(const struct cli *cli, const struct device_process *row,
                        const struct link_entry *app)
{
    const struct link_detail *d = &row->detail;
    char text[32];

    if (row->process.state == TERMINATED) {
        cli_say(cli, "      completion code %u", row->process.completion);
    }
    if (!row->detailed) {
        cli_say(cli, "      (this device says no more)");
        return;
    }
    show_registers(cli, row);
    cli_say(cli, "      after a fault: %s; restarted so %u times since it was last started",
            policy_of(d, text, sizeof text), d->fault_restarts);
    cli_say(cli, "      %u upcalls wait; %u of %u drivers keep something for it", d->queued,
            d->grants, d->drivers);
    if (app != NULL) {
        cli_say(cli, "      ShortID 0x%08x, version %u", app->short_id, app->version);
    }
    process_map_show(cli, row, app);
}

static json_t *json_of(const struct device_process *row, const struct link_entry *app,
                       const char *name)
{
    const struct link_process *p = &row->process;

    json_t *object = json_pack(
        "{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "process", (json_int_t)p->process, "name", name, "state", state_of(row), "restarts",
        (json_int_t)p->restarts, "slices", (json_int_t)p->slices, "syscalls",
        (json_int_t)p->syscalls, "dropped_upcalls", (json_int_t)p->dropped, "ram_start",
        (json_int_t)p->ram_start, "ram_size", (json_int_t)p->ram_size, "break",
        (json_int_t)p->app_break, "grant_start", (json_int_t)p->grant_start, "app",
        (json_int_t)p->app, "completion", (json_int_t)p->completion, "fault_cause",
        (json_int_t)p->fault_cause, "fault_address", (json_int_t)p->fault_address, "fault_pc",
        (json_int_t)p->fault_pc);

    if (app != NULL) {
        json_object_update_new(object, json_pack("{s:I, s:I, s:I, s:I, s:I}", "short_id",
                                                 (json_int_t)app->short_id, "version",
                                                 (json_int_t)app->version, "flash_size",
                                                 (json_int_t)app->size, "flash_waste",
                                                 (json_int_t)(app->extent - app->size), "ram_asked",
                                                 (json_int_t)app->min_ram));
    }
    return object;
}

static void add_detail(const struct device_process *row, const struct link_entry *app,
                       json_t *object)
{
    const struct link_detail *d = &row->detail;
    char text[32];

    if (!row->detailed) {
        return;
    }
    json_object_update_new(
        object,
        json_pack("{s:s, s:I, s:b, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:[I,I,I,I]}",
                  "fault_policy", policy_of(d, text, sizeof text), "fault_restarts",
                  (json_int_t)d->fault_restarts, "restarts_soon",
                  (int)((d->flags & LINK_DETAIL_RESTARTS) != 0), "queued_upcalls", (int)d->queued,
                  "grants", (int)d->grants, "drivers", (int)d->drivers, "visible_end",
                  (json_int_t)d->visible_end, "kernel_reserve", (json_int_t)d->kept, "ram_waste",
                  (json_int_t)(app != NULL ? device_ram_waste(row, app->min_ram) : 0),
                  "fault_status", (json_int_t)d->status, "fault_lr", (json_int_t)d->lr, "fault_sp",
                  (json_int_t)d->sp, "fault_psr", (json_int_t)d->psr, "fault_r",
                  (json_int_t)d->r[0], (json_int_t)d->r[1], (json_int_t)d->r[2],
                  (json_int_t)d->r[3]));
}

static void show(struct cli *cli, const struct device *device, const struct device_process *row,
                 json_t *list)
{
    const struct link_entry *app = NULL;
    char name[160];
    json_t *object;

    for (size_t i = 0; i < device->app_count; i++) {
        app = device->app[i].app.address == row->process.app ? &device->app[i] : app;
    }
    device_name(&row->process.name, name, sizeof name);
    show_line(cli, row, name);
    object = json_of(row, app, name);
    if (verbose != 0) {
        show_detail(cli, row, app);
        add_detail(row, app, object);
    }
    json_array_append_new(list, object);
}

/* The kernel's own figures, and those of the line. */
static int show_system(struct device *device)
{
    struct cli *cli = device->cli;
    uint64_t slices = 0;
    uint64_t syscalls = 0;
    struct link_system s;
    const uint8_t *result;
    size_t length;
    int error = link_host_request(&device->host, LINK_SYSTEM, NULL, 0, &result, &length);

    if (error == LINK_UNKNOWN || error == LINK_UNSUPPORTED) {
        return EXIT_DONE; /* a device of an earlier version */
    }
    if (error != 0 || !link_get_system(result, length, &s)) {
        return device_fail(device, error != 0 ? error : LINK_E_PROTOCOL, "ps");
    }
    for (size_t i = 0; i < device->process_count; i++) {
        slices += device->process[i].process.slices;
        syscalls += device->process[i].process.syscalls;
    }
    cli_say(cli,
            "kernel: up for %u.%03u s; %zu of %u process slots taken, %u processes begun; %u jobs "
            "of the verifier",
            s.uptime / 1000, s.uptime % 1000, device->process_count, device->info.process_slots,
            s.instances, s.verified);
    cli_say(cli, "        %llu slices used up and %llu system calls by these processes",
            (unsigned long long)slices, (unsigned long long)syscalls);
    json_object_set_new(cli->result, "kernel",
                        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "uptime_ms",
                                  (json_int_t)s.uptime, "processes_begun", (json_int_t)s.instances,
                                  "verifier_jobs", (json_int_t)s.verified, "process_slots",
                                  (json_int_t)device->info.process_slots, "processes",
                                  (json_int_t)device->process_count, "slices", (json_int_t)slices,
                                  "syscalls", (json_int_t)syscalls));
    return EXIT_DONE;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct device device;
    json_t *list = json_array();
    int code;

    (void)argument;
    json_object_set_new(cli->result, "processes", list);
    if (count != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "ps takes no arguments");
    }
    code = device_open_kernel(cli, &device, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    code = device.line.offline == NULL ? device_survey(&device)
                                       : device_fail_not_running(&device, "ps", NULL);
    if (code == EXIT_DONE) {
        cli_say(cli, "%5s %-20s %-8s %8s %8s %9s %7s %7s  %s", "ID", "NAME", "STATE", "RESTARTS",
                "SLICES", "SYSCALLS", "DROPPED", "RAM", "AT");
    }
    for (size_t i = 0; code == EXIT_DONE && i < device.process_count; i++) {
        show(cli, &device, &device.process[i], list);
    }
    if (code == EXIT_DONE && verbose != 0) {
        code = show_system(&device);
    }
    device_close(&device);
    return code;
}

const struct command command_ps = {
    .name = "ps",
    .group = "Device",
    .summary = "Show the processes",
    .usage = "[-v]",
    .help = "SLICES counts how often a process used up its time slice, DROPPED the upcalls that\n"
            "found its queue full. With -v also: completion codes, registers of the last fault,\n"
            "what happens after a fault, grants, a map of each one's memory with what rounding\n"
            "wastes, and the kernel's own figures.",
    .options = options,
    .several = true,
    .run = run,
};
