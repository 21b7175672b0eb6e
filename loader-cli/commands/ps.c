// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "../device/device.h"
#include "../device/fault.h"
#include "commands.h"

static const char *const states[] = {"running", "waiting", "waiting",
                                     "stopped", "faulted", "ended"};

static void show(struct cli *cli, const struct link_process *p, json_t *list)
{
    const char *state = p->state < sizeof states / sizeof states[0] ? states[p->state] : "?";
    char name[160];

    device_name(&p->name, name, sizeof name);
    cli_say(cli, "%5u %-20s %-8s %8u %8u %9u %7u %7u  0x%08x", p->process, name, state, p->restarts,
            p->slices, p->syscalls, p->dropped, p->ram_size, p->ram_start);
    if (p->fault_cause != 0) {
        char text[160];

        cli_say(cli, "      last fault: %s",
                fault_words(p->fault_cause, p->fault_address, p->fault_pc, text, sizeof text));
    }
    json_array_append_new(
        list, json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "process",
                        (json_int_t)p->process, "name", name, "state", state, "restarts",
                        (json_int_t)p->restarts, "slices", (json_int_t)p->slices, "syscalls",
                        (json_int_t)p->syscalls, "dropped_upcalls", (json_int_t)p->dropped,
                        "ram_start", (json_int_t)p->ram_start, "ram_size", (json_int_t)p->ram_size,
                        "completion", (json_int_t)p->completion, "fault_cause",
                        (json_int_t)p->fault_cause, "fault_address", (json_int_t)p->fault_address));
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
    cli_say(cli, "%5s %-20s %-8s %8s %8s %9s %7s %7s  %s", "ID", "NAME", "STATE", "RESTARTS",
            "SLICES", "SYSCALLS", "DROPPED", "RAM", "AT");
    for (uint8_t i = 0; code == EXIT_DONE && i < device.info.process_slots; i++) {
        const uint8_t *result;
        size_t length;
        struct link_process process;

        code = device_request(&device, LINK_PROCESS, &i, 1, &result, &length, "ps");
        if (code == EXIT_DONE && length > 0) {
            if (link_get_process(result, length, &process)) {
                show(cli, &process, list);
            } else {
                code = device_fail(&device, LINK_E_PROTOCOL, "ps");
            }
        }
    }
    device_close(&device);
    return code;
}

const struct command command_ps = {
    .name = "ps",
    .group = "Device",
    .summary = "Show the processes",
    .usage = "",
    .help = "SLICES counts how often a process used up its time slice, DROPPED the upcalls that\n"
            "found its queue full.",
    .run = run,
};
